"""From a teacher's files to the folder of a shop: every table read, joined, checked, and reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ecrm_helpers.datasets.checks import lost_references
from ecrm_helpers.datasets.folder import check_references, derived_customers
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.datasets.reading import empty_tables
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.orders import LoadedOrders, load_orders
from ecrm_helpers.intake.privacy import file_key
from ecrm_helpers.intake.report import Correction, DataReport, correction
from ecrm_helpers.intake.table_columns import TABLES
from ecrm_helpers.intake.tables import LoadedTable, TableReport, load_table
from ecrm_helpers.intake.writing import day_after, write_shop
from ecrm_helpers.messages import intake_orders
from ecrm_helpers.messages import shopfolder as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

__all__ = ["ShopReport", "build_shop", "write_shop"]


@dataclass(frozen=True, kw_only=True)
class ShopReport:
    """What :func:`build_shop` wrote, and what it read, dropped and changed on the way."""

    folder: Path
    name: str
    as_of: str
    as_of_given: bool
    orders: DataReport
    tables: tuple[TableReport, ...] = ()
    notes: tuple[Correction, ...] = ()  # about several tables

    def __str__(self) -> str:
        return say.shop_report(self)


def build_shop(
    orders: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    customers: str | Path | None = None,
    products: str | Path | None = None,
    contacts: str | Path | None = None,
    tickets: str | Path | None = None,
    surveys: str | Path | None = None,
    campaigns: str | Path | None = None,
    campaign_sends: str | Path | None = None,
    rates: str | Path | None = None,
    countries: str | Path | None = None,
    promotions: str | Path | None = None,
    holidays: str | Path | None = None,
    mapping: Mapping[str, str | None] | None = None,
    mappings: Mapping[str, Mapping[str, str | None]] | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
    timezone: str = "Asia/Shanghai",
    currency: str | None = None,
    name: str | None = None,
    name_en: str = "Own shop",
    as_of: str | dt.date | None = None,
    key: bytes | None = None,
    keep_ids: bool = False,
    bad_rows: Literal["refuse", "drop"] = "refuse",
    sheet: str | None = None,
    encoding: str | None = None,
    day_first: bool | None = None,
    decimal: Literal[".", ","] | None = None,
    grain: Literal["auto", "order", "line"] = "auto",
    force: bool = False,
) -> ShopReport:
    """Read a shop's own orders and other tables, and write them as a folder for the lessons.

    Customer ids become codes with one key for all tables, so that they still join. Customers who ordered
    but lack in the customers table are added with what their orders tell; without a customers table all
    are (:func:`~ecrm_helpers.datasets.folder.derived_customers`). Lessons leave out the questions whose
    tables or columns are missing: without countries no comparison of markets, without delivery dates and
    surveys no chain from lateness to leaving, without campaigns, consent and costs no reckoning of mails.

    Parameters
    ----------
    orders : path or sequence of paths
        See :func:`~ecrm_helpers.intake.load_orders`; `mapping`, `currency`, `decimal` and `grain` are its.
    out : str or Path
        Folder to write; see :func:`~ecrm_helpers.intake.write_shop` for `name`, `name_en`, `as_of`, `force`.
    customers, products, contacts, tickets, surveys, campaigns, campaign_sends : path, optional
        Files read by :func:`~ecrm_helpers.intake.load_table`.
    rates, countries, promotions, holidays : path, optional
        As well; `rates` also converts the orders' amounts.
    mappings : mapping, optional
        Table name -> that table's mapping.
    words : mapping, optional
        Column -> word -> code, for `status`, `type`, `outcome` and `topic`.
    key : bytes, optional
        For codes that stay the same over files and terms; made from the orders' own bytes when None.
    keep_ids : bool, default=False
        Keep customer ids as they are, unless some file's customer column is a personal one.
    bad_rows : {'refuse', 'drop'}, default='refuse'
        Also for rows that point to an order, a customer or a campaign nobody has.
    timezone, sheet, encoding, day_first
        For all files; `sheet` for the orders only.

    Returns
    -------
    ShopReport

    Raises
    ------
    SettingsError, DataError
        See the functions named; nothing is written then.
    """
    paths = [Path(orders)] if isinstance(orders, str | Path) else [Path(one) for one in orders]
    given = {
        "customers": customers,
        "products": products,
        "contacts": contacts,
        "tickets": tickets,
        "surveys": surveys,
        "campaigns": campaigns,
        "campaign_sends": campaign_sends,
        "rates": rates,
        "countries": countries,
        "promotions": promotions,
        "holidays": holidays,
    }
    files = {table: Path(path) for table, path in given.items() if path is not None}
    words = dict(words or {})
    _check(files, mappings or {}, words, keep_ids=keep_ids, key=key)
    shared: dict[str, Any] = {
        "timezone": timezone,
        "encoding": encoding,
        "day_first": day_first,
        "bad_rows": bad_rows,
    }
    per_table = {table: _words_of(table, words) for table in files}
    notes: list[Correction] = []

    def read(code: bytes | None) -> tuple[LoadedOrders, dict[str, LoadedTable]]:
        rates = _table("rates", files, mappings, shared) if "rates" in files else None
        loaded = load_orders(
            paths,
            mapping=mapping,
            currency=currency,
            rates=None if rates is None else rates.frame,
            statuses=words.get("status"),
            key=code,
            sheet=sheet,
            decimal=decimal,
            grain=grain,
            **shared,
        )
        options = {**shared, "currency": loaded.currency, "key": code, "orders": loaded.orders}
        others = {
            table: _table(table, files, mappings, {**options, "words": per_table[table]})
            for table in files
            if table != "rates"
        }
        return loaded, others | ({} if rates is None else {"rates": rates})

    made = key if key is not None else None if keep_ids else _key_of(paths)
    loaded, others = read(made)
    if keep_ids and (_was_coded(loaded) or any(one.personal_ids for one in others.values())):
        loaded, others = read(_key_of(paths))
        notes.append(Correction(say.CODED_AFTER_ALL, loaded.report.customers))
    frames = _joined(loaded, others, notes, drop=bad_rows == "drop")
    day = None if as_of is None else str(as_of)
    folder = write_shop(
        out,
        replace(loaded, orders=frames.pop("orders")),
        tables=frames,
        name=name,
        name_en=name_en,
        as_of=as_of,
        force=force,
    )
    counted = day or day_after(loaded.orders, timezone=timezone)
    cut = pd.Timestamp(counted).tz_localize(timezone)
    late = int((loaded.orders["ordered_at"] >= cut).sum())
    if late:
        notes.append(Correction(say.AFTER_AS_OF, late))
    return ShopReport(
        folder=folder,
        name=folder.name if name is None else name,
        as_of=counted,
        as_of_given=as_of is not None,
        orders=loaded.report,
        tables=tuple(one.report for one in others.values()),
        notes=tuple(notes),
    )


def _check(
    files: Mapping[str, Path],
    mappings: Mapping[str, Mapping[str, str | None]],
    words: Mapping[str, Mapping[str, str]],
    *,
    keep_ids: bool,
    key: bytes | None,
) -> None:
    unknown = [table for table in mappings if table not in TABLES]
    if unknown:
        message = say.unknown_table(unknown[0], TABLES)
        raise SettingsError(message)
    for table in mappings:
        if table not in files:
            message = say.mapping_without_table(table)
            raise SettingsError(message)
    closed = ["status", *(column for table in files for column in _closed(table))]
    for column in words:
        if column not in closed:
            message = say.words_without_column(column, closed)
            raise SettingsError(message)
    if "campaign_sends" in files and "campaigns" not in files:
        raise SettingsError(say.SENDS_WITHOUT_CAMPAIGNS)
    if keep_ids and key is not None:
        raise SettingsError(say.KEY_AND_KEEP)


def _table(
    table: str,
    files: Mapping[str, Path],
    mappings: Mapping[str, Mapping[str, str | None]] | None,
    options: dict[str, Any],
) -> LoadedTable:
    return load_table(files[table], table, mapping=(mappings or {}).get(table), **options)


def _words_of(table: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {column: codes for column, codes in words.items() if column in _closed(table)}


def _closed(table: str) -> list[str]:
    """Return the columns of a table that take only certain words."""
    fields = own_schemas()[table]["fields"]
    return [field["name"] for field in fields if "enum" in field.get("constraints", {})]


def _key_of(paths: Sequence[Path]) -> bytes:
    """Return the orders' own key; a file that cannot be read is named by the reader that comes next."""
    return file_key([path for path in paths if path.is_file()])


