"""Score sheets: what is marked on paper, in class or on another platform comes in here."""

from ecrm_helpers.grades.sheets.reading import read_sheets
from ecrm_helpers.grades.sheets.records import Entry, ScoreSheets, normal_id, refuse_lost_zeros

__all__ = ["Entry", "ScoreSheets", "normal_id", "read_sheets", "refuse_lost_zeros"]
