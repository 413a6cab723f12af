"""The sandbox runs cells as a notebook does, and every limit bites."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from ecrm_helpers.errors import SandboxError, SettingsError
from ecrm_helpers.marking.sandbox import Limits, Sandbox
from ecrm_helpers.marking.sandbox.conversation import BrokenSandboxError
from ecrm_helpers.marking.sandbox.memory import Memory
from ecrm_helpers.marking.sandbox.outputs import CellOutputs
from ecrm_helpers.messages import sandbox as say
from tests.sandboxing import needs_sandbox

pytestmark = needs_sandbox
LIMITS = Limits(cell_seconds=30, total_seconds=120)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(course="crossborder_crm", limits=LIMITS) as made:
        made.start()  # not within the time of whichever test comes first
        yield made


def run(sandbox, *cells, **options):
    return sandbox.run(cells=list(enumerate(cells)), student_id="s001", **options)


def printed(found):
    return "".join(output["text"] for output in found.outputs if output["output_type"] == "stream")


def statuses(runs):
    return [found.status for found in runs]


# As in a notebook.


def test_outputs_are_those_of_a_notebook(sandbox):
    shown = "from IPython.display import HTML, display\ndisplay(HTML('<b>b</b>'))"

    runs = run(sandbox, "x = 20\nprint('hello')", "x + 1", "1 / 0", shown)

    assert statuses(runs) == ["ok", "ok", "error", "ok"]
    assert [found.count for found in runs] == [1, 2, 3, 4]
    assert runs[0].outputs == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    assert runs[1].outputs == [
        {"output_type": "execute_result", "data": {"text/plain": "21"}, "metadata": {}, "execution_count": 2}
    ]
    assert runs[2].outputs[0]["ename"] == "ZeroDivisionError"
    assert runs[3].outputs[0]["data"]["text/html"] == "<b>b</b>"


FIGURES = (
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "import plotly.express as px\npx.bar(x=[1, 2], y=[1, float('nan')])",
)


def test_figures_are_shown(sandbox):
    first, second = run(sandbox, *FIGURES)

    assert "image/png" in first.outputs[-1]["data"]
    assert "application/vnd.plotly.v1+json" in second.outputs[0]["data"]


def test_figures_are_shown_where_nothing_that_draws_was_prepared(sandbox):
    loaded = "import sys\n'matplotlib' in sys.modules or 'plotly' in sys.modules"
    with Sandbox(course="crossborder_crm", drawing=False, limits=LIMITS) as plain:
        before, *shown = run(plain, loaded, *FIGURES)
    same = [[set(one["data"]) for one in found.outputs] for found in run(sandbox, *FIGURES)]

    assert before.outputs[0]["data"]["text/plain"] == "False"
    assert [[set(one["data"]) for one in found.outputs] for found in shown] == same


def test_error_is_explained_in_chinese(sandbox):
    assert "提示：" in run(sandbox, "total = 14，")[0].outputs[0]["traceback"][0]


def test_print_order_survives_output_past_python(sandbox):
    (found,) = run(sandbox, "import os\nprint('one')\nos.system('echo two')\nprint('three', flush=True);")

    assert printed(found).split() == ["one", "two", "three"]


def test_display_can_be_cleared_and_updated_within_the_cell(sandbox):
    clear = "from IPython.display import clear_output\nprint('old')\nclear_output()\nprint('new')"
    update = "from IPython.display import display\nh = display('old', display_id='x')\nh.update('new')"
    other = "h.update('forged')"

    first, second, third = run(sandbox, clear, update, other)

    assert printed(first) == "new\n"
    assert [output["data"]["text/plain"] for output in second.outputs] == ["'new'"]
    assert third.outputs == []


def test_exit_ends_nothing(sandbox):
    assert statuses(run(sandbox, "exit()", "quit()", "1")) == ["ok", "ok", "ok"]


def test_input_is_refused_at_once(sandbox):
    assert run(sandbox, "input('x')")[0].outputs[0]["ename"] == "NotImplementedError"


def test_shop_of_the_student_is_there(sandbox):
    source = (
        "from ecrm_helpers.datasets import my_shop\nlen(my_shop('s001', course='crossborder_crm').orders) > 9"
    )

    assert run(sandbox, source)[0].outputs[-1]["data"]["text/plain"] == "True"


def test_files_stand_in_the_working_directory(sandbox):
    files = {"data.csv": b"a,b\n1,2\n", "more/notes.txt": "客户".encode()}

    (found,) = run(sandbox, "print(open('data.csv').read(), open('more/notes.txt').read())", files=files)

    assert "1,2" in printed(found)
    assert "客户" in printed(found)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ""])
def test_file_outside_the_working_directory_is_refused(sandbox, name):
    with pytest.raises(SandboxError, match="提示"):
        run(sandbox, "1", files={name: b""})


# One cell takes its process with it; those before and after count.

ENDS = {
    "exits": ("import os\nos._exit(0)", "killed"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)", "killed"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "killed"),
    "kills the first process": ("import os\nos.kill(1, 9)\nos.abort()", "killed"),
    "closes everything": ("import os\nos.closerange(0, 999)", "killed"),
    "hangs": ("while True: pass", "timeout"),
    "hangs and will not hear": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
        "timeout",
    ),
    "sleeps in C": ("import ctypes\nctypes.CDLL(None).sleep(1000)", "timeout"),
    "forks without end": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", "timeout"),
    "floods": ("while True: print('x' * 100_000)", "flood"),
    "floods in one line": ("print('x' * 30_000_000)", "flood"),
    "floods with a figure": (
        "from IPython.display import display\ndisplay({'text/html': 'x' * 40_000_000}, raw=True)",
        "flood",
    ),
    "floods past Python": ("import os\nfor i in range(999): os.write(1, b'x' * 1_000_000)", "flood"),
}


@pytest.mark.parametrize("what", ENDS)
def test_cell_that_takes_its_process_with_it_leaves_the_others(sandbox, what):
    source, status = ENDS[what]
    seconds = 3 if status == "timeout" else 20

    runs = run(
        sandbox,
        "count = 1\nprint('before')",
        source,
        "count += 1\nprint('after', count)",
        limits=Limits(cell_seconds=seconds, total_seconds=seconds * 9, processes=20),
    )

    assert statuses(runs) == ["ok", status, "ok"]
    assert printed(runs[0]) == "before\n"
    assert printed(runs[2]) == "after 2\n"


def test_first_outputs_of_earlier_cells_are_kept(sandbox):
    runs = run(sandbox, "import uuid\nprint(uuid.uuid4())", "import os\nos._exit(1)", "print(uuid.__name__)")

    assert len(printed(runs[0]).split()) == 1
    assert printed(runs[2]) == "uuid\n"


def test_no_more_restarts_than_granted(sandbox):
    runs = run(sandbox, *["import os\nos._exit(1)"] * 4, "1", limits=Limits(restarts=2))

    assert statuses(runs) == ["killed", "killed", "killed", "not_run", "not_run"]


def test_cell_that_ends_only_the_second_time_is_left_out_too(sandbox):
    # Only the clock tells the first process from the fresh one.
    turn = "import os, time\nif time.time() - {began} > 6: os._exit(1)\nprint('first time')"

    runs = run(
        sandbox,
        turn.format(began=time.time()),
        "import time\ntime.sleep(99)",
        "print('end')",
        limits=Limits(cell_seconds=7, total_seconds=60),
    )

    assert statuses(runs) == ["ok", "timeout", "ok"]
    assert printed(runs[0]) == "first time\n"


def test_total_time_ends_the_submission(sandbox):
    cells = ("1", "import time\ntime.sleep(99)", "1")

    runs = run(sandbox, *cells, limits=Limits(cell_seconds=99, total_seconds=5))

    assert statuses(runs) == ["ok", "timeout", "out_of_time"]


def test_cells_that_all_end_their_process_leave_no_other_cell_behind(sandbox):
    ends = ["import os\nos._exit(1)", "import os\nos.kill(os.getpid(), 9)"] * 4
    cells = [source for end in ends for source in (end, "1")]

    runs = run(sandbox, "x = 1", *cells, "print(x)")

    assert statuses(runs) == ["ok", *["killed", "ok"] * 8, "ok"]
    assert printed(runs[-1]) == "1\n"


# Limits of amount.


def test_memory_of_one_process(sandbox):
    runs = run(sandbox, "x = b'x' * 900_000_000", "print('on')", limits=Limits(memory_mb=500))

    assert statuses(runs) == ["error", "ok"]
    assert runs[0].outputs[0]["ename"] == "MemoryError"


HELD = {
    "children": "import os, time\nfor i in range(4):\n    if os.fork() == 0:\n"
    "        x = b'x' * 150_000_000\n"
    "        time.sleep(99)\ntime.sleep(99)",
    "orphans": "import os, time\nfor i in range(4):\n    if os.fork() == 0:\n        if os.fork() == 0:\n"
    "            os.setsid()\n            x = b'x' * 150_000_000\n            time.sleep(99)\n"
    "        os._exit(0)\ntime.sleep(99)",
    "shared": "import mmap, time\nm = mmap.mmap(-1, 500_000_000)\n"
    "for i in range(0, 500_000_000, 4096): m[i] = 1\n"
    "time.sleep(99)",
    "hidden": "import ctypes, os, time\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\nx = b'x' * 500_000_000\n"
    "time.sleep(99)",
}


@pytest.mark.parametrize("how", HELD)
def test_memory_of_all_processes(sandbox, how):
    runs = run(sandbox, HELD[how], "print('on')", limits=Limits(memory_mb=700, total_memory_mb=300))

    assert statuses(runs) == ["memory", "ok"]


def test_memory_that_was_swapped_out_is_counted(tmp_path, monkeypatch):
    memory = Memory(most_mb=300)
    (tmp_path / "7").mkdir()
    (tmp_path / "7/status").write_text("Name:\tx\nRssAnon:\t5 kB\nVmSwap:\t9000000 kB\n", encoding="ascii")
    folder = os.open(tmp_path, os.O_RDONLY)
    monkeypatch.setattr(memory, "_proc", folder)

    assert memory.exceeded([7])
    os.close(folder)


@pytest.mark.parametrize("call", ["memfd_create", "shmget"])
def test_memory_that_nobody_counts_is_refused(sandbox, call):
    numbers = {"memfd_create": "b'x', 0", "shmget": "0, 1 << 20, 0o1600"}
    source = f"import ctypes\nctypes.CDLL(None).{call}({numbers[call]})"

    assert run(sandbox, source)[0].outputs[0]["data"]["text/plain"] == "-1"


def test_processes_and_threads(sandbox):
    forks = (
        "import os, time\nmade = 0\ntry:\n    while True:\n        if os.fork() == 0: time.sleep(99)\n"
        "        made += 1\nexcept OSError: print(made)"
    )
    threads = (
        "import threading, time\nmade = 0\ntry:\n    while True:\n"
        "        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n        made += 1\n"
        "except RuntimeError: print(made)"
    )

    (forked,) = run(sandbox, forks, limits=Limits(processes=20))
    (threaded,) = run(sandbox, threads, limits=Limits(processes=20))

    assert 10 < int(printed(forked)) < 20
    assert 10 < int(printed(threaded)) < 20


def test_only_the_first_thread_runs_as_if_it_were_alone(sandbox):
    """Otherwise fifty busy processes of one student are fifty shares of the processor against one."""
    source = (
        "import os, threading, time\ndef wait():\n    while os.nice(0) < 19: time.sleep(0.05)\n"
        "thread = threading.Thread(target=wait)\nthread.start()\nthread.join()\n"
        "if os.fork() == 0:\n    os.setsid()\n    wait()\n    os._exit(os.getsid(0) == os.getpid())\n"
        "print(os.wait()[1], os.nice(0))"
    )

    assert printed(run(sandbox, source)[0]) == "0 0\n"


def test_open_files(sandbox):
    source = (
        "files = []\ntry:\n    while True: files.append(open('/dev/null'))\nexcept OSError: print(len(files))"
    )

    assert 80 < int(printed(run(sandbox, source, limits=Limits(open_files=100))[0])) < 100


def test_size_of_a_file_and_of_all_files(sandbox):
    one = "open('one', 'wb').write(bytes(9_000_000))"
    places = "('.', '/tmp', '/dev/shm', '..')"
    many = (
        f"size = 0\ntry:\n    for i in range(99):\n        for place in {places}:\n"
        "            size += open(f'{place}/{i}', 'wb').write(bytes(1_000_000))\nexcept OSError: print(size)"
    )
    count = "try:\n    for i in range(99_999): open(f'/tmp/n{i}', 'w').close()\nexcept OSError: print(i)"
    limits = Limits(file_mb=8, disk_mb=10)

    assert run(sandbox, one, limits=limits)[0].outputs[0]["ename"] == "OSError"
    assert 5_000_000 < int(printed(run(sandbox, many, limits=limits)[0])) <= 10 << 20
    assert int(printed(run(sandbox, count, limits=limits)[0])) < 20_000


def test_output_is_cut(sandbox):
    shown = (
        "from IPython.display import display\nfor i in range(9):\n"
        "    display({'text/html': 'x' * 100_000}, raw=True)"
    )
    limits = Limits(cell_output_bytes=300_000)

    lines, figures = run(sandbox, "for i in range(99_999): print(i)", shown, limits=limits)

    assert (lines.status, figures.status) == ("ok", "ok")
    assert len(printed(lines)) < 70_000
    assert printed(lines).endswith(say.OUTPUT_CUT)
    assert len(str(figures.outputs)) < 310_000
    assert printed(figures) == say.OUTPUT_CUT


def test_output_of_the_whole_submission_is_cut(sandbox):
    shown = "from IPython.display import display\ndisplay({'text/html': 'x' * 400_000}, raw=True)"

    runs = run(sandbox, *[shown] * 3, limits=Limits(total_output_bytes=500_000))

    assert [len(str(found.outputs)) > 400_000 for found in runs] == [True, True, False]


def test_frame_without_room_is_not_even_read(sandbox):
    """Sixteen megabytes of empty lists would take half a gigabyte of the marker's memory."""
    source = "from IPython.display import display\ndisplay({'a/json': [[]] * 200_000}, raw=True)"

    (found,) = run(sandbox, source, limits=Limits(cell_output_bytes=300_000))

    assert found.status == "ok"
    assert printed(found) == say.OUTPUT_CUT
    outputs = CellOutputs(room=100)
    assert outputs.has_no_room(101)
    assert outputs.seen == 101


