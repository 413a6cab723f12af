"""Item analysis: difficulty, discrimination, answers, reliability, and what the class missed."""

from ecrm_helpers.grades.items.analysis import analysed
from ecrm_helpers.grades.items.records import AnswerShare, AssignmentItems, Item, ItemAnalysis, Missed

__all__ = ["AnswerShare", "AssignmentItems", "Item", "ItemAnalysis", "Missed", "analysed"]
