"""A hand-in arrives whole or not at all, and nothing that was handed in is ever gone."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect import aside
from ecrm_helpers.marking.collect.aside import staging
from ecrm_helpers.marking.collect.receive import HandIn, receive

AT = dt.datetime(2026, 10, 16, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def submitted(tmp_path):
    (tmp_path / "submitted").mkdir()
    return tmp_path / "submitted"


def put(submitted, content, at=AT, *, name="tiny.ipynb", student="s001", **options):
    with staging(submitted) as folder:
        (folder / "source").write_text(content, "utf-8")
        made = HandIn(student=student, at=at, files={name: folder / "source"})
        return receive(folder, made, submitted=submitted, assignment="tiny", **options)


def content(submitted, name="tiny.ipynb"):
    return (submitted / "s001/tiny" / name).read_text("utf-8")


def test_what_is_replaced_is_kept(submitted):
    put(submitted, "first")
    put(submitted, "second", AT + HOUR)

    assert put(submitted, "third", AT + 2 * HOUR).status == "replaced"
    assert content(submitted) == "third"
    kept = sorted((submitted / ".replaced/tiny/s001").iterdir())
    assert [path.name for path in kept] == ["20261016-120000-000000", "20261016-130000-000000"]
    assert [(path / "tiny.ipynb").read_text("utf-8") for path in kept] == ["first", "second"]


def test_files_of_the_earlier_hand_in_do_not_stay(submitted):
    put(submitted, "first", name="draft.ipynb")
    put(submitted, "second", AT + HOUR)

    names = {path.name for path in (submitted / "s001/tiny").iterdir()}
    assert names == {"tiny.ipynb", "timestamp.txt", "submission_secret.txt"}


@pytest.mark.parametrize(
    ("content_", "at", "options", "status"),
    [
        ("first", AT + HOUR, {}, "unchanged"),
        ("second", AT - HOUR, {}, "older"),
        ("second", AT, {}, "older"),
        ("second", AT + HOUR, {"update": False}, "kept"),
    ],
)
def test_what_replaces_nothing(submitted, content_, at, options, status):
    put(submitted, "first")

    assert put(submitted, content_, at, **options).status == status
    assert content(submitted) == "first"
    assert content(submitted, "timestamp.txt") == "2026-10-16 12:00:00.000000 UTC"


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-99-99"])
def test_work_that_lay_there_without_a_time_gets_one(submitted, text):
    (submitted / "s001/tiny").mkdir(parents=True)
    (submitted / "s001/tiny/tiny.ipynb").write_text("by hand", "utf-8")
    if text is not None:
        (submitted / "s001/tiny/timestamp.txt").write_text(text, "utf-8")

    assert put(submitted, "by hand").status == "replaced"
    assert content(submitted, "timestamp.txt") == "2026-10-16 12:00:00.000000 UTC"
    assert next((submitted / ".replaced/tiny/s001").iterdir()).name == "unknown"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_in_the_place_of_a_hand_in_is_replaced_not_followed(submitted, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/tiny.ipynb").write_text("mine", "utf-8")
    (submitted / "s001").mkdir()
    (submitted / "s001/tiny").symlink_to(tmp_path / "elsewhere")

    assert put(submitted, "work").status == "collected"
    assert (tmp_path / "elsewhere/tiny.ipynb").read_text("utf-8") == "mine"
    assert not (submitted / "s001/tiny").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.parametrize(("shared", "modes"), [(False, (0o750, 0o640)), (True, (0o2770, 0o660))])
def test_other_accounts_cannot_read_students_work(submitted, shared, modes):
    put(submitted, "work", shared=shared)

    folder = submitted / "s001/tiny"
    assert (folder.stat().st_mode & 0o7777, (folder / "tiny.ipynb").stat().st_mode & 0o7777) == modes


def test_where_folders_cannot_change_places_in_one_step_it_is_settled_later(submitted, monkeypatch):
    monkeypatch.setattr(aside.sys, "platform", "other")
    put(submitted, "first")
    real, calls = Path.rename, []

    def dies_between(self, target):
        calls.append(target)
        if self.name == "new" and len(calls) > 1:
            raise KeyboardInterrupt
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", dies_between)
        patch.setattr(aside, "_settle", lambda _: None)
        (submitted / ".collecting/lock").unlink(missing_ok=True)
        with pytest.raises(KeyboardInterrupt):
            put(submitted, "second", AT + HOUR)
    assert not (submitted / "s001/tiny").exists()

    with staging(submitted):
        assert content(submitted) == "first"
    assert put(submitted, "second", AT + HOUR).status == "replaced"


def test_only_one_collector_at_a_time(submitted):
    with staging(submitted), pytest.raises(MarkingError, match="另一个收作业的程序"), staging(submitted):
        pass


def test_nothing_is_left_aside(submitted):
    put(submitted, "first")
    put(submitted, "second", AT + HOUR)

    assert [path.name for path in (submitted / ".collecting").iterdir()] == ["lock"]


WRITER = """
import datetime as dt, sys
from pathlib import Path
from ecrm_helpers.marking.collect.aside import staging
from ecrm_helpers.marking.collect.receive import HandIn, receive
submitted, number = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    with staging(submitted) as folder:
        files = {}
        for name in ("tiny.ipynb", "a.csv", "data/b.csv"):
            files[name] = folder / name.replace("/", "-")
            files[name].write_text(str(number) * 1000)
        at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
        receive(folder, HandIn(student="s001", at=at, files=files), submitted=submitted, assignment="tiny")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_a_hand_in_is_whole(submitted):
    """The files of a hand-in all bear one number; a number once there never goes back."""
    dice, last = random.Random(7), 0  # noqa: S311 - moments, not secrets
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(submitted), str(last)], stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(dice.uniform(0.02, 0.3))
            os.kill(process.pid, signal.SIGKILL)
        with staging(submitted):
            folder = submitted / "s001/tiny"
            if not folder.exists():
                continue
            texts = {(folder / name).read_text() for name in ("tiny.ipynb", "a.csv", "data/b.csv")}
            assert len(texts) == 1
            assert _number(folder) >= last
            last = _number(folder)
    assert last > 0


def _number(folder):
    text = (folder / "timestamp.txt").read_text()
    at = dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=dt.UTC)
    number = int((at - dt.datetime(2026, 10, 1, tzinfo=dt.UTC)).total_seconds())
    assert (folder / "tiny.ipynb").read_text() == str(number) * 1000
    return number
