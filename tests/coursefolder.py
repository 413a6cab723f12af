"""A course folder on disk with roster, groups, an override and filled score sheets, made in a second."""

from __future__ import annotations

from pathlib import Path

from ecrm_helpers.classroom.commands import Nbgrader
from ecrm_helpers.classroom.paperwork import keep_papers
from ecrm_helpers.classroom.room import Room
from ecrm_helpers.classroom.students import roster
from ecrm_helpers.grades.config import load_course

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "grading_config.py"


def filled_course(folder: Path, course_id: str, counts=None) -> Path:
    """Make `courses/<course_id>` under `folder`, without a gradebook."""
    root = folder / "courses" / course_id
    root.mkdir(parents=True)
    course = load_course(CONFIG, course_id)
    nbgrader = Nbgrader(root, folder / "exchange", folder / "log")
    keep_papers(Room(folder, course, roster(counts), nbgrader, exchange=False, progress=lambda *_: None))
    return root
