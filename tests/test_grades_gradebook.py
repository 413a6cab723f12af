"""The nbgrader gradebook is read exactly, as nbgrader itself adds it up, and never written."""

import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import sys
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy
from nbgrader.api import Gradebook as NbGradebook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.gradebook import FINDINGS, Gradebook, read_gradebook

# nbgrader's own models warn when a submission is added.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
DUE = dt.datetime(2026, 9, 30, 12, 0)  # noqa: DTZ001  nbgrader stores naive UTC
NAME = "unit3_segments"
OUR_TABLES = (
    "CREATE TABLE ecrm_marked (assignment TEXT, student TEXT, attempts INTEGER)",
    "INSERT INTO ecrm_marked VALUES ('unit3_segments', '0001', 3)",
    "CREATE TABLE ecrm_findings (assignment, student, notebook, task, message, answer)",
    "INSERT INTO ecrm_findings VALUES ('unit3_segments', '０００1', 'main', 't1', '门槛用错了', '[3]')",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One assignment of two notebooks, 4 + 6 + 2.5 points, handed in by four of five students."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PATH", str(Path(sys.executable).parent), prepend=os.pathsep
        )  # nbgrader starts alembic by name
        NbGradebook(f"sqlite:///{path}").close()
    with NbGradebook(f"sqlite:///{path}") as book:
        fill(book)
    return path


def fill(book):
    """Work of every kind, through nbgrader's own interface."""
    book.add_assignment(NAME, duedate=DUE)
    book.add_notebook("main", NAME)
    book.add_notebook("more", NAME)
    book.add_grade_cell("t1", "main", NAME, max_score=4, cell_type="code")
    book.add_grade_cell("t2", "main", NAME, max_score=6, cell_type="markdown")
    book.add_task_cell("t3", "more", NAME, max_score=2.5, cell_type="markdown")
    book.add_student("0001", last_name="王", first_name="芳")
    for student in ("0002", "0003", "0004", "0005"):
        book.add_student(student)
    for student, hours in (("0001", -1), ("0002", 27), ("0003", 1), ("0004", -1)):
        book.add_submission(NAME, student).timestamp = DUE + dt.timedelta(hours=hours)
    # 0001: half marks and an extra credit; a penalty in each notebook
    score(book, "0001", "t1", auto_score=2.5)
    score(book, "0001", "t2", manual_score=5.5, extra_credit=0.1)
    score(book, "0001", "t3", manual_score=0.2)
    for notebook in book.find_submission(NAME, "0001").notebooks:
        notebook.late_submission_penalty = 1.5
    # 0002: the teacher's 3.5 replaces the judge's 1; two tasks wait, one of them with an extra credit
    score(book, "0002", "t1", auto_score=1, manual_score=3.5)
    score(book, "0002", "t2", extra_credit=2, needs_manual_grade=True)
    score(book, "0002", "t3", needs_manual_grade=True)
    # 0003: the extension covers the hour; a zero is a score
    book.find_submission(NAME, "0003").extension = dt.timedelta(hours=2)
    score(book, "0003", "t1", auto_score=0, manual_score=0)
    score(book, "0003", "t2", manual_score=6, extra_credit=3)
    score(book, "0003", "t3", manual_score=2.5)
    # 0004: more than everything
    score(book, "0004", "t1", auto_score=4, extra_credit=1)
    score(book, "0004", "t2", manual_score=6)
    score(book, "0004", "t3", manual_score=2.5)
    book.db.commit()


def score(book, student, task, *, needs_manual_grade=False, **scores):
    notebook = "more" if task == "t3" else "main"
    grade = book.find_grade(task, notebook, NAME, student)
    grade.needs_manual_grade = needs_manual_grade
    for name, value in scores.items():
        setattr(grade, name, value)


@pytest.fixture
def path(written, tmp_path):
    return Path(shutil.copy(written, tmp_path / "gradebook 成绩.db"))


def statements_of(monkeypatch):
    statements = []

    def watched(address):
        engine = create_engine(address)
        sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
        return engine

    create_engine = sqlalchemy.create_engine
    monkeypatch.setattr(sqlalchemy, "create_engine", watched)
    return statements


def test_points_are_those_that_nbgrader_adds_up(path):
    result = read_gradebook(path).work(NAME)
    with NbGradebook(f"sqlite:///{path}") as book:
        theirs = {one.student.id: one for one in book.assignment_submissions(NAME)}
        assert set(result) == set(theirs)
        for student, one in theirs.items():
            assert float(result[student].points) == pytest.approx(one.score)
            assert float(result[student].full) == one.max_score
            assert bool(result[student].pending) == one.needs_manual_grade
            assert float(result[student].penalty) == one.late_submission_penalty


