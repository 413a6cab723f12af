"""A gradebook in PostgreSQL reads as the same gradebook in SQLite does."""

import datetime as dt
import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook as NbGradebook
from pandas.testing import assert_frame_equal

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.gradebook import read_gradebook
from tests.test_grades_gradebook import NAME, fill
from tests.test_marking_postgres import COMMANDS, server

__all__ = ["server"]  # the fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.skipif(None in COMMANDS.values(), reason="no PostgreSQL server is installed here"),
]


def test_both_engines_give_the_same_gradebook(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    file = tmp_path / "gradebook.db"
    for address in (server, f"sqlite:///{file}"):
        with NbGradebook(address) as book:
            fill(book)
    there, here = read_gradebook(server), read_gradebook(file)

    assert there.works == here.works
    assert there.work(NAME)["0002"].late_by == dt.timedelta(hours=27)
    assert there.names == here.names
    order = ["student_id", "assignment", "notebook", "task"]
    assert_frame_equal(there.marks.sort_values(order), here.marks.sort_values(order), check_dtype=False)
    assert there.source == "成绩册数据库"


def test_a_server_that_refuses_gives_no_password_away(server):
    with pytest.raises(GradingError, match="连不上成绩册数据库") as refused:
        read_gradebook(server.replace("@", "not-it@"))
    assert "not-it" not in str(refused.value)


def test_a_database_without_nbgraders_tables_is_named_without_its_address(server):
    with pytest.raises(GradingError, match="成绩册数据库 不是 nbgrader 的成绩册") as refused:
        read_gradebook(server.rpartition("/")[0] + "/template1")
    assert "ecrm:" not in str(refused.value)
