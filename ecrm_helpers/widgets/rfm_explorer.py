"""RFM explorer: move the cuts, see who belongs to which of the eight classes and what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import widgets as say
from ecrm_helpers.orders import OrderRules, as_day
from ecrm_helpers.rfm import SEGMENTS
from ecrm_helpers.widgets._colors import SEGMENT_COLORS
from ecrm_helpers.widgets._orders import pack_orders

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["RFMExplorer"]

_STATIC = Path(__file__).parent / "static"
_SPLITS = ("mean", "median", "thresholds")
_MEASURES = ("total", "mean")
_AXES = ("monetary", "frequency")
_CUTS = ("recency_days", "frequency", "monetary")


class RFMExplorer(anywidget.AnyWidget):
    """Eight RFM classes of one or several shops, live in the browser with or without a kernel.

    The student first guesses the share of 重要价值客户, then moves date, split and cuts. The button
    「把设置变成一行代码」 gives the line that :class:`ecrm_helpers.rfm.RFMSettings` accepts.

    Parameters
    ----------
    shop_or_orders : Shop, DataFrame or mapping of str to either
        One shop, one order table (columns as in ``ecrm_helpers.orders.COLUMNS``), or several by name.
    as_of : str or date, default=None
        Where the date slider starts (exclusive end). ``None`` for the shop's own as-of date; for a bare
        order table that is the day after its last counted order. Given for a bare table, it may lie later.
    scheme : {"mean", "median", "thresholds"}, default="mean"
        Where the cuts start.
    recency_days, frequency, monetary : int, default=None
        The cuts of ``"thresholds"``: days, orders, minor units (fen).
    measure : {"total", "mean"}, default="total"
        What M is: a customer's total, or the mean per order.
    title : str, optional

    Raises
    ------
    SettingsError
        If an option is outside what is described above.
    DataError
        If an order table lacks a column or has no order that counts.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "order_id": ["1", "2", "3"],
    ...     "ordered_at": pd.to_datetime(["2026-05-01", "2026-06-01", "2026-06-20"], utc=True),
    ...     "status": ["completed", "completed", "completed"],
    ...     "amount_cny": [10_000, 20_000, 5_000],
    ...     "refund_cny": [0, 0, 0],
    ... })
    >>> explorer = RFMExplorer(orders, as_of="2026-07-01")
    >>> explorer.settings
    {'split': 'mean', 'as_of': '2026-07-01'}
    """

    _esm = _STATIC / "rfm_explorer.js"
    _css = _STATIC / "rfm_explorer.css"

    title = t.Unicode().tag(sync=True)
    shops = t.List(t.Dict()).tag(sync=True)
    segments = t.List(t.Dict()).tag(sync=True)
    shop = t.Unicode().tag(sync=True)
    as_of = t.Unicode().tag(sync=True)
    split = t.Unicode("mean").tag(sync=True)
    measure = t.Unicode("total").tag(sync=True)
    window_days = t.Int(0).tag(sync=True)
    recency_days = t.Int(allow_none=True, default_value=None).tag(sync=True)
    frequency = t.Int(allow_none=True, default_value=None).tag(sync=True)
    monetary = t.Int(allow_none=True, default_value=None).tag(sync=True)
    axis = t.Unicode("monetary").tag(sync=True)
    selected = t.Unicode("").tag(sync=True)
    guess = t.Dict().tag(sync=True)

    def __init__(
        self,
        shop_or_orders: Any,
        *,
        as_of: Any = None,
        scheme: str = "mean",
        recency_days: int | None = None,
        frequency: int | None = None,
        monetary: int | None = None,
        measure: str = "total",
        title: str = say.RFM_TITLE,
    ) -> None:
        _one_of("scheme", scheme, _SPLITS)
        _one_of("measure", measure, _MEASURES)
        cuts = {"recency_days": recency_days, "frequency": frequency, "monetary": monetary}
        if scheme == "thresholds":
            for name, value in cuts.items():
                _whole(name, value)
        shops = [_packed(name, shop, as_of) for name, shop in _named(shop_or_orders).items()]
        first = shops[0]
        super().__init__(
            title=title,
            shops=shops,
            segments=_segments(),
            shop=first["id"],
            as_of=first["as_of"] if as_of is None else _inside(as_of, first),
            split=scheme,
            measure=measure,
            **cuts,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The current choices as keyword arguments of ``RFMSettings``: what the button's line says."""
        chosen: dict[str, Any] = {"split": self.split}
        if self.split == "thresholds":
            chosen |= {name: getattr(self, name) for name in _CUTS}
        if self.measure != "total":
            chosen["measure"] = self.measure
        if self.window_days:
            chosen["window_days"] = self.window_days
        zone = next(shop["timezone"] for shop in self.shops if shop["id"] == self.shop)
        if zone != OrderRules.timezone:
            chosen["timezone"] = zone
        return {**chosen, "as_of": self.as_of}

    @t.validate("as_of")
    def _plain_date(self, proposal: Any) -> str:
        return as_day(proposal["value"]).isoformat()

    @t.validate("shop")
    def _known_shop(self, proposal: Any) -> str:
        _one_of("shop", proposal["value"], tuple(shop["id"] for shop in self.shops))
        return proposal["value"]

    @t.validate("split", "measure", "axis")
    def _known_word(self, proposal: Any) -> str:
        name = proposal["trait"].name
        allowed = {"split": _SPLITS, "measure": _MEASURES, "axis": _AXES}[name]
        _one_of(name, proposal["value"], allowed)
        return proposal["value"]

    @t.validate("recency_days", "frequency", "monetary", "window_days")
    def _whole_cut(self, proposal: Any) -> int | None:
        if proposal["value"] is not None:
            _whole(proposal["trait"].name, proposal["value"])
        return proposal["value"]


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        message = say.bad_choice(name, value, allowed)
        raise SettingsError(message)