def test_points_by_hand(path):
    result = read_gradebook(path).work(NAME)
    assert result["0001"].points == Fraction("8.3")  # 2.5 + 5.5 + 0.1 + 0.2, exactly
    assert result["0001"].percent == Fraction("8.3") * 100 / Fraction("12.5")  # no penalty taken off
    assert result["0002"].points == Fraction("3.5")  # the extra credit of a task without a score waits too
    assert result["0003"].points == Fraction("11.5")  # 0 + 6 + 3 + 2.5
    assert result["0004"].percent == 100  # 13.5 of 12.5
    assert "0005" not in result


def test_waiting_tasks_name_the_notebook_where_there_are_several(path):
    result = read_gradebook(path).work(NAME)
    assert result["0002"].pending == ("main/t2", "more/t3")
    assert result["0001"].pending == ()


def test_a_task_whose_autograding_was_cut_short_waits_and_is_no_zero(path):
    with NbGradebook(f"sqlite:///{path}") as book:
        book.add_submission(NAME, "0005")  # nbgrader makes the rows first and the scores afterwards
        book.db.commit()
    work = read_gradebook(path).work(NAME)["0005"]
    assert (work.points, work.pending) == (0, ("main/t1", "main/t2", "more/t3"))


def test_a_notebook_that_was_not_handed_in_with_the_others_is_named(path):
    with NbGradebook(f"sqlite:///{path}") as book:
        book.db.delete(book.find_submission_notebook("more", NAME, "0001"))
        book.db.commit()
    works = read_gradebook(path).work(NAME)
    assert works["0001"].absent == ("more",)
    assert works["0001"].percent == Fraction("8.1") * 100 / Fraction("12.5")  # of all points, as they stand
    assert works["0002"].absent == ()


def test_late_counts_the_extension(path):
    result = read_gradebook(path).work(NAME)
    assert [result[one].late for one in ("0001", "0002", "0003")] == [False, True, False]
    assert result["0002"].late_by == dt.timedelta(hours=27)
    assert result["0003"].late_by == dt.timedelta(0)


def test_both_notebooks_penalties_are_known(path):
    assert read_gradebook(path).work(NAME)["0001"].penalty == 3


def test_attempts_and_findings_are_unknown_where_marking_kept_none(path):
    result = read_gradebook(path)
    assert result.work(NAME)["0001"].attempts is None
    assert list(result.findings.columns) == list(FINDINGS)
    assert result.findings.empty


def add_our_tables(path):
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for statement in OUR_TABLES:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_attempts_and_findings_come_from_our_own_tables(path):
    add_our_tables(path)
    result = read_gradebook(path)
    assert result.work(NAME)["0001"].attempts == 3
    assert result.work(NAME)["0002"].attempts is None
    assert result.findings.to_dict("records") == [
        dict(zip(FINDINGS, ("0001", NAME, "main", "t1", "门槛用错了", "[3]"), strict=True))
    ]


def test_names_and_tasks_are_kept_for_later_reports(path):
    result = read_gradebook(path)
    assert result.names["0001"] == "王芳"
    assert dict(zip(result.tasks["task"], result.tasks["full"], strict=True)) == {"t1": 4, "t2": 6, "t3": 2.5}
    assert len(result.marks) == 12


@pytest.mark.parametrize("with_cells", [False, True])
def test_a_gradebook_without_submissions_has_students_and_no_work(tmp_path, monkeypatch, with_cells):
    path = tmp_path / "gradebook.db"
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    with NbGradebook(f"sqlite:///{path}") as book:
        book.add_student("0001", last_name="王", first_name="芳")
        if with_cells:
            book.add_assignment(NAME)
            book.add_notebook("main", NAME)
            book.add_grade_cell("t1", "main", NAME, max_score=4, cell_type="code")
    result = read_gradebook(path)
    assert result.names == {"0001": "王芳"}
    assert result.works == {}
    assert result.assignments == ({NAME} if with_cells else set())


