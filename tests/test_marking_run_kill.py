"""Killed at any moment and started again, a run ends with the gradebook of an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from tests.markingclass import (
    GOOD,
    HALF,
    REPOSITORY,
    copy_of,
    environment,
    give_mark,
    gradebook,
    hand_in,
    marked_files,
    query,
    released_course,
)
from tests.sandboxing import needs_sandbox

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is Unix's")

# Marks without sandbox and judge, and kills itself at the n-th thing it does to files or gradebook.
DRIVER = """
import os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine

root, last = Path(sys.argv[1]), int(sys.argv[2])
from ecrm_helpers.marking.run import mark, one
from tests.markingclass import run_plainly

one._run_trusted = run_plainly
one.judge_notebook = lambda notebook, **options: []
steps = 0

def step(*_, **__):
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)

def stepping(owner, name):
    real = getattr(owner, name)
    def counted(*positional, **named):
        step()
        made = real(*positional, **named)
        step()
        return made
    setattr(owner, name, counted)

for name in ("rename", "write_bytes", "chmod", "mkdir"):
    stepping(Path, name)
for name in ("unlink", "rmdir"):  # a folder goes file by file
    stepping(os, name)
for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(Engine, name, step)

class Never:
    def __init__(self, **options): pass
    def begin(self): pass
    def wait(self): pass

mark.WarmUp = Never
report = mark.mark_assignment(root, "tiny", trusted=True, workers=2, again=len(sys.argv) > 3)
print(steps, *sorted({line.state for line in report.lines}))
"""


def drive(root, last=0, *more):
    """Run the driver; return its steps, or None when it killed itself."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DRIVER), str(root), str(last), *more],
        cwd=REPOSITORY, env=environment() | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr[-3000:]
    return int(done.stdout.split()[0])


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A class of four, marked once, with two manual marks; then three of them hand in anew."""
    root = released_course(tmp_path_factory.mktemp("template"))
    for student, answers in (("s001", GOOD), ("s002", HALF), ("s003", GOOD)):
        hand_in(root, student, answers)
    drive(root)
    give_mark(root, "s001", "t4_essay", 4.0, comment="好。")
    give_mark(root, "s003", "t4_essay", 3.0)
    hand_in(root, "s001", {**GOOD, "t4_essay": "换了一个回答。"})
    hand_in(root, "s002", GOOD)
    hand_in(root, "s004", HALF)
    return root


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    """What the run leaves when nobody disturbs it, and how many steps it takes."""
    root = copy_of(template, tmp_path_factory.mktemp("undisturbed"))
    steps = drive(root)
    return gradebook(root), marked_files(root), steps


MOMENTS = 10


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_run_ends_as_an_undisturbed_one(template, undisturbed, tmp_path, moment):
    book, files, steps = undisturbed
    root = copy_of(template, tmp_path)
    # One moment in each stretch of the run; a seed of its own for each, the same on every day.
    last = random.Random(moment).randrange(steps * moment // MOMENTS, steps * (moment + 1) // MOMENTS) + 1  # noqa: S311

    assert drive(root, last) is None
    drive(root)

    assert gradebook(root) == book
    assert marked_files(root) == files


def test_killed_again_and_again_it_still_ends_well(template, undisturbed, tmp_path):
    book, files, steps = undisturbed
    root = copy_of(template, tmp_path)
    dice = random.Random(7)  # noqa: S311
    for _ in range(6):
        drive(root, dice.randrange(steps // 3, steps))

    drive(root)

    assert gradebook(root) == book
    assert marked_files(root) == files


def test_run_killed_while_marking_everybody_again_loses_nothing(template, undisturbed, tmp_path):
    book, files, steps = undisturbed
    root = copy_of(template, tmp_path)
    drive(root)
    for moment in (0.4, 0.6, 0.8, 0.95):
        drive(root, int(steps * moment), "again")

    drive(root, 0, "again")

    assert gradebook(root) == book
    assert marked_files(root) == files


@needs_sandbox
def test_ecrm_mark_killed_mid_way_leaves_no_process_and_finishes_next_time(template, tmp_path):
    quiet, killed = copy_of(template, tmp_path / "quiet"), copy_of(template, tmp_path / "killed")
    for root in (quiet, killed):
        for number in range(6):
            hand_in(root, f"s1{number:02}", GOOD if number % 2 else HALF)
    command = [
        sys.executable,
        "-c",
        "from ecrm_helpers.cli import main; main()",
        "mark",
        "tiny",
        "--workers",
        "1",
        "--root",
    ]
    before = {one.pid for one in psutil.process_iter()}

    def start(root):
        return subprocess.Popen(
            [*command, str(root)], cwd=REPOSITORY, env=environment(), stdout=subprocess.DEVNULL
        )

    with start(killed) as process:
        first = query(killed, "select count(*), max(marked_at) from ecrm_marked")
        while query(killed, "select count(*), max(marked_at) from ecrm_marked") == first:
            assert process.poll() is None
            time.sleep(0.02)
        ours = [one for one in psutil.Process(process.pid).children(recursive=True) if one.pid not in before]
        process.kill()
    assert ours
    assert psutil.wait_procs(ours, timeout=15)[1] == []

    for root in (quiet, killed):
        with start(root) as process:
            assert process.wait(120) == 0

    assert gradebook(killed) == gradebook(quiet)
    assert marked_files(killed) == marked_files(quiet)
