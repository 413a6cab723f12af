"""From order files of any size to classified customers: choose how to read, compute, show, write."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.orders import load_orders, look_personal
from ecrm_helpers.intake.privacy import file_key, pseudonyms, read_key
from ecrm_helpers.intake.report import DataReport
from ecrm_helpers.intake.scan import (
    Scanned,
    Sources,
    check_engine,
    find_sources,
    is_encrypted,
    opened,
    scan_orders,
)
from ecrm_helpers.messages import intake_orders as intake_say
from ecrm_helpers.messages import scan as scan_say
from ecrm_helpers.messages import segment as say
from ecrm_helpers.orders import as_day
from ecrm_helpers.rfm import caption, class_table, rfm

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

__all__ = ["CAREFUL_BYTES", "Segmented", "segment_files"]

CAREFUL_BYTES = 200_000_000
"""CSV files up to this size together are read cell by cell into memory."""

TIMEZONE = "Asia/Shanghai"
NEEDED = ("customer_id", "ordered_at", "amount_cny")
OPTIONAL = ("order_id", "refund_cny", "status")


@dataclass(frozen=True, kw_only=True)
class Segmented:
    """Customers and their classes, and everything a reader must know of how they came about."""

    result: pd.DataFrame = field(repr=False)  # one row per customer, sorted by customer_id
    classes: pd.DataFrame = field(repr=False)
    caption: str
    unit: str  # that amounts are shown in
    choices: dict[str, Any]  # what the result depends on, as plain values
    report: tuple[tuple[str, str], ...]  # what was read, dropped, converted


def segment_files(
    paths: str | Path | Iterable[str | Path],
    *,
    engine: str = "auto",
    scheme: Literal["eight", "ten"] = "eight",
    as_of: str | dt.date | None = None,
    split: Literal["mean", "median"] | None = None,
    measure: Literal["total", "mean"] = "total",
    window_days: int | None = None,
    timezone: str | None = None,
    grain: Literal["auto", "order", "line"] = "auto",
    mapping: Mapping[str, str | None] | None = None,
    statuses: Mapping[str, str] | None = None,
    currency: str | None = None,
    rates: str | Path | None = None,
    key: str | Path | None = None,
    keep_ids: bool = False,
    bad_rows: Literal["refuse", "drop"] = "refuse",
    day_first: bool | None = None,
    decimal: Literal[".", ","] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    cluster: str | None = None,
    temp: str | Path | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Segmented:
    """Classify the customers of order files.

    Parameters
    ----------
    paths : path or iterable of paths
        CSV, XLSX or Parquet files, patterns, folders of Parquet files or one folder of a shop's own.
    engine : {'auto', 'pandas', 'polars', 'duckdb', 'dask', 'spark'}, default='auto'
        'auto' reads XLSX, and CSV up to :data:`CAREFUL_BYTES`, cell by cell and computes on pandas; larger
        CSV and Parquet files are computed by DuckDB where they are.
    scheme, split, measure, window_days
        See :func:`ecrm_helpers.rfm.rfm`; `split` is for the eight classes, by their means when None.
    as_of : str or date, optional
        The day after the last order (of any status) when None; never "now".
    timezone, grain, mapping, statuses, currency, rates, bad_rows, day_first, decimal, encoding, cluster,
    temp
        See :func:`ecrm_helpers.intake.scan.scan_orders`.
    sheet : str, optional
        Worksheet of a workbook.
    key : path, optional
        Key file for customer codes; the files' own bytes give the key when None.
    keep_ids : bool, default=False
        Keep customer ids that are not about a person.
    tell : callable, optional
        Takes lines for the person who waits.

    Returns
    -------
    Segmented

    Raises
    ------
    SettingsError, DataError

    Examples
    --------
    >>> from ecrm_helpers.datasets import data_dir
    >>> made = segment_files(data_dir() / "rongyu" / "orders.csv", keep_ids=True)
    >>> made.choices["as_of"], len(made.result)
    ('2026-07-01', 5810)
    """
    if key is not None and keep_ids:
        raise SettingsError(say.key_or_keep())
    if as_of is not None:
        as_day(as_of)
    sources = find_sources(paths)
    chosen, why = _engine(engine, sources, cluster)
    tell(say.engine_used(chosen, why))
    if cluster is not None and not is_encrypted(cluster):
        tell(scan_say.not_encrypted(cluster))
    options: dict[str, Any] = {
        "mapping": mapping, "statuses": statuses, "grain": grain, "currency": currency, "rates": rates,
        "bad_rows": bad_rows, "day_first": day_first, "decimal": decimal, "encoding": encoding,
        "timezone": timezone or (sources.shop or {}).get("timezone") or TIMEZONE,
    }  # fmt: skip
    secret = None if key is None else read_key(key)
    careful = _is_careful(chosen, sources)
    with ExitStack() as stack:
        if careful and sources.shop is not None:
            opening = _read_folder(sources, options["timezone"])
        elif careful:
            whole = {**options, "sheet": sheet}
            opening = _read_whole(sources, chosen, secret, whole, cluster=cluster, temp=temp)
        else:
            opening = scan_orders(sources, engine=chosen, cluster=cluster, temp=temp, **options)
        read = stack.enter_context(opening)
        day = _as_of(as_of, read, sources, tell)
        result = rfm(
            read.orders,
            as_of=day,
            scheme=scheme,
            measure=measure,
            window_days=window_days,
            timezone=read.timezone,
            columns={name: None for name in OPTIONAL if name not in read.columns},
            **({} if split is None else {"split": split}),
        )
    result, coded = _coded(result, sources, read, secret, keep_ids=keep_ids)
    unit = say.unit(read.currency)
    choices = {
        **_flat(result.attrs),
        "scheme": scheme,
        "timezone": read.timezone,
        "grain": grain,
        "currency": read.currency,
        "bad_rows": bad_rows,
        "engine": chosen,
        "customer_ids": "codes" if coded else "kept",
        "files": "、".join(read.report.files),
        "rows": read.report.rows,
        "orders": read.report.orders,
    }
    return Segmented(
        result=result,
        classes=class_table(result),
        caption=caption(result, unit=unit),
        unit=unit,
        choices=choices,
        report=(*read.report.lines(), *([say.CODED] if coded else [])),
    )


def _engine(engine: str, sources: Sources, cluster: str | None) -> tuple[str, str]:
    """Return the engine and why."""
    if engine != "auto":
        check_engine(engine, cluster)
        return engine, say.WHY_ASKED
    if cluster is not None:
        raise SettingsError(scan_say.cluster_needs_engine("auto"))
    if sources.kind == "xlsx":
        return "pandas", say.WHY_XLSX
    if sources.kind == "parquet":
        return "duckdb", say.WHY_PARQUET
    if sources.zipped:
        return "duckdb", say.WHY_ZIPPED
    if sources.size <= CAREFUL_BYTES:
        return "pandas", say.WHY_SMALL
    return "duckdb", say.why_large(sources.size / 1e6, CAREFUL_BYTES / 1e6)


def _is_careful(engine: str, sources: Sources) -> bool:
    """Tell whether the files are read whole, cell by cell: workbooks always, plain CSV on pandas."""
    return sources.kind == "xlsx" or (engine == "pandas" and sources.kind == "csv" and not sources.zipped)


@contextmanager
def _read_whole(
    sources: Sources,
    engine: str,
    secret: bytes | None,
    options: Mapping[str, Any],
    *,
    cluster: str | None,
    temp: str | Path | None,
) -> Iterator[Scanned]:
    """Read files into memory and give them to the engine."""
    loaded = load_orders(list(sources.files), key=secret, **options)
    columns = tuple(name for name in loaded.orders.columns if name in (*NEEDED, *OPTIONAL))
    orders = loaded.orders[list(columns)]
    header = loaded.report.columns["customer_id"]
    coded = any(one.what == intake_say.coded(header) for one in loaded.report.corrections)
    last_day = loaded.report.last_day
    if last_day is None:
        raise DataError(scan_say.no_rows_left(loaded.report.rows))
    read = Scanned(
        orders=orders, columns=columns, timezone=loaded.timezone, currency=loaded.currency, personal_id=False,
        coded=coded, copied=True, last_day=last_day, report=loaded.report,
    )  # fmt: skip
    if engine == "pandas":
        yield read
        return
    with tempfile.TemporaryDirectory(prefix="ecrm-", dir=temp) as folder:
        file = Path(folder) / "orders.parquet"
        orders.to_parquet(file, index=False)
        with opened([file], engine, columns=columns, scratch=Path(folder), cluster=cluster) as table:
            yield replace(read, orders=table)


@contextmanager
def _read_folder(sources: Sources, timezone: str) -> Iterator[Scanned]:
    """Read a shop's own folder, whose orders are clean and in its currency already."""
    shop = load_shop(sources.files[0].parent)
    orders = shop.orders
    columns = tuple(name for name in orders.columns if name in (*NEEDED, *OPTIONAL))
    days = orders["ordered_at"].dt.tz_convert(timezone).dt.date
    if days.empty:
        raise DataError(scan_say.no_rows_left(0))
    report = DataReport(
        files=tuple(file.name for file in sources.files),
        encoding="UTF-8",
        rows=len(orders),
        orders=len(orders),
        customers=int(orders["customer_id"].nunique()),
        first_day=days.min(),
        last_day=days.max(),
        currency=shop.currency,
        columns={name: name for name in columns},
    )
    yield Scanned(
        orders=orders[list(columns)], columns=columns, timezone=timezone, currency=shop.currency,
        personal_id=False, coded=False, copied=True, last_day=days.max(), report=report,
    )  # fmt: skip


