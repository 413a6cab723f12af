"""Started by root, the sandbox stops being root: these tests need root, and nothing of root's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

if sys.platform != "linux" or os.geteuid() != 0:
    pytest.skip("only root can stop being root", allow_module_level=True)

from ecrm_helpers.marking.sandbox import Limits, Sandbox, command
from tests.sandboxing import needs_sandbox

pytestmark = needs_sandbox
REPOSITORY = Path(__file__).parents[1]
CLIENT = """
import time
from ecrm_helpers.marking.sandbox import Sandbox
sandbox = Sandbox()
sandbox.start()
print(sandbox.pid, sandbox._boxed._stage, flush=True)
work = "import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(99)"
sandbox.run(cells=[(0, work)], student_id="s001")
"""


@pytest.fixture(scope="module")
def closed():
    """Yield a folder that only root may enter, outside what each submission has of its own."""
    folder = Path(tempfile.mkdtemp(prefix="ecrm-closed-", dir="/var/tmp"))
    (folder / "shown").mkdir()
    (folder / "shown/data.txt").write_text("from a closed folder", encoding="utf-8")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def sandbox(closed):
    with pytest.MonkeyPatch.context() as patch:
        known = command.trees
        patch.setattr(command, "trees", lambda: [*known(), closed / "shown"])
        with Sandbox(limits=Limits(processes=20)) as made:
            made.start()
            yield made


def printed(sandbox, source):
    (found,) = sandbox.run(cells=[(0, f"import os\n{source}")], student_id="s001")
    assert found.status == "ok", found
    return "".join(output["text"] for output in found.outputs)


def test_no_process_of_the_sandbox_is_root(sandbox):
    user, group = command.ordinary_user()

    family = [psutil.Process(sandbox.pid), *psutil.Process(sandbox.pid).children(recursive=True)]

    assert len(family) > 2
    assert {uid for process in family for uid in process.uids()} == {user}
    assert {gid for process in family for gid in process.gids()} == {group}
    assert 0 not in {user, group}


def test_student_is_no_root_and_in_no_group_of_root(sandbox):
    user, group = command.ordinary_user()

    assert printed(sandbox, "print(*os.getresuid(), *os.getresgid(), 0 in os.getgroups())") == (
        f"{user} {user} {user} {group} {group} {group} False\n"
    )


def test_what_stands_in_a_closed_folder_of_root_can_be_shown(sandbox, closed):
    assert printed(sandbox, f"print(open('{closed}/shown/data.txt').read())") == "from a closed folder\n"
    assert printed(sandbox, f"print(os.listdir('{closed}'))") == "['shown']\n"


def test_what_is_staged_for_it_is_staged_for_nobody_else(sandbox):
    assert not Path(sandbox._boxed._stage).exists()
    assert "ecrm-stage" not in Path("/proc/mounts").read_text(encoding="utf-8")


def test_limit_on_processes_binds(sandbox):
    source = (
        "import time\nmade = 0\ntry:\n    while made < 99:\n        if os.fork() == 0: time.sleep(99)\n"
        "        made += 1\nexcept OSError: print(made)"
    )

    assert 10 < int(printed(sandbox, source)) < 20


def test_own_account_is_used_where_there_is_one(monkeypatch):
    monkeypatch.setattr(command, "ACCOUNT", "daemon")

    assert command.ordinary_user() == (1, 1)


def test_killed_run_leaves_neither_process_nor_folder():
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    with client:
        pid, stage = client.stdout.readline().split()
        outer = psutil.Process(int(pid))
        family = [outer, *outer.children(recursive=True)]
        time.sleep(0.2)  # at best in the middle of the submission
        client.send_signal(signal.SIGKILL)

    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    assert not Path(stage).exists()
