"""CLV explorer: what a customer is worth to the shop, and beside it what the shop is worth to a customer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import perceived as names
from ecrm_helpers.messages import widgets as say
from ecrm_helpers.value import BENEFITS, COSTS, perceived_value

__all__ = ["CLVExplorer"]

_STATIC = Path(__file__).parent / "static"
_LEVERS = ("margin", "retention", "discount", "acquisition_cost")
_FIRST_PERIOD = ("immediate", "end")
_VIEWS = ("weights", "own", "rival")
# The last retention is one that 1 % more keeps below 1, where an endless value has no limit.
_RANGES = {
    "margin": (0.01, 1e9),
    "retention": (0, 0.99),
    "discount": (0, 1),
    "acquisition_cost": (0, 1e9),
    "saving": (0, 0.5),
    "service_loss": (0, 4),
    "retention_loss": (0, 1),
}
_MOST_PERIODS = 60
# Good service and slow parcels beside a cheaper rival: an example, not a measurement.
_EXAMPLE = {
    "weights": (5, 4, 2, 3, 5, 3, 2, 3),
    "own": (4, 4, 3, 3, 3, 4, 2, 2),
    "rival": (4, 2, 2, 4, 2, 3, 3, 3),
}


class CLVExplorer(anywidget.AnyWidget):
    """Move margin, retention, discount and acquisition cost; see value, payback and what matters most.

    The student first guesses what ten more points of retention do to CLV. The numbers are those of
    :func:`ecrm_helpers.value.net_clv`, ``clv_curve``, ``payback`` and ``clv_sensitivity``, computed in the
    browser; the convention of the first margin always stands beside them. Below, the customer's own
    reckoning (:func:`ecrm_helpers.value.perceived_value`), and, off until switched on, an assumption that
    joins the two (:func:`ecrm_helpers.value.save_on_service`). The button 「把设置变成一行代码」 gives a dict
    that all four functions of value accept: ``payback(**clv_settings)``.

    Parameters
    ----------
    margin : float, default=100
        Contribution per customer and year, in `unit`; above 0.
    retention : float, default=0.6
        0 to 0.99 a year.
    discount : float, default=0.1
        0 to 1 a year.
    acquisition_cost : float, default=150
        Paid once for winning the customer, in `unit`.
    first_period : {"immediate", "end"}, default="immediate"
        Whether the first margin comes at once and for certain, or after a year from those who stay.
    periods : int, default=10
        Years on the chart, 1 to 60. Values are endless whatever is shown.
    segments : mapping of str to mapping, optional
        Groups of customers by name, each with any of the five settings above (those left out are as given
        there): a list from which the student loads their numbers.
    perceived : mapping, optional
        ``weights``, ``own`` and ``rival``: each a mapping of the eight items of
        ``ecrm_helpers.value.BENEFITS`` and ``COSTS`` to weights (at least 0) or scores (1 to 5). Those left
        out are an invented example.
    unit : str, default="元"
        The unit of money people read.
    title : str, optional

    Raises
    ------
    SettingsError
        If an option is outside what is described above.

    Examples
    --------
    >>> from ecrm_helpers.value import payback
    >>> explorer = CLVExplorer(margin=120, retention=0.7, acquisition_cost=200)
    >>> explorer.settings
    {'margin': 120, 'retention': 0.7, 'discount': 0.1, 'acquisition_cost': 200, 'first_period': 'immediate'}
    >>> payback(**explorer.settings)
    2
    """

    _esm = _STATIC / "clv_explorer.js"
    _css = _STATIC / "clv_explorer.css"

    title = t.Unicode().tag(sync=True)
    unit = t.Unicode().tag(sync=True)
    margin = t.Float(100).tag(sync=True)
    retention = t.Float(0.6).tag(sync=True)
    discount = t.Float(0.1).tag(sync=True)
    acquisition_cost = t.Float(150).tag(sync=True)
    first_period = t.Unicode("immediate").tag(sync=True)
    periods = t.Int(10).tag(sync=True)
    start = t.Dict().tag(sync=True)
    segments = t.List(t.Dict()).tag(sync=True)
    items = t.List(t.Dict()).tag(sync=True)
    weights = t.Dict().tag(sync=True)
    own = t.Dict().tag(sync=True)
    rival = t.Dict().tag(sync=True)
    linked = t.Bool(default_value=False).tag(sync=True)
    saving = t.Float(0.1).tag(sync=True)
    service_loss = t.Float(1.0).tag(sync=True)
    retention_loss = t.Float(0.2).tag(sync=True)
    guess = t.Dict().tag(sync=True)

    def __init__(
        self,
        *,
        margin: float = 100,
        retention: float = 0.6,
        discount: float = 0.1,
        acquisition_cost: float = 150,
        first_period: str = "immediate",
        periods: int = 10,
        segments: Mapping[str, Mapping[str, Any]] | None = None,
        perceived: Mapping[str, Mapping[str, float]] | None = None,
        unit: str = say.UNIT_NAMES["CNY"],
        title: str = say.CLV_TITLE,
    ) -> None:
        start = _settings(
            {
                "margin": margin,
                "retention": retention,
                "discount": discount,
                "acquisition_cost": acquisition_cost,
                "first_period": first_period,
            }
        )
        super().__init__(
            title=title,
            unit=unit,
            periods=periods,
            start=start,
            segments=_segments(segments, start),
            items=_items(),
            **start,
            **_views(perceived),
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The five choices as keyword arguments of ``net_clv`` and its kin: what the button's line says."""
        return _settings({name: getattr(self, name) for name in (*_LEVERS, "first_period")})

    @t.validate(*_RANGES)
    def _in_range(self, proposal: Any) -> float:
        _check(proposal["trait"].name, proposal["value"])
        return proposal["value"]

    @t.validate("first_period")
    def _known_convention(self, proposal: Any) -> str:
        _check("first_period", proposal["value"])
        return proposal["value"]

    @t.validate("periods")
    def _whole_periods(self, proposal: Any) -> int:
        if not 1 <= proposal["value"] <= _MOST_PERIODS:
            message = say.bad_range("periods", proposal["value"], 1, _MOST_PERIODS)
            raise SettingsError(message)
        return proposal["value"]

    @t.validate(*_VIEWS)
    def _all_items(self, proposal: Any) -> dict[str, float]:
        return _view(proposal["trait"].name, proposal["value"])