def _as_of(
    given: str | dt.date | None, read: Scanned, sources: Sources, tell: Callable[[str], object]
) -> str | dt.date:
    if given is not None:
        return given
    said = (sources.shop or {}).get("as_of")
    day = as_day(said) if said else read.as_of
    tell(say.as_of_of_shop(day) if said else say.as_of_chosen(day))
    return day


def _coded(
    result: pd.DataFrame, sources: Sources, read: Scanned, secret: bytes | None, *, keep_ids: bool
) -> tuple[pd.DataFrame, bool]:
    """Replace ids by codes, at one row per customer; a shop's own folder holds codes already."""
    if read.coded:
        return result, True
    ids = result["customer_id"].astype("str")
    personal = read.personal_id or look_personal(ids)
    if secret is None and not personal and (keep_ids or sources.shop is not None):
        return result, False
    codes = pseudonyms(ids, file_key(sources.files) if secret is None else secret)
    coded = result.assign(customer_id=codes).sort_values("customer_id", ignore_index=True)
    coded.attrs = dict(result.attrs)
    return coded, True


def _flat(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a table's settings as plain values, thresholds one by one."""
    flat = {str(name): value for name, value in attrs.items() if name != "thresholds"}
    return flat | {f"{name}_from": value for name, value in attrs.get("thresholds", {}).items()}
