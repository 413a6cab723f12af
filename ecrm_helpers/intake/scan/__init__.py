"""Open orders of any size: CSV and Parquet files that need not fit in memory, on the engine of one's choice.

DuckDB finds the columns, reads every cell once and keeps what it read as clean Parquet in a private
temporary folder; pandas, Polars, DuckDB, Dask or Spark computes on that. Parquet files that are clean
already (our column names and types, nothing missing) are not copied. Cells are read by the same rules as
:func:`ecrm_helpers.intake.load_orders` reads small files.
"""

from __future__ import annotations

from ecrm_helpers.intake.scan.engines import ENGINES, check_engine, is_encrypted, opened
from ecrm_helpers.intake.scan.opening import Scanned, scan_orders
from ecrm_helpers.intake.scan.sources import Sources, find_sources

__all__ = [
    "ENGINES",
    "Scanned",
    "Sources",
    "check_engine",
    "find_sources",
    "is_encrypted",
    "opened",
    "scan_orders",
]
