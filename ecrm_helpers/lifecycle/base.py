"""What a lesson sets: the budgets, the shop without them, and how the market answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.book import is_count
from ecrm_helpers.lifecycle.checks import check_matrix, check_number, per_stage
from ecrm_helpers.lifecycle.stages import STAGES
from ecrm_helpers.messages import lifecycle as say

__all__ = ["DEFAULT_RESPONSES", "MAX_BUDGET", "Base", "Levers", "Response"]

MAX_BUDGET = 10_000_000
"""The largest monthly budget accepted, in yuan: beyond it is a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True)
class Levers:
    """Money a shop adds per month to what it does today, in whole yuan; all zero means "carry on as today".

    Parameters
    ----------
    acquisition_budget : int, default=0
        Brings more new customers.
    retention_budget : int, default=0
        Helps customers in acquisition and retention to the next order.
    loyalty_budget : int, default=0
        Helps from retention to loyalty and keeps the loyal.
    winback_budget : int, default=0
        Brings back customers in winback and, rarely, lost ones.

    Raises
    ------
    SettingsError
        If a budget is not an integer from 0 to MAX_BUDGET.
    """

    acquisition_budget: int = 0
    retention_budget: int = 0
    loyalty_budget: int = 0
    winback_budget: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not is_count(value, least=0) or value > MAX_BUDGET:
                message = say.bad_budget(field.name, value, MAX_BUDGET)
                raise SettingsError(message)

    @property
    def total(self) -> int:
        """Yuan per month over all four budgets."""
        return self.acquisition_budget + self.retention_budget + self.loyalty_budget + self.winback_budget


@dataclass(frozen=True, kw_only=True)
class Response:
    """What one budget does to customers of one stage.

    With ``effect(budget, scale)`` between 0 and 1, the part ``share * effect`` of those in `stage` who would
    have gone to `source` go to `target` instead. Rows keep their sum and no probability turns negative.

    Parameters
    ----------
    lever : str
        A field of :class:`Levers`.
    stage, source, target : str
        Stages; `source` and `target` differ.
    share : float
        The most that any budget can move, 0 to 1.
    scale : float
        Yuan per month at which 63 % of `share` is reached.

    Raises
    ------
    SettingsError
    """

    lever: str
    stage: str
    source: str
    target: str
    share: float
    scale: float

    def __post_init__(self) -> None:
        levers = [field.name for field in fields(Levers)]
        for name, allowed in (("lever", levers), ("stage", STAGES), ("source", STAGES), ("target", STAGES)):
            if getattr(self, name) not in allowed:
                message = say.bad_response(f"{name}={getattr(self, name)!r}")
                raise SettingsError(message)
        if self.source == self.target or not 0 <= self.share <= 1 or not 0 < self.scale < math.inf:
            message = say.bad_response(
                f"{self.source} → {self.target}, share={self.share}, scale={self.scale}"
            )
            raise SettingsError(message)


DEFAULT_RESPONSES: tuple[Response, ...] = tuple(
    Response(lever=lever, stage=stage, source=source, target=target, share=share, scale=scale)
    for lever, stage, source, target, share, scale in (
        ("retention_budget", "acquisition", "acquisition", "retention", 0.05, 8_000.0),
        ("retention_budget", "acquisition", "winback", "retention", 0.25, 8_000.0),
        ("retention_budget", "retention", "winback", "retention", 0.25, 8_000.0),
        ("loyalty_budget", "retention", "retention", "loyalty", 0.05, 6_000.0),
        ("loyalty_budget", "loyalty", "retention", "loyalty", 0.30, 6_000.0),
        ("loyalty_budget", "loyalty", "winback", "loyalty", 0.35, 6_000.0),
        ("winback_budget", "winback", "winback", "retention", 0.03, 5_000.0),
        ("winback_budget", "winback", "lost", "retention", 0.10, 5_000.0),
        ("winback_budget", "lost", "lost", "retention", 0.002, 5_000.0),
    )
)
"""Assumptions of the teaching model, not measurements: diminishing returns of a plausible size."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """The shop when nothing extra is spent, and how its market answers to budgets.

    The defaults describe 榕屿家居 (Rongyu Home), rounded from :func:`base_from` on its orders as of
    2026-07-01; costs, margin, discount and the answers to budgets are assumptions of the lesson.

    Parameters
    ----------
    matrix : 5 × 5 floats
        Probability of moving from a stage (row) to a stage (column) within a month.
    people : 5 floats
        Customers per stage at the start.
    new_customers : float
        Newcomers per month without any acquisition budget.
    new_customers_max : float
        The most that a budget can add to them per month.
    new_customers_scale : float
        Yuan per month at which 63 % of that is reached.
    first_revenue : float
        Fen a newcomer spends in the month of joining.
    stage_revenue : 5 floats
        Fen per customer and month in each stage.
    stage_cost : 5 floats
        Fen per customer and month for service and messages.
    margin : float
        Share of revenue left after goods and delivery, 0 to 1.
    monthly_discount : float
        For example 0.01.
    clv_months : int
        How far a customer's value looks ahead.
    responses : Responses
        What the other three budgets do.

    Raises
    ------
    SettingsError
        If the matrix is not row-stochastic or a number is out of range.
    """

    matrix: tuple[tuple[float, ...], ...] = (
        (0.735, 0.102, 0.017, 0.146, 0.000),
        (0.000, 0.728, 0.131, 0.141, 0.000),
        (0.000, 0.024, 0.889, 0.087, 0.000),
        (0.000, 0.026, 0.022, 0.848, 0.104),
        (0.000, 0.015, 0.000, 0.000, 0.985),
    )
    people: tuple[float, ...] = (770.0, 640.0, 970.0, 1830.0, 1600.0)
    new_customers: float = 245.0
    new_customers_max: float = 160.0
    new_customers_scale: float = 25_000.0
    first_revenue: float = 38_000.0
    stage_revenue: tuple[float, ...] = (4_400.0, 5_700.0, 11_000.0, 1_500.0, 460.0)
    stage_cost: tuple[float, ...] = (150.0, 200.0, 400.0, 80.0, 0.0)
    margin: float = 0.4
    monthly_discount: float = 0.01
    clv_months: int = 60
    responses: tuple[Response, ...] = DEFAULT_RESPONSES

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", check_matrix(self.matrix))
        for name in ("people", "stage_revenue", "stage_cost"):
            object.__setattr__(self, name, per_stage(name, getattr(self, name)))
        for name in ("new_customers", "new_customers_max", "first_revenue"):
            check_number(name, getattr(self, name), low=0)
        check_number("new_customers_scale", self.new_customers_scale, low=1)
        check_number("margin", self.margin, low=0, high=1)
        check_number("monthly_discount", self.monthly_discount, low=0, high=1)
        if not is_count(self.clv_months, least=1):
            message = say.bad_count("clv_months", self.clv_months, 1)
            raise SettingsError(message)
        object.__setattr__(self, "responses", tuple(self.responses))
        _check_shares(self.responses)


def _check_shares(responses: tuple[Response, ...]) -> None:
    moved: dict[tuple[str, str], float] = {}
    for response in responses:
        key = (response.stage, response.source)
        moved[key] = moved.get(key, 0.0) + response.share
        if moved[key] > 1:
            message = say.shares_too_large(*key, moved[key])
            raise SettingsError(message)
