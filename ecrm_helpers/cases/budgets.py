"""Cases for the lifecycle: stages, moves between them, and four budgets."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.lifecycle import (
    STAGE_NAMES,
    Base,
    Levers,
    base_from,
    equity_after,
    project,
    stage_counts,
)
from ecrm_helpers.messages import cases as words

if TYPE_CHECKING:
    from ecrm_helpers.datasets import Shop

__all__ = [
    "LEVER_NAMES",
    "WHOLE_SHOP",
    "BudgetTarget",
    "budget_gain",
    "budget_plans",
    "budget_request",
    "budget_target",
    "lifecycle_base",
    "stage_table",
    "transition_table",
    "try_budget",
]

LEVER_NAMES = tuple(field.name for field in fields(Levers))
WHOLE_SHOP = 15
"""A student's 400 customers stand for 6,000."""

_FEN = 100
_TEN_THOUSAND = 10_000
_STEPS = 6


@lru_cache(maxsize=4)
def lifecycle_base(shop: Shop) -> Base:
    """Estimate the lifecycle on this shop's orders and scale its people up to the whole shop.

    A student's 400 customers stand for 6,000, so people and newcomers count fifteen times; probabilities
    and revenue per customer stay as measured.
    """
    base = base_from(shop.orders, as_of=shop.as_of)
    return replace(
        base,
        people=tuple(WHOLE_SHOP * people for people in base.people),
        new_customers=WHOLE_SHOP * base.new_customers,
    )


def stage_table(shop: Shop) -> pd.DataFrame:
    """Count the shop's customers by lifecycle stage on its as-of date, in Chinese, with a total."""
    return _stage_table(shop).copy()


@lru_cache(maxsize=4)
def _stage_table(shop: Shop) -> pd.DataFrame:
    counts = stage_counts(shop.orders, as_of=shop.as_of)
    index = pd.Index([*(stage.name for stage in STAGE_NAMES), words.TOTAL], name=words.STAGE)
    return pd.DataFrame({words.CUSTOMERS: [*counts, sum(counts)]}, index=index)


def transition_table(shop: Shop) -> pd.DataFrame:
    """Show of 100 customers in a stage how many are in each stage a month later (last twelve months)."""
    return _transition_table(shop).copy()


@lru_cache(maxsize=4)
def _transition_table(shop: Shop) -> pd.DataFrame:
    index = _stage_index()
    return pd.DataFrame(
        (100 * np.array(lifecycle_base(shop).matrix)).round(1),
        index=index.rename(words.FROM_STAGE),
        columns=index.rename(words.TO_STAGE),
    )


def _stage_index() -> pd.Index:
    return pd.Index([stage.name for stage in STAGE_NAMES], name=words.STAGE)


@dataclass(frozen=True, kw_only=True)
class BudgetTarget:
    """What the boss asks of four budgets: at most `cap` yuan a month, customer equity up by `gain` yuan."""

    cap: int
    gain: int
    months: int


def budget_plans(cap: int = 12_000) -> list[Levers]:
    """Return every split of `cap` yuan among the four budgets in steps of a sixth."""
    return list(_budget_plans(cap))


@lru_cache(maxsize=4)
def _budget_plans(cap: int) -> tuple[Levers, ...]:
    splits = (split for split in product(range(0, cap + 1, cap // _STEPS), repeat=4) if sum(split) == cap)
    return tuple(Levers(**dict(zip(LEVER_NAMES, split, strict=True))) for split in splits)


@lru_cache(maxsize=4)
def budget_target(shop: Shop, *, cap: int = 12_000, months: int = 24, slack: float = 0.8) -> BudgetTarget:
    """Set a gain of customer equity that budgets under the cap can reach in this shop.

    It is `slack` times what the best of :func:`budget_plans` adds, rounded down to 10,000 yuan. Which one
    that is stays untold: students have this package.
    """
    today, *reached = equity_after([Levers(), *budget_plans(cap)], lifecycle_base(shop), months).tolist()
    most = max(reached) - today
    return BudgetTarget(
        cap=cap, gain=int(slack * most / _FEN // _TEN_THOUSAND) * _TEN_THOUSAND, months=months
    )


def budget_request(shop: Shop) -> str:
    """Say in Chinese what :func:`budget_target` asks."""
    target = budget_target(shop)
    return words.budget_request(cap=target.cap, gain=target.gain, months=target.months)


def budget_gain(shop: Shop, levers: Levers, *, months: int = 24) -> float:
    """Return how much `levers` add to the shop's customer equity after `months`, in yuan.

    The budgets themselves are not taken off: a cap limits them.
    """
    base = lifecycle_base(shop)
    return (_equity(levers, base, months) - _equity(Levers(), base, months)) / _FEN


def try_budget(shop: Shop, levers: object) -> str:
    """Say in Chinese what a line pasted from the explorer costs and brings, beside what is asked."""
    if not isinstance(levers, dict) or not levers:
        return words.NO_LEVERS
    try:
        plan = Levers(**levers)
    except (EcrmError, TypeError) as error:
        return words.bad_levers(str(error).partition("\n")[0])
    target = budget_target(shop)
    return words.budget_result(
        total=plan.total,
        cap=target.cap,
        gain=budget_gain(shop, plan),
        asked=target.gain,
        months=target.months,
    )


def _equity(levers: Levers, base: Base, months: int) -> float:
    return float(project(levers, base, months).customer_equity[-1])