def test_reading_does_not_change_a_byte(path):
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    read_gradebook(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("ours", [0, 2])
def test_one_statement_per_table(path, monkeypatch, ours):
    if ours:
        add_our_tables(path)
    statements = statements_of(monkeypatch)
    read_gradebook(path)
    catalogue = [one for one in statements if "sqlite_master" in one]
    tables = [one.rsplit(" FROM ", 1)[1] for one in statements if one not in (*catalogue, "BEGIN")]
    assert len(catalogue) == 1
    assert len(tables) == len(set(tables)) == 9 + ours


def test_a_database_address_reads_as_the_file_does(path):
    from_file, by_address = read_gradebook(path), read_gradebook(f"sqlite:///{path}")
    assert by_address.works == from_file.works


def test_scores_that_no_common_denominator_of_machine_size_has_are_added_exactly():
    scores = [0.30000000000000004, 1e-18, 33.333333333333336]  # 33 × 10^18 is beyond 64 bits
    marks = pd.DataFrame({"task": ["a", "b", "c"], "score": scores}).assign(
        student_id="1", assignment="x", notebook="n", full=20.0, pending=False
    )
    handed_in = pd.DataFrame({"student_id": ["1"], "assignment": "x", "late": False, "penalty": 0.0})
    result = Gradebook({}, marks[["assignment", "notebook", "task", "full"]], marks, handed_in)
    assert result.work("x")["1"].points == sum(Fraction(repr(one)) for one in scores)


def test_what_is_no_gradebook_is_named(tmp_path):
    with pytest.raises(GradingError, match="找不到成绩册"):
        read_gradebook(tmp_path / "gradebook.db")
    (tmp_path / "other.db").write_bytes(b"not a database at all, only some text")
    with pytest.raises(GradingError, match=r"不是 nbgrader 的成绩册"):
        read_gradebook(tmp_path / "other.db")
    (tmp_path / "empty.db").write_bytes(b"")
    with pytest.raises(GradingError, match=r"不是 nbgrader 的成绩册"):
        read_gradebook(tmp_path / "empty.db")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+nodriver://me:secret@localhost/x",
        "postgresql+pg8000://me:secret@localhost:port/x",
        "postgresql:me:secret@localhost/x",
        "no address",
    ],
)
def test_an_address_that_cannot_be_used_gives_no_password_away(address):
    with pytest.raises(GradingError, match="地址写得不对") as refused:
        read_gradebook(address)
    assert "secret" not in str(refused.value)


def test_a_server_that_does_not_answer_is_no_broken_gradebook():
    pytest.importorskip("pg8000")
    with pytest.raises(GradingError, match="连不上成绩册数据库") as refused:
        read_gradebook("postgresql+pg8000://me:secret@127.0.0.1:9/x")
    assert "secret" not in str(refused.value)


def test_a_gradebook_that_is_being_written_is_waited_for_and_named(path, monkeypatch):
    monkeypatch.setattr(sqlalchemy, "create_engine", impatient(sqlalchemy.create_engine))
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradingError, match="正被别的程序写着"):
        read_gradebook(path)
    writer.execute("ROLLBACK")
    assert read_gradebook(path).works
    writer.close()


def impatient(create_engine):
    return lambda address: create_engine(address, connect_args={"timeout": 0})


def test_what_a_killed_program_left_half_written_is_not_read(path, tmp_path):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")  # so that half of it is in the file already
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE grade SET auto_score = 0")
    writer.execute("CREATE TABLE filler (x)")
    writer.executemany("INSERT INTO filler VALUES (randomblob(3000))", [()] * 100)
    left = tmp_path / "left"
    left.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, left)
    writer.execute("ROLLBACK")
    writer.close()
    with pytest.raises(GradingError, match="写了一半"):
        read_gradebook(left / path.name)


def test_all_tables_are_read_as_they_stood_at_one_moment(path, monkeypatch):
    with sqlite3.connect(path) as before:
        before.execute("PRAGMA journal_mode = WAL")  # a reader stops no writer
    before.close()
    create_engine = sqlalchemy.create_engine

    def marked_meanwhile(*event):
        if event[2].endswith(" FROM grade"):
            with sqlite3.connect(path) as marker:
                marker.execute("UPDATE grade SET auto_score = 0, manual_score = 0")
            marker.close()

    def watched(address):
        engine = create_engine(address)
        sqlalchemy.event.listen(engine, "before_cursor_execute", marked_meanwhile)
        return engine

    expected = read_gradebook(path).works
    monkeypatch.setattr(sqlalchemy, "create_engine", watched)
    assert read_gradebook(path).works == expected
    monkeypatch.undo()
    assert read_gradebook(path).works != expected


def test_accounts_that_are_one_student_are_refused(path):
    with NbGradebook(f"sqlite:///{path}") as book:
        book.add_student("A1")
        book.add_student("a1")
    with pytest.raises(GradingError, match="两个账号都是学号 a1"):
        read_gradebook(path)
