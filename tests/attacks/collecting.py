"""The exchange, where every student may write: links, other people's names, other times."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.attack import Place

TIME = "2026-10-16 20:00:00.000000 UTC"
EARLY = "2020-01-01 08:00:00.000000 UTC"
FORMULA = '=HYPERLINK("mailto:attacker")'
VICTIM = "daemon"  # an account that every Linux has


@dataclass(frozen=True)
class Handed:
    """What an attack on the collector is made with and seen by."""

    place: Place
    me: str  # the account that runs the tests: the attacker's
    failure: str = ""  # what the collector raised

    @property
    def inbound(self) -> Path:
        return self.place.exchange / "crossborder_crm" / "inbound"

    @property
    def solution(self) -> Path:
        """The instructor's notebook, wherever the course has it."""
        places = (self.place.root / "source", self.place.root / "../../solutions/crossborder_crm")
        return next(path for folder in places if (path := folder / "quiz" / "quiz.ipynb").is_file())

    def record(self, student: str, text: str = "{}", *, time: str = TIME) -> Path:
        folder = self.inbound / f"{student}+quiz+{time}+abc"
        folder.mkdir()
        (folder / "quiz.ipynb").write_text(text, encoding="utf-8")
        (folder / "timestamp.txt").write_text(time, encoding="utf-8")
        return folder

    def taken(self, student: str, name: str = "quiz.ipynb") -> str:
        path = self.place.root / "submitted" / student / "quiz" / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass(frozen=True, kw_only=True)
class Collected:
    """An attack on the collector: what lies in the exchange, and how it shows that it worked."""

    name: str
    lay: Callable[[Handed], object]
    won: Callable[[Handed], object]
    boundary: str = "collect"


def link_to_folder(handed: Handed) -> None:
    (handed.inbound / f"{handed.me}+quiz+{TIME}+abc").symlink_to(handed.solution.parent)


def link_to_notebook(handed: Handed) -> None:
    folder = handed.record(handed.me)
    (folder / "quiz.ipynb").unlink()
    (folder / "quiz.ipynb").symlink_to(handed.solution)


def link_in_a_subfolder(handed: Handed) -> None:
    (handed.record(handed.me) / "notes").symlink_to(handed.place.home / ".ssh")


def other_name(handed: Handed) -> None:
    """The victim's own record, and a later one by the attacker; only root can give the first away."""
    honest = handed.record(VICTIM, "honest")
    if os.geteuid() == 0:
        for path in (honest, *honest.iterdir()):
            shutil.chown(path, VICTIM)
    handed.record(VICTIM, "forged", time="2099-01-01 00:00:00.000000 UTC")


def early_name(handed: Handed) -> None:
    handed.record(handed.me, time=EARLY)


def formula(handed: Handed) -> None:
    """Whatever lists this hand-in in a spreadsheet runs its id."""
    handed.record(FORMULA, "formula")


def name_without_time(handed: Handed) -> None:
    handed.record(handed.me, "honest")
    handed.record("zz", time="soon")


def pipe(handed: Handed) -> None:
    handed.record(handed.me, "honest")
    os.mkfifo(handed.record("zz") / "pipe")


COLLECTED = [
    Collected(name="record_is_a_link", lay=link_to_folder, won=lambda h: "sum(orders)" in h.taken(h.me)),
    Collected(name="notebook_is_a_link", lay=link_to_notebook, won=lambda h: "sum(orders)" in h.taken(h.me)),
    Collected(name="folder_is_a_link", lay=link_in_a_subfolder,
              won=lambda h: h.taken(h.me, "notes/id_ed25519")),
    Collected(name="record_in_a_victims_name", lay=other_name, won=lambda h: h.taken(VICTIM) == "forged"),
    Collected(name="record_with_an_early_time", lay=early_name,
              won=lambda h: h.taken(h.me, "timestamp.txt").startswith("2020")),
    Collected(name="id_is_a_formula", lay=formula, won=lambda h: h.taken(FORMULA) == "formula"),
    Collected(name="record_without_a_time", lay=name_without_time, won=lambda h: h.failure),
    Collected(name="pipe_in_a_record", lay=pipe, won=lambda h: h.failure),
]  # fmt: skip