def _whole(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = say.bad_number(name, value, 0)
        raise SettingsError(message)


def _named(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        if not given:
            message = say.bad_shop(given)
            raise SettingsError(message)
        return {str(name): shop for name, shop in given.items()}
    return {say.OWN_TABLE if _is_table(given) else getattr(given, "name", ""): given}


def _is_table(given: Any) -> bool:
    return hasattr(given, "columns")


def _packed(name: str, shop: Any, as_of: Any) -> dict[str, Any]:
    """Return one shop as the browser reads it: its name, unit of money and packed orders."""
    if _is_table(shop):
        packed = _pack(name, shop, timezone=OrderRules.timezone, as_of=None)
        if as_of is not None:
            packed["as_of"] = max(packed["as_of"], as_day(as_of).isoformat())
        return {"id": name, "name": name, "unit": say.UNIT_NAMES["CNY"], **packed}
    if not _is_table(getattr(shop, "orders", None)):
        message = say.bad_shop(shop)
        raise SettingsError(message)
    packed = _pack(name, shop.orders, timezone=shop.timezone, as_of=as_day(shop.as_of))
    return {"id": name, "name": name, "unit": say.UNIT_NAMES.get(shop.currency, shop.currency), **packed}


def _pack(name: str, orders: Any, *, timezone: str, as_of: dt.date | None) -> dict[str, Any]:
    absent = {key: None for key in ("refund_cny", "status") if key not in orders.columns}
    packed = pack_orders(orders, name=name, rules=OrderRules(timezone=timezone, columns=absent), as_of=as_of)
    return {**packed, "timezone": timezone}


def _inside(as_of: Any, shop: dict[str, Any]) -> str:
    day = as_day(as_of).isoformat()
    if not shop["first_day"] < day <= shop["as_of"]:
        message = say.as_of_outside(shop["name"], day, shop["first_day"], shop["as_of"])
        raise SettingsError(message)
    return day


def _segments() -> list[dict[str, str]]:
    return [
        {
            "code": segment.code,
            "name": segment.name,
            "aim": segment.aim,
            "strategy": segment.strategy,
            "color": SEGMENT_COLORS[segment.code],
        }
        for segment in SEGMENTS
    ]
