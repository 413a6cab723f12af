"""Turn task points, score sheets and overrides into marks and totals."""

from ecrm_helpers.grades.totals.combining import combine
from ecrm_helpers.grades.totals.listing import class_list

__all__ = ["class_list", "combine"]