def _check(name: str, value: object) -> None:
    if name == "first_period":
        if value not in _FIRST_PERIOD:
            message = say.bad_choice(name, value, _FIRST_PERIOD)
            raise SettingsError(message)
        return
    low, high = _RANGES[name]
    number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
    if not number or not low <= float(value) <= high:  # type: ignore[arg-type]
        message = say.outside(name, value, low, high)
        raise SettingsError(message)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the five choices and write whole numbers without a decimal point, as people do."""
    for name, value in given.items():
        _check(name, value)
    return {
        name: int(value) if not isinstance(value, str) and float(value).is_integer() else value
        for name, value in given.items()
    }


def _segments(
    given: Mapping[str, Mapping[str, Any]] | None, start: Mapping[str, Any]
) -> list[dict[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, Mapping) or not all(isinstance(own, Mapping) for own in given.values()):
        message = say.bad_segments(given)
        raise SettingsError(message)
    for own in given.values():
        if unknown := own.keys() - start.keys():
            message = say.unknown_setting(min(unknown, key=str), start)
            raise SettingsError(message)
    return [{"name": str(name), **_settings({**start, **own})} for name, own in given.items()]


def _views(given: Mapping[str, Mapping[str, float]] | None) -> dict[str, dict[str, float]]:
    views: dict[str, Any] = {
        name: dict(zip((*BENEFITS, *COSTS), values, strict=True)) for name, values in _EXAMPLE.items()
    }
    if given is None:
        return views
    if not isinstance(given, Mapping) or given.keys() - views.keys():
        message = say.bad_choice("perceived", given, _VIEWS)
        raise SettingsError(message)
    return views | {name: _view(name, view) for name, view in given.items()}


def _view(name: str, view: Any) -> dict[str, float]:
    """Let perceived_value say what is wrong with the scores or weights of the eight items."""
    if not isinstance(view, Mapping) or set(view) != {*BENEFITS, *COSTS}:
        message = names.other_names(name, view if isinstance(view, Mapping) else (), (*BENEFITS, *COSTS))
        raise SettingsError(message)
    neutral = dict.fromkeys((*BENEFITS, *COSTS), 1.0)
    scores, weights = (neutral, dict(view)) if name == "weights" else (dict(view), neutral)
    perceived_value(
        {item: scores[item] for item in BENEFITS},
        {item: scores[item] for item in COSTS},
        weights=weights,
    )
    return dict(view)


def _items() -> list[dict[str, str]]:
    return [
        {"item": item, "side": side, "name": name, "note": note}
        for side, listed in (("benefits", names.BENEFIT_NAMES), ("costs", names.COST_NAMES))
        for item, (name, note) in listed.items()
    ]
