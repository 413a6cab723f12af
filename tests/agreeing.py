"""nbgrader's own fixture notebooks as assignments with hand-ins, and the two courses that mark them.

Run as ``python tests/agreeing.py COURSE {stock,ours,mark}``: generate everything in the course folder and
mark it with nbgrader as it comes, with nbgrader and our configuration, or with ``ecrm mark``. It is a process
of its own because nbgrader's warnings are its own affair.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FILES = Path(find_spec("nbgrader").submodule_search_locations[0]) / "tests" / "apps" / "files"

# Assignment: the instructor's notebook, and what each student hands in. nbgrader's tests pair them so.
ASSIGNMENTS = {
    "manual": (
        "submitted-unchanged",
        {
            "unchanged": "submitted-unchanged",
            "changed": "submitted-changed",
            "cheat": "submitted-cheat-attempt",
            "cheat2": "submitted-cheat-attempt-alternative",
            "graded": "submitted-grade-cell-changed",
            "locked": "submitted-locked-cell-changed",
        },
    ),
    "squares": (
        "test",
        {
            "whole": "test",
            "outputs": "test-with-output",
            "v0": "test-v0",
            "v1": "test-v1",
            "v2": "test-v2",
            "bare": "test-no-metadata",
        },
    ),
    "hidden": ("test-hidden-tests", {"whole": "test-hidden-tests"}),
    "simple": (
        "autotest-simple",
        {"unchanged": "autotest-simple-unchanged", "changed": "autotest-simple-changed"},
    ),
    "hashed": (
        "autotest-hashed",
        {"unchanged": "autotest-hashed-unchanged", "changed": "autotest-hashed-changed"},
    ),
    "multi": (
        "autotest-multi",
        {"unchanged": "autotest-multi-unchanged", "changed": "autotest-multi-changed"},
    ),
    "autohidden": (
        "autotest-hidden",
        {
            "unchanged": "autotest-hidden-unchanged",
            "wrong": "autotest-hidden-changed-wrong",
            "right": "autotest-hidden-changed-right",
        },
    ),
    "sleeping": ("timeout", {"slow": "timeout"}),
    "zero": ("validation-zero-points", {"wrong": "validation-zero-points"}),
    "environment": ("validating-environment-variable", {"asked": "validating-environment-variable"}),
    "datafile": ("open_relative_file", {"reader": "open_relative_file"}),
}
OLD = {"v0", "v1", "v2"}  # stock nbgrader marks these after `nbgrader update` only


def build(root: Path, *, ours: bool) -> Path:
    """Make a course folder with every instructor's notebook in it."""
    root.mkdir(parents=True)
    settings = ['c = get_config()\nc.CourseDirectory.course_id = "crossborder_crm"\n']
    if ours:
        text = (REPOSITORY / "courses/crossborder_crm/nbgrader_config.py").read_text("utf-8")
        settings = [text, "c.pop('ClearSolutions')\n"]  # the same empty answers as stock nbgrader's
    settings.append('c.CourseDirectory.source_directory = "source"\n')
    settings.append('c.CourseDirectory.release_directory = "release"\n')
    (root / "nbgrader_config.py").write_text("".join(settings), "utf-8")
    shutil.copy(FILES / "autotests.yml", root)
    for assignment, (source, _) in ASSIGNMENTS.items():
        folder = root / "source" / assignment
        folder.mkdir(parents=True)
        shutil.copy(FILES / f"{source}.ipynb", folder / "p1.ipynb")
        if assignment == "datafile":
            shutil.copy(FILES / "data.txt", folder)
    return root


def hand_in(root: Path, *, ours: bool) -> None:
    """Put every student's notebook into the submitted folder."""
    from nbgrader.nbgraderformat import MetadataValidator  # noqa: PLC0415 - a second to import

    for assignment, (_, students) in ASSIGNMENTS.items():
        for student, name in students.items():
            folder = root / "submitted" / student / assignment
            folder.mkdir(parents=True)
            data = (FILES / f"{name}.ipynb").read_bytes()
            if student in OLD and not ours:
                import nbformat  # noqa: PLC0415

                upgraded = MetadataValidator().upgrade_notebook_metadata(nbformat.reads(data.decode(), 4))
                data = nbformat.writes(upgraded).encode()
            (folder / "p1.ipynb").write_bytes(data)
            if assignment == "datafile":
                shutil.copy(FILES / "data.txt", folder)


def scores(root: Path) -> dict[str, list]:
    """Return [auto score, manual score, needs manual grade] by "assignment/student/grade id"."""
    from nbgrader.api import Gradebook  # noqa: PLC0415

    found = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        for assignment in book.assignments:
            for submission in book.assignment_submissions(assignment.name):
                for notebook in submission.notebooks:
                    for grade in notebook.grades:
                        key = f"{assignment.name}/{submission.student.id}/{grade.name}"
                        found[key] = [grade.auto_score, grade.manual_score, bool(grade.needs_manual_grade)]
    return found


def _mark(root: Path) -> None:
    from ecrm_helpers.marking.run.mark import mark_assignment  # noqa: PLC0415 - not for stock nbgrader

    for assignment in ASSIGNMENTS:
        mark_assignment(root, assignment, workers=2)


def main(root: Path, way: str) -> None:
    """Generate and mark everything in one process."""
    from nbgrader.apps.api import NbGraderAPI  # noqa: PLC0415
    from nbgrader.coursedir import CourseDirectory  # noqa: PLC0415
    from traitlets.config import PyFileConfigLoader  # noqa: PLC0415

    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    api = NbGraderAPI(CourseDirectory(config=config, root=str(root)), config=config)
    failed = {}
    for assignment in ASSIGNMENTS:
        done = api.generate_assignment(assignment)
        if not done["success"]:
            failed[assignment] = [done["log"], done["error"]]
    hand_in(root, ours=way != "stock")
    if way == "mark":
        _mark(root)
    for assignment, (_, students) in ASSIGNMENTS.items():
        for student in students if way != "mark" else ():
            done = api.autograde(assignment, student)
            if not done["success"]:
                failed[f"{assignment}/{student}"] = [done["log"], done["error"]]
    (root / "failed.json").write_text(json.dumps(failed, indent=1), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
