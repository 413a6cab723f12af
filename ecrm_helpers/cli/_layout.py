"""Help pages broken into lines by what a terminal shows: a Chinese character takes two columns."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Layout", "columns", "wrapped"]

_SPACING = 2
# A word in Latin letters stays whole; no line begins with what closes or ends with what opens.
_UNITS = re.compile(r"[（“《「]*(?:[!-~]+|\S)[，。、；：？！）”》」…]*|\s+")


class Layout(click.HelpFormatter):
    """click's help page with lines that fit."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        for line in wrapped(text, self.width - self.current_indent):
            self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        listed = list(rows)
        first = min(max(columns(name) for name, _ in listed), col_max) + col_spacing
        before = self.current_indent + first
        for name, text in listed:
            lines = wrapped(text, self.width - before) or [""]
            if columns(name) > first - _SPACING:
                lines.insert(0, "")
            self.write(f"{'':>{self.current_indent}}{name}{'':>{first - columns(name)}}{lines[0]}".rstrip())
            self.write("".join(f"\n{'':>{before}}{line}" for line in lines[1:]) + "\n")


def columns(text: str) -> int:
    """Count the columns that a text takes in a terminal.

    Examples
    --------
    >>> columns("ecrm 成绩")
    9
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most so many columns.

    Examples
    --------
    >>> wrapped("默认用 courses 里的，没有就新建。", 16)
    ['默认用 courses', '里的，没有就新', '建。']
    """
    lines = [""]
    for unit in _UNITS.findall(" ".join(text.split())):
        if columns(lines[-1] + unit.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += unit if lines[-1] or not unit.isspace() else ""
    return [line.rstrip() for line in lines if line.strip()]
