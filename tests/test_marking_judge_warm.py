"""The warm judge: a process per marking file, forks used again while they are as new, no mark lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from ecrm_helpers.marking.judge import client as judge_client
from ecrm_helpers.marking.judge import fork as judge_fork
from ecrm_helpers.marking.judge import warm as judge_warm
from ecrm_helpers.marking.judge.client import close_judges, run_judge, warm_judge
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import GOOD, HALF, copy_of, gradebook, hand_in, released_course, run_plainly

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no warm judge without fork")
HEAD = "import os, signal, sys, time\nfrom pathlib import Path\nfrom ecrm_helpers.marking import *\n"


@pytest.fixture(autouse=True)
def closed():
    """End the judges a test has started."""
    yield
    close_judges()


@pytest.fixture
def asked(tmp_path):
    """Write a marking file with one judge per task and ask it; ``HERE`` is a folder the judges may use."""

    def request(judges, *, head="", tail="", student="s001", seconds=20.0):
        lines = [HEAD, f"HERE = Path({str(tmp_path)!r})", textwrap.dedent(head)]
        for name, body in judges.items():
            lines += [f"def {name}(value, context):", textwrap.indent(textwrap.dedent(body), "    ")]
        lines.append("TASKS = [" + ", ".join(f"Task(id={n!r}, points=4, judge={n})" for n in judges) + "]")
        path = tmp_path / "marking.py"
        path.write_text("\n".join([*lines, textwrap.dedent(tail)]), encoding="utf-8")
        records = {n: json.dumps({"v": 1, "task": n, "value": 14}) for n in judges}
        return {
            "marking": str(path), "course": "crossborder_crm", "assignment": "tiny", "student": student,
            "seconds": seconds, "answers": records, "owners": {}, "tasks": dict.fromkeys(judges, 4.0),
        }  # fmt: skip

    return request


def points(results):
    return {name: result.get("points") for name, result in results.items()}


def process_of(request):
    judge = warm_judge(request["marking"], course=request["course"], assignment=request["assignment"])
    assert judge.ready()
    return judge.process


def until(condition):
    """Wait for something another process does."""
    latest = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < latest, "it never came"
        time.sleep(0.05)


RIGHT = "return Verdict(points=4, message='对。')"


def test_one_process_serves_every_request(asked):
    request = asked({"t1": "return Verdict(points=4, message=str(os.getppid()))"})

    told = [run_judge(request)["t1"]["message"] for _ in range(3)]

    assert set(told) == {str(process_of(request).pid)}


def test_nothing_of_one_submission_reaches_the_next(asked):
    request = asked(
        {"t1": "SEEN.append(context.student_id)\nreturn Verdict(points=len(SEEN), message='好')"},
        head="SEEN = []",
    )

    for student in ("s001", "s002"):
        assert points(run_judge({**request, "student": student})) == {"t1": 1.0}


def test_sample_is_rehearsed_before_the_first_request(asked):
    sample = "def SAMPLE(context):\n    return {'t1': 14}"
    request = asked(
        {"t1": "sys.calls = getattr(sys, 'calls', 0) + 1\nreturn Verdict(points=sys.calls, message='好')"},
        tail=sample,
    )

    assert points(run_judge(request)) == {"t1": 2.0}


PROCESS = "return Verdict(points=4, message=str(os.getpid()))"


def test_fork_is_used_again_up_to_a_limit(asked):
    request = asked({"t1": PROCESS})

    told = [run_judge(request)["t1"]["message"] for _ in range(2 * judge_fork.MOST_REQUESTS + 1)]

    assert sorted(Counter(told).values()) == [1, judge_fork.MOST_REQUESTS, judge_fork.MOST_REQUESTS]


LEAVES = {
    "a thread": "import threading\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "a process": "import subprocess\nsubprocess.Popen(['sleep', '60'])",
    "a setting": "os.environ['LEFT'] = '1'",
    "another place": "os.chdir('/')",
    "a thread of the other kind": "import _thread\n_thread.start_new_thread(lambda: [time.sleep(60)], ())\n"
    "time.sleep(0.05)",
    "an open file": "os.open('/', 0)",
    "a closed file": "os.close(1)",
    "another file": "os.dup2(os.open('/dev/null', os.O_WRONLY), 1)",
    "a closed stream": "sys.stdout.close()",
    "a mask": "os.umask(0)",
    "a handler": "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "a blocked signal": "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])",
    "a timer": "signal.setitimer(signal.ITIMER_PROF, 600, 600)",
    "a limit": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))",
    "a depth": "sys.setrecursionlimit(sys.getrecursionlimit() + 1)",
    "a filter": "import warnings\nwarnings.simplefilter('error')",
    "a locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
    "an option": "pandas.options.display.max_rows = 3",
    "a way with zero": "numpy.seterr(all='raise')",
    "a precision": "import decimal\ndecimal.getcontext().prec = 3",
    "a module in another's place": "sys.modules['json'] = sys",
    "a name of everybody's": "import builtins\nbuiltins.mine = 1",
    "much memory": "sys.kept = bytearray(300 << 20)",
    "a task that waits": "if context.student_id == 's001': raise ValueError",
}


@pytest.mark.parametrize("name", LEAVES)
def test_fork_in_which_something_is_left_is_used_no_more(asked, name):
    body = LEAVES[name] + "\nreturn Verdict(points=4, message='x')"
    request = asked({"t1": body, "t2": PROCESS}, head="import decimal, numpy, pandas")

    told = [run_judge(request) for _ in range(2)]

    assert told[0]["t2"]["message"] != told[1]["t2"]["message"]
    assert told[0]["t1"] == told[1]["t1"]


def test_every_submission_has_the_same_room(asked):
    body = """
    import resource
    sys.kept = [*getattr(sys, "kept", []), bytearray(100 << 20)]
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    room = resource.getrlimit(resource.RLIMIT_AS)[0] - held
    return Verdict(points=len(sys.kept), message=str(room >> 20))
    """

    told = [run_judge(request)["t1"] for request in [asked({"t1": body})] * 2]

    assert [one["points"] for one in told] == [1.0, 2.0]
    assert abs(int(told[0]["message"]) - int(told[1]["message"])) < 10


def test_marking_file_that_is_slow_to_load_is_loaded_once(asked, tmp_path):
    head = "(HERE / 'loaded').open('a').write('x')\ntime.sleep(0.3)\nSEEN = []"
    request = asked({"t1": "SEEN.append(1)\nreturn Verdict(points=len(SEEN), message='好')"}, head=head)

    for _ in range(3):
        assert points(run_judge(request)) == {"t1": 1.0}

    assert len((tmp_path / "loaded").read_text()) == 2  # the second time tells its own time from its imports'


def test_what_a_used_fork_cannot_judge_a_new_one_judges(asked):
    body = """
    if hasattr(sys, "used"):
        raise MemoryError
    sys.used = True
    return Verdict(points=4, message="对。")
    """
    request = asked({"t1": body})

    for _ in range(3):
        assert points(run_judge(request)) == {"t1": 4.0}


@pytest.mark.parametrize("draw", ["random.random()", "numpy.random.random()"])
def test_chance_is_the_same_for_every_submission(asked, draw):
    body = f"return Verdict(points=4, message=str({draw}))"
    request = asked({"t1": body, "t2": PROCESS}, head="import random, numpy.random")

    told = [run_judge(request) for _ in range(3)]

    assert len({one["t2"]["message"] for one in told}) == 1
    assert len({one["t1"]["message"] for one in told}) == 1


def test_modules_beside_the_marking_file_are_new_for_every_submission(asked, tmp_path):
    (tmp_path / "beside.py").write_text("SEEN = []\n", encoding="utf-8")
    head = "sys.path.insert(0, str(Path(__file__).parent))\nimport beside"
    body = "beside.SEEN.append(len(sys.path))\nreturn Verdict(points=4, message=str(beside.SEEN))"
    request = asked({"t1": body, "t2": PROCESS}, head=head)

    told = [run_judge(request) for _ in range(3)]

    assert len({one["t2"]["message"] for one in told}) == 1
    assert len({one["t1"]["message"] for one in told}) == 1


def test_folder_of_modules_beside_the_marking_file_is_new_for_every_submission(asked, tmp_path):
    (tmp_path / "places").mkdir()
    (tmp_path / "places/beside.py").write_text("SEEN = []\n", encoding="utf-8")
    head = "sys.path.insert(0, str(Path(__file__).parent))\nfrom places import beside"
    body = "beside.SEEN.append(1)\nreturn Verdict(points=len(beside.SEEN), message='好')"
    sample = "def SAMPLE(context):\n    return {'t1': 14, 't2': 14}"
    request = asked({"t1": body, "t2": PROCESS}, head=head, tail=sample)

    told = [run_judge(request) for _ in range(3)]

    assert len({one["t2"]["message"] for one in told}) == 1
    assert [one["t1"]["points"] for one in told] == [1.0] * 3


def test_what_is_printed_is_bounded_for_each_submission(asked):
    request = asked({"t1": f"os.write(1, b'x' * 4_000_000)\n{RIGHT}", "t2": PROCESS})

    told = [run_judge(request) for _ in range(4)]

    assert len({one["t2"]["message"] for one in told}) == 1
    assert [one["t1"]["points"] for one in told] == [4.0] * 4


def test_changed_marking_file_is_loaded_anew(asked):
    assert points(run_judge(asked({"t1": RIGHT}))) == {"t1": 4.0}
    assert points(run_judge(asked({"t1": RIGHT.replace("4", "1")}))) == {"t1": 1.0}


def test_judge_killed_between_requests_is_started_again(asked):
    request = asked({"t1": RIGHT})
    first = process_of(request)
    os.kill(first.pid, signal.SIGKILL)

    assert points(run_judge(request)) == {"t1": 4.0}
    assert process_of(request).pid != first.pid


def test_judge_killed_at_work_is_started_again_and_nothing_is_lost_or_doubled(asked):
    killing = """
    if not (HERE / "once").exists():
        (HERE / "once").touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    return Verdict(points=4, message="对。")
    """

    assert points(run_judge(asked({"t0": RIGHT, "t1": killing, "t2": RIGHT}))) == {
        "t0": 4.0,
        "t1": 4.0,
        "t2": 4.0,
    }


def test_run_whose_judge_is_killed_ends_with_the_gradebook_of_an_undisturbed_one(tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    here = released_course(tmp_path / "here")
    for number, answers in enumerate([GOOD, HALF, {}, GOOD, HALF]):
        hand_in(here, f"s{number:03d}", answers)
    there = copy_of(here, tmp_path / "there")
    mark_assignment(here, "tiny", trusted=True)
    killed = []

    def kill_judge(done, total, student):
        for judge in judge_warm._judges.values() if done in {1, 3} else ():  # no request meets three
            judge.process.kill()
            killed.append(judge.process.pid)

    mark_assignment(there, "tiny", trusted=True, on_progress=kill_judge)

    assert len(set(killed)) > 1
    assert gradebook(there) == gradebook(here)


def test_judge_that_always_kills_the_warm_process_is_pending_alone(asked):
    killing = "os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)"

    results = run_judge(asked({"t0": RIGHT, "t1": killing, "t2": RIGHT}))

    assert points(results) == {"t0": 4.0, "t1": None, "t2": 4.0}
    assert results["t1"]["status"] == "pending"


def test_requests_are_judged_at_the_same_time(asked):
    meeting = """
    (HERE / context.student_id).touch()
    while len(list(HERE.glob("s00?"))) < 3:
        time.sleep(0.01)
    return Verdict(points=int(context.student_id[-1]), message="见到了")
    """
    request = asked({"t1": meeting})
    students = ["s001", "s002", "s003"]

    with ThreadPoolExecutor(3) as lanes:
        found = list(lanes.map(lambda student: run_judge({**request, "student": student}), students))

    assert [points(results) for results in found] == [{"t1": 1.0}, {"t1": 2.0}, {"t1": 3.0}]


def test_many_requests_at_once_keep_apart_while_some_break(asked):
    body = """
    if context.student_id.endswith("7"):
        os._exit(3)
    return Verdict(points=int(context.student_id[-1]) / 10, message=context.student_id)
    """
    request = asked({"t1": body})
    students = [f"s{number:03d}" for number in range(40)]

    with ThreadPoolExecutor(8) as lanes:
        found = list(lanes.map(lambda student: run_judge({**request, "student": student})["t1"], students))

    for student, result in zip(students, found, strict=True):
        expected = ("pending", None) if student.endswith("7") else ("judged", student)
        assert (result["status"], result.get("message")) == expected


def test_judge_that_swallows_its_alarm_is_killed(asked, monkeypatch):
    monkeypatch.setattr(judge_client, "GRACE", 1.0)
    deaf = """
    (HERE / "pid").write_text(str(os.getpid()))
    while True:
        try:
            while True: pass
        except BaseException: pass
    """

    results = run_judge(asked({"t0": RIGHT, "t1": deaf, "t2": RIGHT}, seconds=1.0))

    assert points(results) == {"t0": 4.0, "t1": None, "t2": 4.0}
    assert results["t1"]["status"] == "pending"


def test_what_a_judge_left_running_ends_with_its_request(asked, tmp_path):
    body = """
    import subprocess
    (HERE / "pid").write_text(str(subprocess.Popen(["sleep", "600"]).pid))
    return Verdict(points=4, message="对。")
    """

    assert points(run_judge(asked({"t1": body}))) == {"t1": 4.0}
    left = int((tmp_path / "pid").read_text())
    until(lambda: not is_running(left))


def is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


ASK = """
import json, sys
from ecrm_helpers.marking.judge.client import run_judge
run_judge(json.loads(sys.argv[1]))
"""


def test_killed_client_leaves_no_judge_behind(asked, tmp_path):
    body = """
    (HERE / "part").write_text(f"{os.getpid()} {os.getppid()}")
    (HERE / "part").rename(HERE / "pids")
    time.sleep(600)
    """
    request = asked({"t1": body}, seconds=600.0)
    with subprocess.Popen([sys.executable, "-c", ASK, json.dumps(request)]) as client:
        until((tmp_path / "pids").exists)
        client.kill()

    for pid in map(int, (tmp_path / "pids").read_text().split()):
        until(lambda pid=pid: not is_running(pid))


FORK = """
import json, os, sys
from ecrm_helpers.marking.judge.client import run_judge, warm_judge
asked = json.loads(sys.argv[1])
run_judge(asked)
idle = warm_judge(asked["marking"], course=asked["course"], assignment=asked["assignment"]).idle
child = os.fork()
if child == 0:
    os._exit(len(idle))
