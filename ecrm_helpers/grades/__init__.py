"""Assessment schemes, score sheets, gradebook and class lists.

`grading_config.py` is written with the names exported here.
"""

from ecrm_helpers.grades.policies import (
    STATES,
    Attainment,
    CountIn,
    Formative,
    GiveRest,
    Late,
    Missing,
    Product,
    Resubmit,
    RoundHalfUp,
    ScaleTo100,
    State,
    WeightedSum,
)
from ecrm_helpers.grades.scheme import EXERCISES, Component, Course, Evidence, Part
from ecrm_helpers.grades.sources import (
    Assignments,
    Attendance,
    Contribution,
    PeerReview,
    Rubric,
    Score,
    Source,
)

__all__ = [
    "EXERCISES",
    "STATES",
    "Assignments",
    "Attainment",
    "Attendance",
    "Component",
    "Contribution",
    "CountIn",
    "Course",
    "Evidence",
    "Formative",
    "GiveRest",
    "Late",
    "Missing",
    "Part",
    "PeerReview",
    "Product",
    "Resubmit",
    "RoundHalfUp",
    "Rubric",
    "ScaleTo100",
    "Score",
    "Source",
    "State",
    "WeightedSum",
]
