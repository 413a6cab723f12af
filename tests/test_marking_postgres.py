"""A gradebook in PostgreSQL by ``db_url``: a real server, both ways of marking, the marks of SQLite."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run import save as save_module
from ecrm_helpers.marking.run.gradebook import Book
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    COURSE,
    FINDINGS,
    FIXTURES,
    GOOD,
    GRADES,
    HALF,
    LEDGER,
    REPOSITORY,
    SUBMISSIONS,
    hand_in,
    nbgrader,
    query,
    run_plainly,
)

pytest.importorskip("pg8000")
GUIDE = REPOSITORY / "deploy/README.md"
ELSEWHERE = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
COMMANDS = {
    name: shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *ELSEWHERE]))
    for name in ("initdb", "pg_ctl")
}
pytestmark = pytest.mark.skipif(None in COMMANDS.values(), reason="no PostgreSQL server is installed here")


def ordinary_user():
    """PostgreSQL refuses to run as root: an account that owns nothing else does."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@pytest.fixture(scope="module")
def server():
    """A server of one's own on 127.0.0.1, with a password, and its address."""
    # Not below pytest's folder, which only the account that runs the tests may enter.
    folder = Path(tempfile.mkdtemp(prefix="ecrm-postgres-"))
    password, port, account = secrets.token_hex(16), free_port(), ordinary_user()
    (folder / "password").write_text(password)
    if account:
        for path in (folder, folder / "password"):
            os.chown(path, account["user"], account["group"])

    def run(name, *arguments):
        subprocess.run(
            [COMMANDS[name], "-D", str(folder / "data"), *arguments],
            cwd=folder, check=True, timeout=120, stdout=subprocess.DEVNULL, **account,
        )  # fmt: skip

    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    try:
        run(
            "initdb",
            "-U",
            "ecrm",
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(folder / "password"),
            "-E",
            "UTF8",
            "--locale=C",
        )
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield f"postgresql+pg8000://ecrm:{password}@127.0.0.1:{port}/postgres"
        run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def course(folder, more=""):
    """A course as in the repository with the fixture assignment released, and `more` in its configuration."""
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    config = (REPOSITORY / "courses" / COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config + more, encoding="utf-8")
    shutil.copytree(FIXTURES / "solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    nbgrader(root, "generate_assignment", "tiny")
    return root


@pytest.fixture(scope="module")
def root(server, tmp_path_factory):
    """A course whose gradebook is there, by the lines of deploy/README.md."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "gradebook-url").write_text(f"{server}\n")
    block = re.search(r"```python\n(.*?gradebook-url.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return course(folder, block[1].replace("/etc/ecrm", str(folder)))


def ask(server, statement):
    engine = sa.create_engine(server)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]
    finally:
        engine.dispose()


def plain(rows):
    """Rows with numbers as numbers: one engine has true and false, the other 1 and 0."""
    return [[float(part) if isinstance(part, int | float) else part for part in row] for row in rows]


def test_marking_in_postgresql_gives_what_marking_in_sqlite_gives(server, root, tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    beside = course(tmp_path)
    for where in (root, beside):
        for student, answers in {"s001": GOOD, "s002": HALF, "s003": b'{"cells": ['}.items():
            hand_in(where, student, answers)
        report = mark_assignment(where, "tiny", trusted=True, workers=2)
        assert [line.state for line in report.lines] == ["marked"] * 3

    assert plain(ask(server, GRADES)) == plain(query(beside, GRADES))
    assert plain(ask(server, LEDGER)) == plain(query(beside, LEDGER))
    assert ask(server, FINDINGS) == query(beside, FINDINGS) != []
    assert [row[0] for row in ask(server, SUBMISSIONS)] == ["s001", "s002", "s003"]
    assert not (root / "gradebook.db").exists()
    assert [line.state for line in mark_assignment(root, "tiny", trusted=True).lines] == ["unchanged"] * 3


def test_nbgrader_autograde_writes_the_same_gradebook(server, root):
    hand_in(root, "s009", HALF)

    nbgrader(root, "autograde", "tiny", "--student=s009", "--ExecuteSubmission.trusted=True")

    scores = [row[3] for row in ask(server, GRADES) if row[0] == "s009"]
    assert scores == [1.0, 0.0, 1.5, 0.0]


def test_our_table_is_made_once_by_whoever_comes_first(server, root, monkeypatch):
    drop(server)
    honest, together = Book._make_ledger, threading.Barrier(6, timeout=60)
    monkeypatch.setattr(Book, "_make_ledger", lambda book: (together.wait(), honest(book)))

    with ThreadPoolExecutor(6) as pool:
        books = list(pool.map(Book, [server] * 6))

    for book in books:
        book.close()
    assert ask(server, "select count(*) from ecrm_marked") == [(0,)]
    assert ask(server, "select count(*) from ecrm_findings") == [(0,)]


def drop(server):
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists ecrm_marked, ecrm_findings"))
    engine.dispose()


def test_mark_that_a_teacher_gives_waits_for_the_submission_that_is_being_saved(server, root, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    hand_in(root, "s021", GOOD)
    mark_assignment(root, "tiny", trusted=True, students=["s021"])
    grade = (
        "from grade g join submitted_notebook s on s.id = g.notebook_id join submitted_assignment a"
        " on a.id = s.assignment_id join base_cell b on b.id = g.cell_id"
        " where a.student_id = 's021' and b.name = 't4_essay'"
    )
    engine, honest = sa.create_engine(server), save_module.waits_for_teacher
    with ThreadPoolExecutor(1) as teacher:
        given = []

        def give():
            with engine.begin() as connection:
                row = connection.execute(sa.text(f"select g.id {grade}")).scalar()
                told = "update grade set manual_score = 4, needs_manual_grade = false where id = :row"
                connection.execute(sa.text(told), {"row": row})

        def decide(**options):
            """Begin to give the mark when the grades have been read and are not yet written."""
            if not given:
                given.append(teacher.submit(give))
                with suppress(TimeoutError):
                    given[0].result(1)
            return honest(**options)

        monkeypatch.setattr(save_module, "waits_for_teacher", decide)
        mark_assignment(root, "tiny", trusted=True, students=["s021"], again=True)
        given[0].result(30)
    engine.dispose()

    assert ask(server, f"select g.manual_score, g.needs_manual_grade {grade}") == [(4.0, False)]


def test_server_that_is_gone_is_said_without_the_password(server, root, tmp_path):
    gone = re.sub(r"@127.0.0.1:\d+/", "@127.0.0.1:1/", server)

    with pytest.raises(MarkingError, match="用不了") as refusal:
        Book(gone)

    assert server.split(":")[2].split("@")[0] not in str(refusal.value)
