"""The files a school takes: workbook, CSV, and a unit's total as one component of another course."""

from ecrm_helpers.grades.book.plain import write_csv, write_export
from ecrm_helpers.grades.book.workbook import write_book

__all__ = ["write_book", "write_csv", "write_export"]
