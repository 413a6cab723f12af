"""A shop's own orders from its export: one row per order, every change counted, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.intake.assemble import assemble
from ecrm_helpers.intake.columns import NAME_HEADERS, heading
from ecrm_helpers.intake.combine import combine
from ecrm_helpers.intake.files import read_raw
from ecrm_helpers.intake.money import DOLLAR, currency_code
from ecrm_helpers.intake.privacy import file_key, pseudonyms
from ecrm_helpers.intake.rates import read_rates
from ecrm_helpers.intake.reading import Options
from ecrm_helpers.intake.report import Correction, DataReport
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from ecrm_helpers.intake.combine import Combined

__all__ = ["LoadedOrders", "load_orders", "look_personal"]

_MOBILE = r"1[3-9]\d[- ]?[\d*]{4}[- ]?\d{4}"
_CONTACT = (
    r"[^@\s]+@[^@\s]+\.[^@\s]+"  # e-mail
    rf"|(?:00|\+)[1-9][\d ()-]{{6,18}}\d|\+?86[- ]?{_MOBILE}|0\d{{2,3}}-\d{{7,8}}"
    r"|[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"  # identity card
)
_LONGEST = 100  # letters of a name or an address
_NAME = r"[\u4e00-\u9fff]{2,4}"


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedOrders:
    """A shop's orders in our columns, and the report on how they were read."""

    orders: pd.DataFrame = field(repr=False)
    report: DataReport
    currency: str  # of amount_cny and refund_cny, whatever those are called: hundredths of its unit
    timezone: str


def load_orders(
    path: str | Path | Sequence[str | Path],
    *,
    mapping: Mapping[str, str | None] | None = None,
    grain: Literal["auto", "order", "line"] = "auto",
    timezone: str = "Asia/Shanghai",
    currency: str | None = None,
    rates: pd.DataFrame | str | Path | None = None,
    statuses: Mapping[str, str] | None = None,
    key: bytes | None = None,
    keep_personal: Sequence[str] = (),
    bad_rows: Literal["refuse", "drop"] = "refuse",
    sheet: str | None = None,
    encoding: str | None = None,
    day_first: bool | None = None,
    decimal: Literal[".", ","] | None = None,
) -> LoadedOrders:
    r"""Read a shop's own order export: CSV or XLSX, Taobao/Qianniu, AliExpress, Shopify or any other.

    Parameters
    ----------
    path : str, Path or a sequence of them
        One file, or several of the same export.
    mapping : mapping, optional
        ``{our column: header}`` where the header is none of those in :mod:`ecrm_helpers.intake.columns`;
        None as header: the file has no such column.
    grain : {'auto', 'order', 'line'}, default="auto"
        What a row is. ``auto``: order numbers that repeat mean lines when the file has columns that only a
        line has (product, unit price …) and the rows agree on customer and time; else it is an error.
    timezone : str, default="Asia/Shanghai"
        The shop's zone: of times written without one, and of its days.
    currency : str, optional
        What the shop counts in. Amounts that do not say their currency are in it, others are converted to
        it. When None: the file's only currency; CNY where there are several or none is said.
    rates : DataFrame or path of a CSV, optional
        ``valid_from``, ``currency``, ``cny_per_unit``; each order at the rate of its local day. A base other
        than CNY is reached through CNY.
    statuses : mapping, optional
        The file's word -> completed, cancelled, refunded or partly_refunded.
    key : bytes, optional
        Customer ids become codes made with it (:func:`~ecrm_helpers.intake.privacy.pseudonyms`). Without a
        key only personal ones do (e-mail, phone, nick, name), with a key derived from the files' own bytes.
    keep_personal : sequence of str, default=()
        Headers of personal columns to keep as text; naming the customer column keeps its ids as they are.
    bad_rows : {'refuse', 'drop'}, default="refuse"
        Whether a cell that cannot be read stops the reading or drops its order, counted in the report. What
        concerns the whole file (columns, unknown statuses, open dates, truncation) always stops it.
    sheet, encoding : str, optional
        See :func:`~ecrm_helpers.intake.files.read_raw`.
    day_first : bool, optional
        How 01/07/2026 reads, when no cell of the column proves it.
    decimal : {'.', ','}, optional
        The decimal sign, when no cell of the column proves it.

    Returns
    -------
    LoadedOrders
        ``orders``, one row per order in the file's order: ``order_id``, ``customer_id`` (str),
        ``ordered_at`` (datetime64[us, UTC]), ``status``, where the file has them ``product_id`` (str),
        ``quantity`` (int64), then ``currency`` (ISO code), ``amount`` (int64, its minor units),
        ``amount_cny``, ``refund_cny`` (int64, hundredths of the shop's currency), where the file has them
        ``promised_on``, ``delivered_on`` (datetime64, local day).

    Raises
    ------
    DataError
        Naming file, row and column, see above.
    SettingsError
        If an option is outside what is described above.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "orders.csv"
    ...     _ = file.write_text(
    ...         "订单编号,客户编号,收货人,下单时间,实付款\n007,C1,王芳,2026/7/1 0:30,\"￥1,234.50\"\n",
    ...         "utf-8",
    ...     )
    ...     loaded = load_orders(file)
    >>> loaded.orders[["order_id", "ordered_at", "amount_cny"]].astype(str).values.tolist()
    [['007', '2026-06-30 16:30:00+00:00', '123450']]
    >>> loaded.report.personal
    ('收货人',)
    """
    base = _checked(grain=grain, timezone=timezone, currency=currency, bad_rows=bad_rows, decimal=decimal)
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    if not paths:
        message = say.no_files()
        raise SettingsError(message)
    table_of_rates = read_rates(rates)
    mapped = [name for name in (mapping or {}).values() if name is not None]
    raws = [read_raw(one, sheet=sheet, encoding=encoding, also=mapped) for one in paths]
    combined = combine(raws, mapping, keep_personal)
    notes = [_placed(note, raw.path.name if len(raws) > 1 else "") for raw in raws for note in raw.notes]
    options = Options(
        grain=grain,
        timezone=timezone,
        currency=base,
        rates=table_of_rates,
        statuses=statuses,
        drop=bad_rows == "drop",
        day_first=day_first,
        decimal=decimal,
        masked=bool((mapping or {}).get("customer_id")),
    )
    orders, shop_currency = assemble(combined, options, notes)
    orders = _coded(orders, combined, notes, key=key, keep=keep_personal, paths=paths)
    days = orders["ordered_at"].dt.tz_convert(timezone).dt.date
    matched = combined.matched
    hidden = {*combined.kept, matched.columns["customer_id"]}
    report = DataReport(
        files=combined.table.names,
        encoding="、".join(dict.fromkeys(raw.encoding for raw in raws)),
        rows=len(combined.table.rows),
        orders=len(orders),
        customers=int(orders["customer_id"].nunique()),
        first_day=days.min(),
        last_day=days.max(),
        currency=shop_currency,
        columns=dict(matched.columns),
        personal=tuple(name for name in matched.personal if name not in hidden),
        ignored=matched.others,
        corrections=tuple(notes),
    )
    return LoadedOrders(orders=orders, report=report, currency=shop_currency, timezone=timezone)


