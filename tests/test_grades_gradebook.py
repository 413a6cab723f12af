"""The nbgrader gradebook is read exactly and never written."""

import datetime as dt
import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest
import sqlalchemy
from nbgrader.api import Gradebook as NbGradebook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.gradebook import read_gradebook

# nbgrader's own models warn when a submission is added.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
DUE = dt.datetime(2026, 9, 30, 12, 0)  # noqa: DTZ001  nbgrader stores naive UTC


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Four students: marked, waiting, late within and beyond an extension."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PATH", str(Path(sys.executable).parent), prepend=os.pathsep
        )  # nbgrader starts alembic by name
        NbGradebook(f"sqlite:///{path}").close()
    with NbGradebook(f"sqlite:///{path}") as book:
        book.add_assignment("unit3_segments", duedate=DUE)
        book.add_notebook("unit3", "unit3_segments")
        book.add_grade_cell("t1", "unit3", "unit3_segments", max_score=4, cell_type="code")
        book.add_grade_cell("t2", "unit3", "unit3_segments", max_score=6, cell_type="markdown")
        book.add_student("0001", last_name="王", first_name="芳")
        book.add_student("0002")
        book.add_student("0003")
        book.add_student("0004")
        for student, hours in (("0001", -1), ("0002", 1), ("0003", 1)):
            submission = book.add_submission("unit3_segments", student)
            submission.timestamp = DUE + dt.timedelta(hours=hours)
            first, second = submission.notebooks[0].grades
            cells = {first.name: first, second.name: second}
            cells["t1"].auto_score, cells["t1"].needs_manual_grade = 2.5, False
            cells["t2"].needs_manual_grade = student == "0002"
            cells["t2"].manual_score = None if student == "0002" else 6
        book.find_submission("unit3_segments", "0003").extension = dt.timedelta(hours=2)
        book.find_submission("unit3_segments", "0001").notebooks[0].late_submission_penalty = 1.0
        book.db.commit()
    return path


@pytest.fixture
def path(written, tmp_path):
    return Path(shutil.copy(written, tmp_path / "gradebook 成绩.db"))


def test_points_penalty_and_waiting_tasks(path):
    result = read_gradebook(path).work("unit3_segments")
    assert result["0001"].percent == 75  # (2.5 + 6 − 1) / 10
    assert result["0002"].percent == 25
    assert result["0002"].pending == ("t2",)
    assert "0004" not in result


def test_late_counts_the_extension(path):
    result = read_gradebook(path).work("unit3_segments")
    assert [result[student].late for student in ("0001", "0002", "0003")] == [False, True, False]


def test_names_and_tasks_are_kept_for_later_reports(path):
    result = read_gradebook(path)
    assert result.names["0001"] == "王芳"
    assert dict(zip(result.tasks["task"], result.tasks["full"], strict=True)) == {"t1": 4, "t2": 6}
    assert len(result.marks) == 6


def test_reading_does_not_change_a_byte(path):
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    read_gradebook(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_one_statement_per_table(path, monkeypatch):
    statements = []

    def watched(address):
        engine = create_engine(address)
        sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
        return engine

    create_engine = sqlalchemy.create_engine
    monkeypatch.setattr(sqlalchemy, "create_engine", watched)
    read_gradebook(path)
    tables = [one.rsplit(" FROM ", 1)[1] for one in statements if " FROM " in one]
    assert len(tables) == len(set(tables)) == 9


def test_what_is_no_gradebook_is_named(tmp_path):
    with pytest.raises(GradingError, match="找不到成绩册"):
        read_gradebook(tmp_path / "gradebook.db")
    (tmp_path / "other.db").write_bytes(b"not a database at all, only some text")
    with pytest.raises(GradingError, match=r"不是 nbgrader 的成绩册"):
        read_gradebook(tmp_path / "other.db")


def test_accounts_that_are_one_student_are_refused(path):
    with NbGradebook(f"sqlite:///{path}") as book:
        book.add_student("A1")
        book.add_student("a1")
    with pytest.raises(GradingError, match="两个账号都是学号 a1"):
        read_gradebook(path)
