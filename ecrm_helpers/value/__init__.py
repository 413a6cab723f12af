"""What a customer is worth: lifetime value by the retention formula, grades, and concentration."""

from ecrm_helpers.value.formula import clv, clv_table
from ecrm_helpers.value.grades import GRADES, concentration, grade_customers

__all__ = ["GRADES", "clv", "clv_table", "concentration", "grade_customers"]
