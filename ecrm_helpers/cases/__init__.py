"""Cases drawn from a student's own shop: the customers and targets that an exercise puts on the table.

The notebook shows what stands here and ``marking.py`` judges the same cases, so both sides always speak
of the same customers. Which ones they are follows from the shop's owner and the ids through SHA-256: no
random generator, and the same result on every machine. Amounts are fen inside and yuan on display. What is
reckoned from a shop is remembered for the last few shops, as a shop is never modified; the tables handed out
are copies.

``counting`` R, F and M by hand · ``segments`` thresholds, classes, plans · ``budgets`` the lifecycle ·
``money`` lifetime value · ``drawing`` the choice itself · ``tables`` their look · ``shown`` their HTML.
"""

from __future__ import annotations

from ecrm_helpers.cases.budgets import (
    LEVER_NAMES,
    WHOLE_SHOP,
    BudgetTarget,
    budget_gain,
    budget_plans,
    budget_request,
    budget_target,
    lifecycle_base,
    stage_table,
    transition_table,
    try_budget,
)
from ecrm_helpers.cases.counting import (
    COUNTED,
    HandOrder,
    Measured,
    classified,
    hand_customers,
    hand_orders,
    hand_rows,
    measured,
    rfm_of,
    status_table,
    status_totals,
)
from ecrm_helpers.cases.drawing import draw
from ecrm_helpers.cases.money import (
    DISCOUNT,
    Coupon,
    coupon,
    coupon_offer,
    group_clv,
    value_groups,
    value_table,
)
from ecrm_helpers.cases.segments import (
    PLAN_CLASSES,
    VipTarget,
    class_customers,
    class_means,
    group_table,
    groups_in_order,
    vip_request,
    vip_target,
)
from ecrm_helpers.cases.tables import show

__all__ = [
    "COUNTED",
    "DISCOUNT",
    "LEVER_NAMES",
    "PLAN_CLASSES",
    "WHOLE_SHOP",
    "BudgetTarget",
    "Coupon",
    "HandOrder",
    "Measured",
    "VipTarget",
    "budget_gain",
    "budget_plans",
    "budget_request",
    "budget_target",
    "class_customers",
    "class_means",
    "classified",
    "coupon",
    "coupon_offer",
    "draw",
    "group_clv",
    "group_table",
    "groups_in_order",
    "hand_customers",
    "hand_orders",
    "hand_rows",
    "lifecycle_base",
    "measured",
    "rfm_of",
    "show",
    "stage_table",
    "status_table",
    "status_totals",
    "transition_table",
    "try_budget",
    "value_groups",
    "value_table",
    "vip_request",
    "vip_target",
]