print(len(idle), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_process_that_forks_shares_no_line(asked):
    command = [sys.executable, "-c", FORK, json.dumps(asked({"t1": RIGHT}))]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["1", "0"]


def test_closing_ends_the_process(asked):
    process = process_of(asked({"t1": RIGHT}))

    close_judges()

    assert process.returncode is not None


LOADING = {
    "exits": "os._exit(5)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "raises": "1 / 0",
    "interrupts": "raise KeyboardInterrupt",
}


@pytest.mark.parametrize("name", LOADING)
def test_marking_file_that_breaks_its_process_while_loading_leaves_all_to_the_teacher(asked, name):
    request = asked({"t1": RIGHT, "t2": RIGHT}, head=LOADING[name])

    for _ in range(2):
        results = run_judge(request)
        assert {result["status"] for result in results.values()} == {"pending"}
        assert results["t1"]["log"]


def test_marking_file_that_never_finishes_loading_leaves_all_to_the_teacher(asked, monkeypatch):
    monkeypatch.setattr(judge_warm, "START_SECONDS", 1.0)

    results = run_judge(asked({"t1": RIGHT}, head="time.sleep(600)"))

    assert results["t1"]["status"] == "pending"


def test_judge_that_ends_the_process_at_the_rehearsal_is_asked_all_the_same(asked):
    sample = "def SAMPLE(context):\n    return {'t1': 14, 't2': 14}"

    results = run_judge(asked({"t1": "os._exit(1)", "t2": RIGHT}, tail=sample))

    assert points(results) == {"t1": None, "t2": 4.0}


QUIET = {
    "warns": "import warnings\nwarnings.warn('old')",
    "logs": "import logging\nlogging.error('odd')",
    "writes": "print('x' * 100_000, file=sys.stderr)",
    "writes a verdict": """print('{"task": "t1", "status": "judged", "points": 0}')""",
    "writes to descriptors": "os.write(1, b'\\0\\0\\0\\2{}')\nos.write(2, b'x' * 100_000)",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_a_judge_prints_costs_nothing(asked, name):
    assert points(run_judge(asked({"t1": f"{QUIET[name]}\n{RIGHT}"}))) == {"t1": 4.0}


def test_printing_without_end_is_pending(asked):
    body = "while True:\n    os.write(1, b'x' * 1_000_000)"

    assert run_judge(asked({"t1": body, "t2": RIGHT}))["t1"]["status"] == "pending"


def test_endless_message_is_cut(asked):
    results = run_judge(asked({"t1": "return Verdict(points=4, message='好' * 50_000_000)"}))

    assert (results["t1"]["points"], len(results["t1"]["message"])) == (4.0, 2_000)


def test_memory_of_a_judge_is_bounded_and_the_next_task_is_judged(asked):
    greedy = "kept = bytearray(3 * 2**30)\nreturn Verdict(points=4, message='x')"

    results = run_judge(asked({"t1": greedy, "t2": RIGHT}))

    assert points(results) == {"t1": None, "t2": 4.0}
    assert "MemoryError" in results["t1"]["log"]


def test_judge_sees_none_of_the_markers_secrets(asked, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setenv("DB_PASSWORD", "secret")

    results = run_judge(asked({"t1": "return Verdict(points=4, message=' '.join(os.environ))"}))

    assert "JUPYTERHUB" not in results["t1"]["message"]
    assert "PASSWORD" not in results["t1"]["message"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc")
def test_judge_inherits_neither_control_pair_nor_others_lines(asked):
    body = """
    opened = [os.readlink(f"/proc/self/fd/{number}") for number in range(64)
              if os.path.lexists(f"/proc/self/fd/{number}")]
    return Verdict(points=4, message=str(sum(name.startswith("socket:") for name in opened)))
    """

    assert run_judge(asked({"t1": body}))["t1"]["message"] == "1"  # its own line


def test_warm_process_has_one_thread_when_it_forks(asked):
    process = psutil.Process(process_of(asked({"t1": RIGHT}, head="import pandas, scipy.linalg")).pid)

    assert process.num_threads() == 1


def test_nothing_listens_on_a_port(asked):
    process = psutil.Process(process_of(asked({"t1": RIGHT})).pid)

    assert process.net_connections(kind="inet") == []


def test_other_marking_files_are_not_kept_for_ever(asked):
    processes = [process_of(asked({"t1": RIGHT.replace("4", str(number))})) for number in range(1, 8)]

    assert sum(process.poll() is None for process in processes) == 4


WITHOUT_FORK = {
    "good": (RIGHT, 4.0),
    "exits": ("os._exit(0)", None),
    "raises": ("1 / 0", None),
    "nan": ("return Verdict(points=float('nan'), message='')", None),
}


@pytest.mark.parametrize("name", WITHOUT_FORK)
def test_without_fork_a_process_is_started_for_every_request(asked, monkeypatch, name):
    monkeypatch.setattr(judge_warm, "_CAN_FORK", False)
    body, expected = WITHOUT_FORK[name]

    assert points(run_judge(asked({"t0": RIGHT, "t1": body}))) == {"t0": 4.0, "t1": expected}


def test_judge_killed_while_it_starts_is_started_again_and_is_not_given_up_for_the_next(asked, monkeypatch):
    """As where a machine is short of memory for a moment: it is no fault of the marking file."""
    request = asked({"t1": RIGHT})
    honest = judge_warm.WarmJudge._came_up
    kills = iter([True, True, False])

    def killed_at_first(judge):
        if next(kills, False):
            judge.process.kill()
        return honest(judge)

    monkeypatch.setattr(judge_warm.WarmJudge, "_came_up", killed_at_first)

    assert points(run_judge(request)) == {"t1": 4.0}

    kills = iter([True] * 100)
    close_judges()
    assert run_judge(request)["t1"]["broken"] is True
    kills = iter([])
    assert points(run_judge(request)) == {"t1": 4.0}


def test_closing_a_judge_that_is_starting_waits_for_nothing(asked, monkeypatch):
    request = asked({"t1": RIGHT})
    judge = warm_judge(request["marking"], course=request["course"], assignment=request["assignment"])
    os.kill(judge.process.pid, signal.SIGSTOP)
    asking = threading.Thread(target=judge.ready)
    asking.start()

    judge.close()
    asking.join(30)

    assert not asking.is_alive()
    assert judge.process.poll() is not None