def test_long_error_is_cut(sandbox):
    (found,) = run(sandbox, "raise ValueError('x' * 3_000_000)")

    assert found.outputs[0]["ename"] == "ValueError"
    assert len(str(found.outputs)) < 100_000


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_limit_that_limits_nothing_is_refused(value):
    with pytest.raises(SettingsError, match="提示"):
        Limits(memory_mb=value)


# The warm process.


def test_many_at_a_time(sandbox):
    found = {}

    def work(number):
        runs = sandbox.run(
            cells=[(0, f"import os\nprint(os.environ['ECRM_STUDENT'], {number})")], student_id=f"s{number}"
        )
        found[number] = printed(runs[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: f"s{number} {number}\n" for number in range(8)}


def inside(sandbox):
    return psutil.Process(sandbox.pid).children(recursive=True)


def test_killed_warm_process_is_started_again():
    with Sandbox(limits=LIMITS) as sandbox:
        found = []
        slow = threading.Thread(
            target=lambda: found.extend(run(sandbox, "import time\ntime.sleep(2)", "print(5)"))
        )
        sandbox.start()
        first = sandbox.pid
        slow.start()
        while slow.is_alive() and len(inside(sandbox)) < 4:
            time.sleep(0.05)
        for process in inside(sandbox):
            process.send_signal(signal.SIGKILL)
        slow.join()

        assert statuses(found) == ["ok", "ok"]
        assert printed(found[1]) == "5\n"
        assert sandbox.pid != first


class Box:
    """Stands for a warm process."""

    def log(self):
        return "its log"

    def close(self):
        pass


@pytest.mark.parametrize(("breaks_it", "expected"), [(False, "marked"), (True, "its log")])
def test_submission_that_breaks_the_sandbox_costs_the_one_beside_it_nothing(monkeypatch, breaks_it, expected):
    calls = []

    def run_submission(*_, **__):
        calls.append(1)
        if len(calls) > 2:
            return ["marked"]
        if not breaks_it:  # another thread's submission did, and has ended the sandbox
            sandbox.close()
        raise BrokenSandboxError

    monkeypatch.setattr(Sandbox, "_start", lambda self: setattr(self, "_boxed", self._boxed or Box()))
    monkeypatch.setattr("ecrm_helpers.marking.sandbox.rerun.run_submission", run_submission)
    with Sandbox() as sandbox:
        try:
            found = run(sandbox, "1")[0]
        except SandboxError as error:
            found = str(error)

    assert expected in found


def test_nothing_is_left_after_close():
    with Sandbox(limits=LIMITS) as sandbox:
        run(sandbox, "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(99)")
        pids = [sandbox.pid, *(child.pid for child in inside(sandbox))]

    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10)
    assert alive == []


def test_sandbox_outlives_the_thread_that_started_it_and_leaves_no_file_to_clean_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(limits=LIMITS) as sandbox:
        starter = threading.Thread(target=sandbox.start)
        starter.start()
        starter.join()
        pid = sandbox.pid

        assert not Path(sandbox._boxed._stage).exists()
        assert list(tmp_path.iterdir()) == []
        assert statuses(run(sandbox, "import scipy.optimize")) == ["ok"]
        assert sandbox.pid == pid
