"""The result of reading a student's value, and what every expectation shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ecrm_helpers.messages import answers as say
from ecrm_helpers.plaindata import Plain, PlainDataError, plain

__all__ = ["Expectation", "Problem", "Reading", "as_plain", "odd", "shown_as"]


@dataclass(frozen=True)
class Problem:
    """Something odd about a value: a code for the program, two lines for the student."""

    code: str
    what: str
    hint: str

    def __str__(self) -> str:
        return say.said(self.what, self.hint)


@dataclass(frozen=True)
class Reading:
    """What was understood: the value to record (None if none), what is odd, what was put right."""

    value: Plain = None
    problem: Problem | None = None
    note: str = ""


class Expectation(Protocol):
    """Reads one value."""

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""

    def describe(self) -> str:
        """Say in Chinese what is expected."""


def odd(code: str, lines: tuple[str, str], value: Plain = None, *, note: str = "") -> Reading:
    """Return a reading with a problem; `value` is recorded all the same."""
    return Reading(value=value, problem=Problem(code, *lines), note=note)


def as_plain(value: object) -> tuple[Plain, Reading | None]:
    """Return `value` as plain data, or the reading that says why it is none."""
    try:
        return plain(value), None
    except PlainDataError as error:
        return None, odd(error.code, (error.what, error.hint))


def shown_as(value: Plain, limit: int = 40) -> str:
    """Return `value` as a student reads it, cut to `limit` characters."""
    if isinstance(value, bool):
        return "对" if value else "错"
    if isinstance(value, float):
        return f"{value:.10g}"
    shown = str(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
