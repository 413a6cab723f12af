"""Assessment schemes, score sheets, gradebook and class lists.

`grading_config.py` is written with the names exported here.
"""

from ecrm_helpers.grades.scheme import (
    Component,
    CountIn,
    Course,
    Evidence,
    Formative,
    GiveRest,
    Missing,
    Part,
    Product,
    RoundHalfUp,
    ScaleTo100,
    WeightedSum,
)

__all__ = [
    "Component",
    "CountIn",
    "Course",
    "Evidence",
    "Formative",
    "GiveRest",
    "Missing",
    "Part",
    "Product",
    "RoundHalfUp",
    "ScaleTo100",
    "WeightedSum",
]
