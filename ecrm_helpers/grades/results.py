"""Everything that is known about a class, as the workbook, the report and the terminal need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ecrm_helpers.grades.attainment.records import Attained
    from ecrm_helpers.grades.coverage.records import GradedTask, Section
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.items.records import ItemAnalysis
    from ecrm_helpers.grades.record import ClassList

__all__ = ["Results"]


@dataclass(frozen=True)
class Results:
    """One course, read and computed once.

    Attributes
    ----------
    listed : ClassList
    gradebook : Gradebook or None
        None where nothing has been marked with nbgrader yet.
    attained : Attained
    items : ItemAnalysis
    tasks : tuple of GradedTask
    sections : tuple of Section
    config : Path
        grading_config.py: its text is part of the settings used.
    made_on : str
        ISO date the figures were computed on.
    """

    listed: ClassList
    gradebook: Gradebook | None
    attained: Attained
    items: ItemAnalysis
    tasks: tuple[GradedTask, ...]
    sections: tuple[Section, ...]
    config: Path
    made_on: str
