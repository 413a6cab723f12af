"""Open clean Parquet files on the engine that is to compute, on this machine or on a cluster."""

from __future__ import annotations

import importlib
import importlib.util
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["ENGINES", "check_engine", "duckdb_connection", "is_encrypted", "opened"]

ENGINES = ("pandas", "polars", "duckdb", "dask", "spark")
_PACKAGES = {
    "pandas": ("pyarrow",),
    "polars": ("polars",),
    "duckdb": ("duckdb", "pyarrow"),
    "dask": ("dask.dataframe", "distributed", "pyarrow"),
    "spark": ("pyspark",),
}
_SCHEMES = {"dask": ("tcp", "tls"), "spark": ("spark", "k8s", "mesos")}
_MEMORY_SHARE = 0.6
_PATIENCE = 30  # seconds for a cluster to answer


def check_engine(engine: str, cluster: str | None = None) -> None:
    """Raise unless `engine` is known and installed and `cluster` is an address it can use.

    Raises
    ------
    SettingsError, DataError

    Examples
    --------
    >>> check_engine("pandas")
    """
    if engine not in ENGINES:
        message = say.unknown_engine(engine, ENGINES)
        raise SettingsError(message)
    if cluster is not None and engine not in _SCHEMES:
        message = say.cluster_needs_engine(engine)
        raise SettingsError(message)
    if cluster is not None and not _is_address(engine, cluster):
        message = say.bad_cluster(engine, cluster)
        raise SettingsError(message)
    for package in _PACKAGES[engine]:
        if not _installed(package):
            message = say.engine_missing(engine, package.split(".")[0])
            raise DataError(message)


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _is_address(engine: str, address: str) -> bool:
    if engine == "spark" and (address == "yarn" or address.startswith("local")):
        return True
    parts = urlsplit(address)
    return parts.scheme in _SCHEMES[engine] and bool(parts.netloc)


def is_encrypted(address: str) -> bool:
    """Tell whether what goes to a Dask address stays on this machine or is encrypted.

    Examples
    --------
    >>> is_encrypted("tcp://127.0.0.1:8786"), is_encrypted("tcp://10.0.0.5:8786")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.scheme != "tcp" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def duckdb_connection(folder: Path, *, memory: int | None = None) -> Any:
    """Return a DuckDB connection that spills to `folder`, fetches nothing and shows times as UTC.

    Parameters
    ----------
    folder : Path
        Where what does not fit in memory goes.
    memory : int, optional
        Bytes; three fifths of the machine's memory when None.
    """
    import duckdb  # noqa: PLC0415  waits for its use

    limit = memory or int(_MEMORY_SHARE * _memory())
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{limit}B",
            "temp_directory": str(folder),
        }
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'").fetchall()
    return connection


def _memory() -> int:
    """Return the machine's memory in bytes; 8 GiB where the system does not tell."""
    if not hasattr(os, "sysconf"):
        return 8 << 30
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@contextmanager
def opened(
    files: Sequence[Path], engine: str, *, columns: Sequence[str], scratch: Path, cluster: str | None = None
) -> Iterator[Any]:
    """Open clean Parquet files as a table of `engine`, lazily except on pandas.

    Raises
    ------
    DataError
        If a cluster does not answer.
    """
    names = [str(file) for file in files]
    if engine == "pandas":
        import pandas as pd  # noqa: PLC0415

        yield pd.concat([pd.read_parquet(name, columns=list(columns)) for name in names], ignore_index=True)
    elif engine == "polars":
        import polars as pl  # noqa: PLC0415

        yield pl.scan_parquet(names, glob=False, hive_partitioning=False).select(columns)
    elif engine == "duckdb":
        with duckdb_connection(scratch) as connection:
            yield connection.read_parquet(names, hive_partitioning=False).project(", ".join(columns))
    elif engine == "dask":
        with _dask(cluster):
            import dask.dataframe as dd  # noqa: PLC0415

            yield dd.read_parquet(names, columns=list(columns))
    else:
        with _spark(cluster) as session:
            yield session.read.parquet(*names).select(*columns)


@contextmanager
def _dask(cluster: str | None) -> Iterator[None]:
    """Use a cluster while the block runs; without one the threads of this process, so no port is opened."""
    if cluster is None:
        import dask  # noqa: PLC0415

        with dask.config.set(scheduler="threads"):
            yield
        return
    from distributed import Client  # noqa: PLC0415

    try:
        client = Client(cluster, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        message = say.cluster_unreachable(cluster, error)
        raise DataError(message) from error
    with client:
        yield


@contextmanager
def _spark(cluster: str | None) -> Iterator[Any]:
    """Run a session that says little, keeps UTC and, on one machine, listens on the loopback only."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = (
        SparkSession.builder.appName("ecrm rfm")
        .master(cluster or "local[*]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if cluster is None:
        builder = builder.config("spark.driver.host", "127.0.0.1").config(
            "spark.driver.bindAddress", "127.0.0.1"
        )
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
