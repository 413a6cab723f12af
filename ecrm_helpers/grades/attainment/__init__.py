"""课程目标达成度 by the direct method."""

from ecrm_helpers.grades.attainment.direct import attained
from ecrm_helpers.grades.attainment.records import Attained, OutcomeResult, SourceResult

__all__ = ["Attained", "OutcomeResult", "SourceResult", "attained"]