def _was_coded(loaded: LoadedOrders) -> bool:
    return any(
        one.what == intake_orders.coded(loaded.report.columns["customer_id"])
        for one in loaded.report.corrections
    )


def _joined(
    loaded: LoadedOrders, others: Mapping[str, LoadedTable], notes: list[Correction], *, drop: bool
) -> dict[str, pd.DataFrame]:
    """Return the tables to write, whose ids all point somewhere."""
    frames = {"orders": loaded.orders, **{table: one.frame for table, one in others.items()}}
    if "customers" in frames:
        bought = derived_customers(loaded.orders, timezone=loaded.timezone)
        new = bought[lost_references(bought["customer_id"], frames["customers"]["customer_id"])]
        if len(new):
            kept = frames["customers"]
            columns = {
                name: pd.concat([kept[name].astype("boolean"), new[name]])
                if name == "opted_in"
                else pd.concat([kept[name], new[name]])
                for name in kept
            }
            frames["customers"] = pd.DataFrame(columns).reset_index(drop=True)
            notes.append(Correction(say.CUSTOMERS_ADDED, len(new)))
    everything = {**empty_tables(own_schemas()), **frames}
    if "customers" not in frames:
        everything["customers"] = derived_customers(loaded.orders, timezone=loaded.timezone)
    lost: dict[str, dict[int, tuple[str, object, str]]] = {}
    for table, row, column, value, target in check_references(_complete(everything)):
        lost.setdefault(table, {}).setdefault(row, (column, value, target))
    for table, rows in lost.items():
        first = min(rows)
        column, value, target = rows[first]
        if table == "orders":
            message = say.lost_product(str(value), len(rows))
            raise DataError(message)
        source = others[table]
        if not drop:
            message = say.lost_reference(
                source.report.files[0],
                int(source.rows[first]),
                source.report.columns.get(column, column),
                "" if column == "customer_id" else str(value),
                target,
                more=len(rows) - 1,
            )
            raise DataError(message)
        frames[table] = frames[table].drop(index=list(rows)).reset_index(drop=True)
        notes.append(correction(say.lost_rows(table), [source.rows[row] for row in sorted(rows)]))
    return frames


def _complete(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the frames with the order columns that references look at."""
    orders = frames["orders"]
    if "product_id" in orders:
        return frames
    return {**frames, "orders": orders.assign(product_id=pd.Series(None, index=orders.index, dtype="str"))}
