"""What an attack is, and what can be seen of it after marking."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

BOUNDARIES = ("collect", "rebuild", "execute", "judge", "save", "feedback")
SECRET = "9f31ce"  # noqa: S105 - stands in the hidden checks, in marking.py and wherever else a student must not read
FULL = 16.0
GOOD = {
    "a1_total": "total_orders = sum(orders)",
    "a2_letter": 'letter = "B"',
    "a3_counts": 'counts = {"新客": 2, "老客": 3}',
    "a4_mean": "mean_orders = sum(orders) / len(orders)",
    "a5_share": "share_top = max(orders) / sum(orders)",
    "a6_table": 'table_top = [{"店": "一", "单": 3}, {"店": "二", "单": 1}]',
}


@dataclass(frozen=True)
class Place:
    """One course on disk that is being attacked, and everything around it that could be hurt."""

    root: Path  # nbgrader's course folder
    home: Path  # the teacher's home
    site: Path  # stands for site-packages: a folder on PYTHONPATH
    exchange: Path
    port: int  # a service of the teacher's on 127.0.0.1
    log: str = ""  # what the commands wrote to the teacher's terminal

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the gradebook."""
        with closing(sqlite3.connect(f"file:{self.root}/gradebook.db?mode=ro", uri=True, timeout=60)) as book:
            return book.execute(statement, values).fetchall()


@dataclass(frozen=True)
class Seen:
    """One student's work after marking."""

    place: Place
    student: str

    @cached_property
    def points(self) -> dict[str, float]:
        """Points by task as the gradebook counts them; none while the student has no row."""
        found = self.place.rows(
            "SELECT base_cell.name, COALESCE(grade.manual_score, grade.auto_score, 0)"
            " + COALESCE(grade.extra_credit, 0) FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
            " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"
            " WHERE submitted_assignment.student_id = ?",
            self.student,
        )
        return dict(found)

    @property
    def score(self) -> float:
        return sum(self.points.values())

    @property
    def marked(self) -> Path:
        """The marked notebook."""
        return self.place.root / "autograded" / self.student / "quiz" / "quiz.ipynb"

    @cached_property
    def shown(self) -> str:
        """Everything the student's own code brought into the marked notebook's outputs."""
        if not self.marked.is_file():
            return ""
        book = json.loads(self.marked.read_text(encoding="utf-8"))
        outputs = [output for cell in book["cells"] for output in cell.get("outputs", [])]
        return json.dumps([one for one in outputs if one["output_type"] != "error"], ensure_ascii=False)

    def told(self, name: str) -> str | None:
        """What the attacking code printed after ``name:``."""
        found = re.search(rf"{name}:(\S*?)(?:\\n|[\"\s])", self.shown)
        return found[1] if found else None

    @cached_property
    def page(self) -> str:
        """The feedback; it must be there."""
        path = self.place.root / "feedback" / self.student / "quiz" / "quiz.html"
        return path.read_text(encoding="utf-8")

    def other(self, student: str) -> Seen:
        return Seen(self.place, student)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A student who attacks: what is handed in, and how it shows that it worked.

    Parameters
    ----------
    name : str
        Also the student's id, and the row in ``docs/attacks.md``.
    boundary : str
        The part of marking that must stop it, one of `BOUNDARIES`.
    won : callable
        Tells from what is `Seen` whether it worked; asked after stock nbgrader and after ours.
    cells : mapping
        Sources of answer cells by grade id.
    first, last : str
        Sources of the student's own first and last cell.
    change : callable, optional
        Changes the notebook (a dict) before it is handed in.
    folder : callable, optional
        Changes the folder ``submitted/<name>/quiz`` after it was handed in.
    against_ours : mapping
        Replaces `cells`, `first` and `last` where our way asks for another form of the same attack.
    earned : float
        What it scores with ours, exactly.
    alone : bool
        It spoils the run for others: with stock it has a course of its own, with one classmate.
    """

    name: str
    boundary: str
    won: Callable[[Seen], object]
    cells: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    change: Callable[[dict[str, Any]], object] | None = None
    folder: Callable[[Path, Place], object] | None = None
    against_ours: Mapping[str, str] = field(default_factory=dict)
    earned: float = 0.0
    alone: bool = False


def paid(task: str) -> Callable[[Seen], bool]:
    """It worked if a wrong answer to `task` was paid."""
    return lambda seen: seen.points.get(task, 0.0) > 0


def printed(name: str, value: str) -> Callable[[Seen], bool]:
    """It worked if its code could print ``name:value``."""
    return lambda seen: seen.told(name) == value


class _Page(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for name, value in attributes:
            if name.startswith("on") or name in {
                "src",
                "href",
                "srcdoc",
                "action",
                "style",
                "content",
                "data",
            }:
                self.active.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.inside in {"script", "style"}:
            self.active.append(f"{self.inside} {data}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def active(mark: str) -> Callable[[Seen], bool]:
    """It worked if `mark` stands where the browser of whoever opens the feedback runs or fetches it."""

    def check(seen: Seen) -> bool:
        page = _Page()
        page.feed(seen.page)
        return any(mark in one for one in page.active)

    return check
