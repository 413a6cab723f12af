"""Open large order files: look at them, clean them once where needed, hand them to an engine."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.money import DOLLAR, currency_code
from ecrm_helpers.intake.rates import read_rates
from ecrm_helpers.intake.report import DataReport
from ecrm_helpers.intake.scan.clean import Cleaned, clean
from ecrm_helpers.intake.scan.desk import Wishes
from ecrm_helpers.intake.scan.engines import check_engine, duckdb_connection, opened
from ecrm_helpers.intake.scan.facts import files_sql, find_facts, ids_are_unique, is_clean
from ecrm_helpers.intake.scan.oddities import OddReader
from ecrm_helpers.intake.scan.parts import find_parts, run, speaking
from ecrm_helpers.intake.scan.roles import Roles, are_canonical, canonical_name, find_roles
from ecrm_helpers.intake.scan.sources import Sources, find_sources
from ecrm_helpers.messages import intake_orders as intake_say
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecrm_helpers.intake.scan.parts import Part

__all__ = ["Scanned", "scan_orders"]

TIMEZONE = "Asia/Shanghai"
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """Orders as a table of the engine, and what is known of them."""

    orders: Any = field(repr=False)  # customer_id, ordered_at, amount_cny and what else there is
    columns: tuple[str, ...]
    timezone: str
    currency: str
    personal_id: bool  # whether customer_id was read from a column of names, nicks, phones or addresses
    coded: bool  # whether customer_id holds codes made of them already
    copied: bool  # whether clean copies were made, or the files are read as they are
    last_day: dt.date
    report: DataReport

    @property
    def as_of(self) -> dt.date:
        """The day after the last order."""
        return self.last_day + _DAY


@contextmanager
def scan_orders(
    paths: str | Path | Iterable[str | Path] | Sources,
    *,
    engine: str = "duckdb",
    mapping: Mapping[str, str | None] | None = None,
    statuses: Mapping[str, str] | None = None,
    timezone: str | None = None,
    grain: Literal["auto", "order", "line"] = "auto",
    currency: str | None = None,
    rates: Any = None,
    bad_rows: Literal["refuse", "drop"] = "refuse",
    day_first: bool | None = None,
    decimal: Literal[".", ","] | None = None,
    encoding: str | None = None,
    cluster: str | None = None,
    temp: str | Path | None = None,
) -> Iterator[Scanned]:
    """Open CSV or Parquet files as one table of orders, lazily except on pandas.

    Parameters
    ----------
    paths : path, iterable of paths, or Sources
        See :func:`find_sources`.
    engine : {'pandas', 'polars', 'duckdb', 'dask', 'spark'}, default='duckdb'
    mapping : mapping, optional
        Our column -> header, where a header is not recognised.
    statuses : mapping, optional
        The shop's word -> ours, beside those that are known.
    timezone : str, optional
        Zone of times that name none; a shop folder's own, else Asia/Shanghai.
    grain : {'auto', 'order', 'line'}, default='auto'
        Whether a row is an order or a line of one. 'auto' looks whether order ids repeat and goes on as
        :func:`~ecrm_helpers.intake.load_orders`; 'order' takes every row as an order without looking.
    currency, rates, day_first, decimal, encoding : optional
        As in :func:`~ecrm_helpers.intake.load_orders`.
    bad_rows : {'refuse', 'drop'}, default='refuse'
        What becomes of rows with a cell that cannot be read.
    cluster : str, optional
        Address of a Dask or Spark cluster, whose machines must see the files and `temp`.
    temp : path, optional
        Folder for clean copies and for what does not fit in memory; the system's when None. What is written
        there is readable by its owner only and gone when the block ends.

    Yields
    ------
    Scanned

    Raises
    ------
    SettingsError
        If an option is outside what is described above.
    DataError
        If a file cannot be opened, a column is missing, or a cell cannot be read.

    Examples
    --------
    >>> from ecrm_helpers.datasets import data_dir
    >>> with scan_orders(data_dir() / "rongyu" / "orders.csv", engine="polars") as scanned:
    ...     scanned.report.orders, scanned.as_of.isoformat()
    (17341, '2026-07-01')
    """
    check_engine(engine, cluster)
    check_engine("duckdb")
    sources = paths if isinstance(paths, Sources) else find_sources(paths)
    if sources.kind == "xlsx":
        message = say.xlsx_needs_memory(sources.files[0])
        raise SettingsError(message)
    zone = timezone or (sources.shop or {}).get("timezone") or TIMEZONE
    asked = _currency(currency)
    folder = _private_folder(temp)
    try:
        with duckdb_connection(folder / "spill") as connection:
            reader = OddReader(
                statuses=statuses or {}, timezone=zone, file=sources.files[0].name, day_first=day_first,
                decimal=decimal,
            )  # fmt: skip
            wishes = Wishes(
                grain=grain,
                drop=bad_rows == "drop",
                currency=asked,
                rates=read_rates(rates),
                encoding=encoding,
            )
            found = _prepared(sources, mapping, reader, wishes, folder=folder, connection=connection)
        with opened(
            found.files, engine, columns=found.scanned.columns, scratch=folder / "spill", cluster=cluster
        ) as orders:
            yield replace(found.scanned, orders=orders)
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Clean files and all that is known but the engine's table."""

    files: tuple[Path, ...]
    scanned: Scanned


