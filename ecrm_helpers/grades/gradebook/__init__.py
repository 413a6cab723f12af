"""nbgrader's gradebook, read once and never written."""

from ecrm_helpers.grades.gradebook.reading import read_gradebook
from ecrm_helpers.grades.gradebook.records import FINDINGS, Gradebook, Work

__all__ = ["FINDINGS", "Gradebook", "Work", "read_gradebook"]
