"""Lifecycle explorer: four budgets, and what becomes of customers, profit and customer equity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle import MAX_BUDGET, STAGE_NAMES, Base, Levers, Response
from ecrm_helpers.messages import widgets as say
from ecrm_helpers.widgets._colors import STAGE_COLORS

__all__ = ["LifecycleExplorer"]

_STATIC = Path(__file__).parent / "static"
_SHOWN = ("people", "profit", "equity")
_LEVERS = tuple(field.name for field in fields(Levers))
_MOST_MONTHS = 120


class LifecycleExplorer(anywidget.AnyWidget):
    """Move four monthly budgets; see stages, profit, customer value, beside the shop that adds nothing.

    The student first guesses where a given budget earns most. The numbers are
    :func:`ecrm_helpers.lifecycle.project`, computed in the browser. The button 「把设置变成一行代码」 gives
    the line that :class:`ecrm_helpers.lifecycle.Levers` accepts.

    Parameters
    ----------
    base : Base or mapping, default=None
        The shop and its market; ``Base()`` when None.
    months : int, default=24
        How far the projection looks, 1 to 120.
    levers : Levers or mapping, default=None
        Where the sliders start; all zero when None.
    trial_budget : int, default=10_000
        The yuan per month that the opening question lets the student place.
    budget_max, budget_step : int, default=40_000 and 1_000
        The sliders' end and step, in yuan per month.
    title : str, optional

    Raises
    ------
    SettingsError
        If an option is outside what is described above.

    Examples
    --------
    >>> explorer = LifecycleExplorer(months=12, levers={"winback_budget": 5_000})
    >>> explorer.levers["winback_budget"], explorer.months
    (5000, 12)
    """

    _esm = _STATIC / "lifecycle_explorer.js"
    _css = _STATIC / "lifecycle_explorer.css"

    title = t.Unicode().tag(sync=True)
    base = t.Dict().tag(sync=True)
    stages = t.List(t.Dict()).tag(sync=True)
    months = t.Int(24).tag(sync=True)
    acquisition_budget = t.Int(0).tag(sync=True)
    retention_budget = t.Int(0).tag(sync=True)
    loyalty_budget = t.Int(0).tag(sync=True)
    winback_budget = t.Int(0).tag(sync=True)
    trial_budget = t.Int(10_000).tag(sync=True)
    budget_max = t.Int(40_000).tag(sync=True)
    budget_step = t.Int(1_000).tag(sync=True)
    show = t.Unicode("people").tag(sync=True)
    guess = t.Dict().tag(sync=True)

    def __init__(
        self,
        base: Base | Mapping[str, Any] | None = None,
        *,
        months: int = 24,
        levers: Levers | Mapping[str, int] | None = None,
        trial_budget: int = 10_000,
        budget_max: int = 40_000,
        budget_step: int = 1_000,
        title: str = say.LIFECYCLE_TITLE,
    ) -> None:
        for name, value in [
            ("trial_budget", trial_budget), ("budget_max", budget_max), ("budget_step", budget_step)
        ]:  # fmt: skip
            _whole(name, value, low=1, high=MAX_BUDGET)
        super().__init__(
            title=title,
            base=asdict(_base(base)),
            stages=_stages(),
            months=months,
            trial_budget=trial_budget,
            budget_max=budget_max,
            budget_step=budget_step,
            **asdict(_levers(levers)),
        )

    @property
    def levers(self) -> dict[str, int]:
        """The four budgets as keyword arguments of ``Levers``: what the button's line says."""
        return {name: getattr(self, name) for name in _LEVERS}

    @t.validate(*_LEVERS)
    def _whole_budget(self, proposal: Any) -> int:
        _whole(proposal["trait"].name, proposal["value"], low=0, high=MAX_BUDGET)
        return proposal["value"]

    @t.validate("months")
    def _whole_months(self, proposal: Any) -> int:
        _whole("months", proposal["value"], low=1, high=_MOST_MONTHS)
        return proposal["value"]

    @t.validate("show")
    def _known_chart(self, proposal: Any) -> str:
        if proposal["value"] not in _SHOWN:
            message = say.bad_choice("show", proposal["value"], _SHOWN)
            raise SettingsError(message)
        return proposal["value"]


def _whole(name: str, value: object, *, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        message = say.bad_range(name, value, low, high)
        raise SettingsError(message)


def _base(given: Base | Mapping[str, Any] | None) -> Base:
    if given is None:
        return Base()
    if isinstance(given, Base):
        return given
    if not isinstance(given, Mapping):
        message = say.bad_base(given)
        raise SettingsError(message)
    values = dict(given)
    if "responses" in values:
        values["responses"] = tuple(
            item if isinstance(item, Response) else Response(**item) for item in values["responses"]
        )
    return Base(**values)


def _levers(given: Levers | Mapping[str, int] | None) -> Levers:
    if isinstance(given, Levers):
        return given
    values = dict(given or {})
    for name in values:
        if name not in _LEVERS:
            message = say.unknown_lever(name, _LEVERS)
            raise SettingsError(message)
    return Levers(**values)


def _stages() -> list[dict[str, str]]:
    return [
        {
            "stage": stage.stage,
            "name": stage.name,
            "note": stage.aim,
            "strategy": stage.strategy,
            "color": STAGE_COLORS[stage.stage],
        }
        for stage in STAGE_NAMES
    ]