def _private_folder(temp: str | Path | None) -> Path:
    if temp is not None:
        Path(temp).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="ecrm-", dir=temp))  # mode 0700
    for name in ("spill", "look", "clean"):
        (folder / name).mkdir()
    return folder


def _currency(given: str | None) -> str | None:
    code = None if given is None else currency_code(given)
    if given is not None and code in {None, DOLLAR}:
        message = intake_say.bad_currency(given)
        raise SettingsError(message)
    return code


def _prepared(
    sources: Sources,
    mapping: Mapping[str, str | None] | None,
    reader: OddReader,
    wishes: Wishes,
    *,
    folder: Path,
    connection: Any,
) -> _Found:
    parts = find_parts(sources, folder / "look", connection, encoding=wishes.encoding)
    roles = find_roles(parts, mapping, grain=wishes.grain)
    cleaned = _as_they_are(parts, roles, wishes, connection)
    straight = cleaned is not None
    if cleaned is None:
        cleaned = clean(parts, roles, reader, wishes, folder=folder / "clean", connection=connection)
    naive = straight and parts[0].kinds[roles[0].positions["ordered_at"]] == "TIMESTAMP"
    facts = find_facts(cleaned.files, naive=naive, timezone=reader.timezone, connection=connection)
    if facts is None:
        message = say.no_rows_left(cleaned.rows)
        raise DataError(message)
    matched = roles[0].matched
    currency = cleaned.currency or (sources.shop or {}).get("currency") or "CNY"
    report = DataReport(
        files=tuple(file.name for file in sources.files),
        encoding="、".join(dict.fromkeys(part.encoding or "Parquet" for part in parts)),
        rows=cleaned.rows or facts.rows,
        orders=facts.rows,
        customers=facts.customers,
        first_day=facts.first_day,
        last_day=facts.last_day,
        currency=currency,
        columns={role: matched.columns[role] for role in roles[0].positions},
        personal=tuple(name for name in matched.personal if name != matched.columns["customer_id"]),
        ignored=tuple(
            header
            for header in parts[0].headers
            if header
            and header not in matched.personal
            and parts[0].headers.index(header) not in roles[0].positions.values()
        ),
        corrections=cleaned.corrections,
    )
    scanned = Scanned(
        orders=None,
        # Every row is an order of its own by now, so that counting rows counts orders.
        columns=tuple(name for name in cleaned.columns if name != "order_id"),
        timezone=reader.timezone,
        currency=currency,
        personal_id=roles[0].personal_id,
        coded=False,
        copied=not straight,
        last_day=facts.last_day,
        report=report,
    )
    return _Found(files=cleaned.files, scanned=scanned)


def _as_they_are(parts: list[Part], roles: list[Roles], wishes: Wishes, connection: Any) -> Cleaned | None:
    """Return the files themselves where an engine can read them without any cleaning."""
    if not are_canonical(parts, roles) or wishes.grain == "line":
        return None
    part, one = parts[0], roles[0]
    kinds = {canonical_name(role): part.kinds[index] for role, index in one.positions.items()}
    if not is_clean(part.files, kinds, connection):
        return None
    if wishes.grain == "auto":
        with speaking(part.files[0]):
            rows = run(connection, f"SELECT count(*) FROM {files_sql(part.files)}")[0][0]  # noqa: S608  see there
        if not ids_are_unique(part.files, rows=rows, connection=connection):
            return None
    return Cleaned(files=part.files, columns=tuple(kinds), rows=0, currency=wishes.currency)