def _placed(note: Correction, file: str) -> Correction:
    return replace(note, files=(file,) * len(note.rows)) if file else note


def _checked(
    *, grain: object, timezone: object, currency: object, bad_rows: object, decimal: object
) -> str | None:
    choices: tuple[tuple[str, object, tuple[Any, ...]], ...] = (
        ("grain", grain, ("auto", "order", "line")),
        ("bad_rows", bad_rows, ("refuse", "drop")),
        ("decimal", decimal, (None, ".", ",")),
    )
    for name, value, allowed in choices:
        if value not in allowed:
            message = say.bad_choice(name, value, allowed)
            raise SettingsError(message)
    try:
        ZoneInfo(str(timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = say.bad_zone(timezone)
        raise SettingsError(message) from error
    code = None if currency is None else currency_code(currency)
    if currency is not None and code in {None, DOLLAR}:
        message = say.bad_currency(currency)
        raise SettingsError(message)
    return code


def _coded(
    orders: pd.DataFrame,
    combined: Combined,
    notes: list[Correction],
    *,
    key: bytes | None,
    keep: Sequence[str],
    paths: Sequence[Path],
) -> pd.DataFrame:
    """Replace customer ids by codes where a key is given or they are personal."""
    header = combined.matched.columns["customer_id"]
    kept = {"customer_id", header} & set(keep)
    if kept or (
        key is None and not (header in combined.matched.personal or look_personal(orders["customer_id"]))
    ):
        return orders
    count = int(orders["customer_id"].nunique())
    notes.append(Correction(say.coded(header), count))
    if heading(header) in NAME_HEADERS:
        notes.append(Correction(say.namesakes(header), count))
    return orders.assign(
        customer_id=pseudonyms(orders["customer_id"], file_key(paths) if key is None else key)
    )


def look_personal(ids: pd.Series) -> bool:
    """Tell whether ids are about people, whatever their header says.

    One e-mail address, phone or identity card number is enough; Chinese names must be most of them.

    Examples
    --------
    >>> import pandas as pd
    >>> look_personal(pd.Series(["13800000000", "13900000000"])), look_personal(pd.Series(["C1", "C2"]))
    (True, False)
    """
    ids = ids.dropna().drop_duplicates().str.slice(0, _LONGEST)
    mobile = ids[ids.str.fullmatch(_MOBILE)]
    digits = ids.str.fullmatch(r"\d{11}").sum()  # of ids with eleven digits some look like mobile numbers
    return bool(
        ids.str.fullmatch(_CONTACT).any()
        or len(mobile) * 2 > digits
        or ids.str.fullmatch(_NAME).mean() >= 0.5  # noqa: PLR2004  most of them
    )
