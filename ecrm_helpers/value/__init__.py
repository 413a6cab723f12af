"""What a customer is worth: retention formula, curve, grades, models of repeat buying, perceived value.

From orders to value per customer: :func:`repeat_table` → :func:`fit_bgnbd`, :func:`fit_gamma_gamma` →
:func:`customer_value`; :func:`holdout` checks the forecast against what happened.
"""

from ecrm_helpers.value.bgnbd import BGNBD, fit_bgnbd, log_likelihood
from ecrm_helpers.value.checking import Holdout, holdout
from ecrm_helpers.value.curve import clv_curve, net_clv, payback
from ecrm_helpers.value.customers import customer_value
from ecrm_helpers.value.expectation import expected_cumulative, expected_purchases, probability_alive
from ecrm_helpers.value.formula import clv, clv_table
from ecrm_helpers.value.gammagamma import GammaGamma, expected_order_value, fit_gamma_gamma
from ecrm_helpers.value.grades import GRADES, concentration, grade_customers
from ecrm_helpers.value.perceived import BENEFITS, COSTS, PerceivedValue, compare_perceived, perceived_value
from ecrm_helpers.value.repeat import repeat_table
from ecrm_helpers.value.saving import ServiceSaving, save_on_service
from ecrm_helpers.value.sensitivity import break_even_retention, clv_sensitivity

__all__ = [
    "BENEFITS",
    "BGNBD",
    "COSTS",
    "GRADES",
    "GammaGamma",
    "Holdout",
    "PerceivedValue",
    "ServiceSaving",
    "break_even_retention",
    "clv",
    "clv_curve",
    "clv_sensitivity",
    "clv_table",
    "compare_perceived",
    "concentration",
    "customer_value",
    "expected_cumulative",
    "expected_order_value",
    "expected_purchases",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "grade_customers",
    "holdout",
    "log_likelihood",
    "net_clv",
    "payback",
    "perceived_value",
    "probability_alive",
    "repeat_table",
    "save_on_service",
]
