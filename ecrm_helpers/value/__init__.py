"""What a customer is worth: lifetime value by the retention formula, grades, and concentration."""

from ecrm_helpers.value.curve import break_even_retention, clv_curve, clv_sensitivity, net_clv, payback
from ecrm_helpers.value.formula import clv, clv_table
from ecrm_helpers.value.grades import GRADES, concentration, grade_customers
from ecrm_helpers.value.perceived import (
    BENEFITS,
    COSTS,
    PerceivedValue,
    ServiceSaving,
    compare_perceived,
    perceived_value,
    save_on_service,
)

__all__ = [
    "BENEFITS",
    "COSTS",
    "GRADES",
    "PerceivedValue",
    "ServiceSaving",
    "break_even_retention",
    "clv",
    "clv_curve",
    "clv_sensitivity",
    "clv_table",
    "compare_perceived",
    "concentration",
    "grade_customers",
    "net_clv",
    "payback",
    "perceived_value",
    "save_on_service",
]
