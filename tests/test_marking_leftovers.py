"""What a killed run left under /tmp is removed by a later start; nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ecrm_helpers.marking import leftovers
from ecrm_helpers.marking.leftovers import owned_folder, sweep

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="owners are told by /proc")
PREFIX = "ecrm-judge-"
MAKES = """
import sys, time
from ecrm_helpers.marking.judge import warm as judge_warm
print(judge_warm.marking_file(b"SECRET = 1"), flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path):
    """A process that has made a judge's folder under `tmp_path`, and that folder."""
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", MAKES], stdout=subprocess.PIPE, env=env, text=True
    ) as process:
        yield process, Path(process.stdout.readline().strip()).parents[1]
        process.kill()


def test_folder_of_a_killed_owner_goes_with_the_next_start_and_no_sooner(owner, tmp_path):
    process, folder = owner
    sweep(PREFIX, tmp_path)
    assert folder.is_dir()

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    made = owned_folder(PREFIX, str(tmp_path))

    assert not folder.exists()
    assert list(tmp_path.iterdir()) == [made]
    assert made.stat().st_mode & 0o777 == 0o700


def dead(tmp_path, **parts):
    """The name of a folder whose owner is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    told = {"machine": leftovers._machine(), "pid": process.pid, "start": 7, "end": "abcdefgh", **parts}
    return tmp_path / "{prefix}{machine}-{pid}-{start}-{end}".format(prefix=PREFIX, **told)


def test_process_id_that_was_given_anew_is_not_the_owner(tmp_path):
    folder = dead(tmp_path, pid=os.getpid())
    folder.mkdir(mode=0o700)

    sweep(PREFIX, tmp_path)

    assert not folder.exists()


@pytest.mark.parametrize(
    "parts",
    [
        {"machine": "0" * 12},  # another machine's or container's: its processes cannot be seen from here
        {"start": "x"},
        {"end": "abcdefgh.bak"},
        {"pid": ""},
    ],
)
def test_what_does_not_name_an_owner_of_this_machine_stays(tmp_path, parts):
    folder = dead(tmp_path, **parts)
    folder.mkdir(mode=0o700)

    sweep(PREFIX, tmp_path)

    assert folder.is_dir()


def test_link_is_neither_removed_nor_followed(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o700)
    (kept / "work.txt").write_text("mine", encoding="utf-8")
    link = dead(tmp_path)
    link.symlink_to(kept)
    inside = dead(tmp_path, end="iiiiiiii")
    inside.mkdir(mode=0o700)
    (inside / "link").symlink_to(kept)

    sweep(PREFIX, tmp_path)

    assert link.is_symlink()
    assert not inside.exists()
    assert (kept / "work.txt").read_text(encoding="utf-8") == "mine"


def test_folder_open_to_others_or_of_another_account_stays(tmp_path, monkeypatch):
    opened, foreign = dead(tmp_path), dead(tmp_path, end="ffffffff")
    opened.mkdir()
    opened.chmod(0o755)

    sweep(PREFIX, tmp_path)
    foreign.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: foreign.stat().st_uid + 1)
    sweep(PREFIX, tmp_path)

    assert opened.is_dir()
    assert foreign.is_dir()


def test_place_to_mount_on_is_only_removed_when_it_is_empty(tmp_path):
    full, bare = dead(tmp_path), dead(tmp_path, end="eeeeeeee")
    (full / "0").mkdir(parents=True)
    full.chmod(0o700)
    bare.mkdir(mode=0o700)

    sweep(PREFIX, tmp_path, empty=True)

    assert [path for path in (full, bare) if path.exists()] == [full]


def test_without_proc_nothing_is_named_and_nothing_removed(tmp_path, monkeypatch):
    folder = dead(tmp_path)
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(leftovers, "_started", lambda pid: None)

    made = owned_folder(PREFIX, str(tmp_path))

    assert folder.is_dir()
    assert "-" not in made.name.removeprefix(PREFIX)


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
def test_sandbox_and_judge_make_such_folders(monkeypatch):
    from ecrm_helpers.marking.judge import warm as judge_warm  # noqa: PLC0415
    from ecrm_helpers.marking.sandbox.process import Boxed  # noqa: PLC0415

    monkeypatch.setattr(Boxed, "_keep", lambda self: self._started.set())
    boxed = Boxed([])
    folders = [judge_warm.marking_file(b"").parents[1], Path(boxed._stage)]
    boxed.close()

    for folder, prefix in zip(folders, (PREFIX, "ecrm-stage-"), strict=True):
        assert leftovers._OWNER.fullmatch(folder.name.removeprefix(prefix)).group(2) == str(os.getpid())
