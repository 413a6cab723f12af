"""What a spreadsheet lets a teacher type: the declared words, marks in range, days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ecrm_helpers.grades.sources import Attendance
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import score_templates as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from ecrm_helpers.grades.sheets.layout import Layout

__all__ = ["rule"]

MOST_LIST = 255  # letters of a list inside a validation


def rule(sheet: Worksheet, form: Layout, headings: Sequence[str], top: int, last: int) -> None:
    """Set what may be typed under each heading, from the row beneath `top` to `last`."""
    sheet.data_validations.dataValidation = []
    full_marks = {one.heading: one.full for one in form.marks}
    rules: dict[Any, DataValidation] = {}
    for index, name in enumerate(headings, start=1):
        if name in full_marks:
            full = full_marks[name]
            own = rules.setdefault(full, _words(form) if full is None else _marks(messages.shown(full)))
        elif name == messages.LATE_DAYS:
            own = rules.setdefault(name, _days())
        else:
            continue
        letter = get_column_letter(index)
        own.add(f"{letter}{top + 1}:{letter}{max(last, top + 1)}")
    for own in rules.values():
        sheet.add_data_validation(own)


def _words(form: Layout) -> DataValidation:
    """Offer the declared words; more than Excel takes in a list are typed by hand and checked on reading."""
    words = ",".join(form.source.points) if isinstance(form.source, Attendance) else ""
    if len(words) > MOST_LIST:
        return DataValidation(allow_blank=True)
    return DataValidation(
        type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True,
        errorTitle=texts.WORDS_TITLE, error=texts.WORDS_ERROR,
    )  # fmt: skip


def _marks(full: str) -> DataValidation:
    """Warn of a number out of range: a warning only, since 缺考 may stand here too."""
    return DataValidation(
        type="decimal", operator="between", formula1="0", formula2=full, allow_blank=True,
        showErrorMessage=True, errorStyle="warning", errorTitle=texts.MARKS_TITLE,
        error=texts.marks_error(full),
    )  # fmt: skip


def _days() -> DataValidation:
    return DataValidation(
        type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True, showErrorMessage=True,
        errorTitle=texts.DAYS_TITLE, error=texts.DAYS_ERROR,
    )  # fmt: skip
