"""The customer lifecycle: who is in which stage, how customers move, and what a budget changes.

``stages`` reads stages from orders and ``moves`` how customers change them, ``base`` holds the budgets and
the shop, ``model`` projects it, ``many`` for many budgets at once and ``individuals`` customer by customer,
``closed`` checks them with formulas, ``estimate`` fits a shop.
"""

from ecrm_helpers.lifecycle.base import DEFAULT_RESPONSES, MAX_BUDGET, Base, Levers, Response
from ecrm_helpers.lifecycle.closed import expected_visits, migration_clv
from ecrm_helpers.lifecycle.estimate import base_from
from ecrm_helpers.lifecycle.individuals import simulate
from ecrm_helpers.lifecycle.many import equity_after
from ecrm_helpers.lifecycle.model import (
    Projection,
    effect,
    matrix_with,
    new_customers_with,
    project,
    stage_value,
)
from ecrm_helpers.lifecycle.moves import transition_counts, transitions
from ecrm_helpers.lifecycle.stages import (
    STAGE_NAMES,
    STAGES,
    StageName,
    StageSettings,
    month_starts,
    stage_counts,
    stage_history,
    stage_of,
)

__all__ = [
    "DEFAULT_RESPONSES",
    "MAX_BUDGET",
    "STAGES",
    "STAGE_NAMES",
    "Base",
    "Levers",
    "Projection",
    "Response",
    "StageName",
    "StageSettings",
    "base_from",
    "effect",
    "equity_after",
    "expected_visits",
    "matrix_with",
    "migration_clv",
    "month_starts",
    "new_customers_with",
    "project",
    "simulate",
    "stage_counts",
    "stage_history",
    "stage_of",
    "stage_value",
    "transition_counts",
    "transitions",
]
