"""Collect what is wrong in score sheets, so that a teacher corrects a file once and not twenty times."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import score_sheets as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Report = Callable[[str], None]

__all__ = ["MOST", "Problems", "noting"]

MOST = 20  # of one file in one message


@dataclass
class Problems:
    """Messages by file, in the order found."""

    by_file: dict[str, list[str]] = field(default_factory=dict)

    def of(self, file: str) -> Report:
        """Return where the problems of one file are told."""
        return self.by_file.setdefault(file, []).append

    def __bool__(self) -> bool:
        return any(self.by_file.values())

    def told(self) -> str:
        """Write all of them file by file, at most `MOST` of each, with each hint once."""
        told = (
            messages.together(found[:MOST], more=max(0, len(found) - MOST))
            for found in self.by_file.values() if found
        )  # fmt: skip
        return "\n".join(told)

    def refuse(self) -> None:
        """Stop where there is any.

        Raises
        ------
        GradingError
        """
        if self:
            message = self.told()
            raise GradingError(message)


@contextmanager
def noting(report: Report) -> Iterator[None]:
    """Tell a `GradingError` instead of stopping at it."""
    try:
        yield
    except GradingError as error:
        report(str(error))
