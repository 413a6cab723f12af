"""A released course, hand-ins and what a gradebook says, for the tests of a run of marking."""

from __future__ import annotations

import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"
COURSE = "crossborder_crm"
MIME = "application/vnd.ecrm.answer+json"
GOOD = {
    "a1_total": "total_orders = sum(orders)",
    "a2_letter": 'letter = "B"',
    "a3_counts": 'counts = {"新客": 2, "老客": 3}',
    "t4_essay": "先联系老客，因为他们买得多。",
}
HALF = {
    "a1_total": "total_orders = 5",
    "a2_letter": 'letter = "A"',
    "a3_counts": 'counts = {"新客": 2, "老客": 2}',
}


def environment():
    """The environment of an instructor who sits at a hub."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECRM_", "NBGRADER_"))}
    return kept | {"JUPYTERHUB_USER": "grader"}


def nbgrader(root, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def released_course(folder):
    """A course as in the repository with the fixture assignment generated."""
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
    shutil.copytree(FIXTURES / "solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    nbgrader(root, "generate_assignment", "tiny")
    return root


def copy_of(root, folder):
    shutil.copytree(root.parents[1], folder, dirs_exist_ok=True)
    return folder / "courses" / COURSE


def released(root):
    return json.loads((root / "../../exercises" / COURSE / "tiny/tiny.ipynb").read_text(encoding="utf-8"))


def written(root, answers):
    book = copy.deepcopy(released(root))
    for cell in book["cells"]:
        source = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if source is not None:
            cell["source"] = source
    return book


def hand_in(root, student, answers, *, time="2026-10-16 12:00:00.000000 UTC"):
    """Hand in answers (or bytes) as collecting leaves them."""
    folder = root / "submitted" / student / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    data = answers if isinstance(answers, bytes) else json.dumps(written(root, answers)).encode()
    (folder / "tiny.ipynb").write_bytes(data)
    (folder / "timestamp.txt").write_text(time, encoding="utf-8")


GRADES = """
select a.student_id, n.name, b.name, g.auto_score, g.manual_score, g.needs_manual_grade
from grade g join submitted_notebook s on s.id = g.notebook_id join notebook n on n.id = s.notebook_id
join submitted_assignment a on a.id = s.assignment_id join base_cell b on b.id = g.cell_id order by 1, 2, 3
"""
COMMENTS = """
select a.student_id, n.name, b.name, c.auto_comment, c.manual_comment
from comment c join submitted_notebook s on s.id = c.notebook_id join notebook n on n.id = s.notebook_id
join submitted_assignment a on a.id = s.assignment_id join base_cell b on b.id = c.cell_id order by 1, 2, 3
"""
SUBMISSIONS = """
select a.student_id, a.timestamp, s.late_submission_penalty, s.flagged
from submitted_assignment a join submitted_notebook s on s.assignment_id = a.id order by 1
"""
LEDGER = (
    "select student, fingerprint, submitted, attempts, answers, review, notes from ecrm_marked order by 1"
)
FINDINGS = (
    "select assignment, student, notebook, task, message, answer from ecrm_findings order by 1, 2, 3, 4"
)


def query(root, statement):
    with closing(sqlite3.connect(root / "gradebook.db")) as book:
        return book.execute(statement).fetchall()


def gradebook(root):
    """All that a gradebook says, without row ids and clocks."""
    return {
        "students": query(root, "select id from student order by 1"),
        "submissions": query(root, SUBMISSIONS),
        "grades": query(root, GRADES),
        "comments": query(root, COMMENTS),
        "ledger": query(root, LEDGER),
        "findings": query(root, FINDINGS),
    }


def change(root, statement, *values):
    with closing(sqlite3.connect(root / "gradebook.db")) as book, book:
        book.execute(statement, values)


def grade(root, student, name):
    """auto_score, manual_score and needs_manual_grade of one task."""
    return next(row[3:] for row in query(root, GRADES) if row[0] == student and row[2] == name)


def give_mark(root, student, name, points, comment=None):
    """Mark a task as the formgrader does."""
    mine = (
        "notebook_id in (select s.id from submitted_notebook s join submitted_assignment a on"
        " a.id = s.assignment_id where a.student_id = ?)"
        " and cell_id in (select id from base_cell where name = ?)"
    )
    change(
        root,
        f"update grade set manual_score = ?, needs_manual_grade = 0 where {mine}",  # noqa: S608
        points,
        student,
        name,
    )
    if comment is not None:
        change(root, f"update comment set manual_comment = ? where {mine}", comment, student, name)  # noqa: S608


def marked_files(root):
    """The marked files of everyone by path, without the marks of a run under way."""
    folder = root / "autograded"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run_plainly(notebook, job):
    """Stand in for the sandbox: run the cells here and record each answer as `answer` does."""
    import contextlib  # noqa: PLC0415
    import io  # noqa: PLC0415

    from nbformat.v4 import new_output  # noqa: PLC0415

    from ecrm_helpers.marking.judge.check import answer_task  # noqa: PLC0415

    space = {}
    notebook.metadata["ecrm"] = {**notebook.metadata.get("ecrm", {}), "executed": True}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, task = [], answer_task(cell.source)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                if task is None:
                    exec(cell.source, space)  # noqa: S102 - the test's own answers
                    continue
                value = eval(cell.source.split(",")[1].rstrip(") "), space)  # noqa: S307 - idem
        except Exception as error:  # noqa: BLE001 - an answer that fails
            cell.outputs = [
                new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[str(error)])
            ]
            continue
        with contextlib.suppress(TypeError):  # a stub's ... is no answer
            record = json.dumps({"v": 1, "task": task, "value": value})
            cell.outputs = [new_output("display_data", data={MIME: record})]
