"""What a student's process cannot see, reach, keep or forge."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from ecrm_helpers.answers import MIME
from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox import Limits, Sandbox, availability, binds, command
from ecrm_helpers.marking.sandbox.callfilter import NUMBERS, program
from ecrm_helpers.messages import sandbox as say
from tests.sandboxing import needs_sandbox

REPOSITORY = Path(__file__).parents[1]
HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


@pytest.fixture(scope="module")
def sandbox():
    before = os.environ.get("JUPYTERHUB_API_TOKEN")
    os.environ["JUPYTERHUB_API_TOKEN"] = "a-secret"  # noqa: S105 - must not be seen inside
    with Sandbox(course="crossborder_crm", limits=Limits(cell_seconds=30)) as made:
        made.start()
        if before is None:
            del os.environ["JUPYTERHUB_API_TOKEN"]
        yield made


def run(sandbox, *cells, **options):
    return sandbox.run(cells=list(enumerate(cells)), student_id="s001", **options)


def told(sandbox, source):
    """Run `source` and read what it printed as JSON."""
    (found,) = run(sandbox, f"import json, os\n{source}")
    assert found.status == "ok", found
    return json.loads("".join(output["text"] for output in found.outputs))


# What it sees.


@needs_sandbox
@pytest.mark.parametrize(
    "path",
    [
        *(REPOSITORY / name for name in ("solutions", "courses", "exercises", "tests", "notebooks", ".git")),
        Path("/proc/1"), Path("/proc/self"), Path("/sys"), Path("/etc/shadow"), Path("/etc/hosts"),
        Path("/root/.ssh"), Path("/var"), Path("/run"),
    ],
)  # fmt: skip
def test_place_cannot_be_seen(sandbox, path):
    assert told(sandbox, f"print(json.dumps(os.path.exists({str(path)!r})))") is False


@needs_sandbox
def test_home_of_the_account_that_marks_cannot_be_seen(sandbox):
    """The checkout may lie below it: its own folder is there then, and nothing beside it."""
    with tempfile.NamedTemporaryFile(dir=Path.home()) as mine:
        assert told(sandbox, f"print(json.dumps(os.path.exists({mine.name!r})))") is False


@needs_sandbox
def test_only_the_package_and_the_data_of_the_courseware_are_seen(sandbox):
    seen = told(sandbox, f"print(json.dumps(sorted(os.listdir({str(REPOSITORY)!r}))))")

    assert set(seen) <= {"ecrm_helpers", "data", Path(sys.prefix).name}


@needs_sandbox
def test_environment_is_made_anew(sandbox):
    seen = told(sandbox, "print(json.dumps(dict(os.environ)))")

    assert "JUPYTERHUB_API_TOKEN" not in seen
    assert "a-secret" not in json.dumps(seen)
    assert seen["ECRM_STUDENT"] == "s001"
    assert seen["HOME"] == "/student"


@needs_sandbox
def test_no_judge_and_no_gradebook_is_in_memory(sandbox):
    seen = told(sandbox, "import sys\nprint(json.dumps(sorted(sys.modules)))")

    for name in ("nbgrader", "sqlalchemy", "ecrm_helpers.marking.seams.judge", "ecrm_helpers.marking.run"):
        assert name not in seen


@needs_sandbox
def test_warm_process_holds_what_exercises_import_and_little_else(sandbox):
    seen = set(told(sandbox, "import sys\nprint(json.dumps(sorted(sys.modules)))"))

    assert {"pandas", "matplotlib.pyplot", "plotly.express", "ecrm_helpers.rfm"} <= seen
    assert not {"scipy", "pytest", "distributed", "zmq", "tornado"} & seen


@needs_sandbox
def test_no_other_file_is_open(sandbox):
    source = (
        "found = {}\nfor fd in range(4096):\n    try: found[fd] = os.fstat(fd).st_mode\n"
        "    except OSError: pass\nprint(json.dumps(found))"
    )

    seen = told(sandbox, source)

    # Nothing, the caught output twice, the events, the caught output.
    assert sorted(map(int, seen)) == [0, 1, 2, 3, 4]


# What it is.


@needs_sandbox
def test_it_is_no_root_and_has_no_privilege(sandbox):
    source = (
        "import ctypes, struct\nlibc = ctypes.CDLL(None)\n"
        "head = ctypes.create_string_buffer(struct.pack('Ii', 0x20080522, 0))\n"
        "caps = ctypes.create_string_buffer(24)\nlibc.capget(head, caps)\n"
        "found = [os.getuid(), os.geteuid(), sum(caps.raw), libc.prctl(39, 0, 0, 0, 0), os.getgroups()]\n"
        "print(json.dumps(found))"
    )

    uid, effective, capabilities, no_new_privileges, groups = told(sandbox, source)

    assert uid == effective != 0
    assert (capabilities, no_new_privileges) == (0, 1)
    assert 0 not in groups


@needs_sandbox
def test_warm_process_is_no_root_outside(sandbox):
    inside = psutil.Process(sandbox.pid).children(recursive=True)

    assert inside
    assert all(0 not in process.uids() for process in inside)


@needs_sandbox
@pytest.mark.parametrize("call", ["unshare", "setns", "mount", "ptrace", "keyctl", "bpf", "userfaultfd"])
def test_call_is_refused(sandbox, call):
    source = (
        "import ctypes, platform\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"number = {NUMBERS[call]!r}[platform.machine() != 'x86_64']\n"
        "print(json.dumps([libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno()]))"
    )

    assert told(sandbox, source) == [-1, 1]


@needs_sandbox
def test_clone_into_a_namespace_is_refused(sandbox):
    source = (
        "import ctypes, platform\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "number = (56, 220)[platform.machine() != 'x86_64']\n"
        "print(json.dumps([libc.syscall(number, 0x10000000 | 17, 0, 0, 0, 0), ctypes.get_errno()]))"
    )

    assert told(sandbox, source) == [-1, 1]


@needs_sandbox
def test_no_child_can_be_given_to_the_sitter(sandbox):
    """One that the sitter does not know of was in nobody's memory, and kept it from ending."""
    source = (
        "import ctypes, platform, time\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "number = (56, 220)[platform.machine() != 'x86_64']\n"
        "child = libc.syscall(number, 0x8000 | 17, 0, 0, 0, 0)\nif child == 0: time.sleep(99)\n"
        "print(json.dumps([child, ctypes.get_errno()]))"
    )

    assert told(sandbox, source) == [-1, 1]


@needs_sandbox
def test_crash_is_handed_to_no_program_of_the_host(sandbox):
    """Linux gives crashes to systemd-coredump and the like while the limit is 0, but not while it is 1."""
    source = (
        "import resource\nlimit = resource.RLIMIT_CORE\ntry: resource.setrlimit(limit, (0, 0))\n"
        "except (OSError, ValueError): print(json.dumps(resource.getrlimit(limit)))\n"
    )

    assert told(sandbox, source) == [1, 1]


@needs_sandbox
def test_what_this_account_has_little_of_cannot_be_taken(sandbox):
    source = (
        "import ctypes, resource\nlibc = ctypes.CDLL(None)\n"
        "print(json.dumps([libc.inotify_init(), libc.inotify_init1(0), libc.fanotify_init(0x200, 0), "
        "resource.getrlimit(resource.RLIMIT_RTPRIO)[1], resource.getrlimit(resource.RLIMIT_NICE)[1]]))"
    )

    assert told(sandbox, source) == [-1, -1, -1, 0, 0]


MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "riscv64": 0xC00000F3, "loongarch64": 0xC0000102}
EPERM, ENOSYS, EAFNOSUPPORT, ALLOWED = 0x50001, 0x50026, 0x50061, 0x7FFF0000


def verdict(machine, number, *arguments, architecture=None):
    """Run the filter as the kernel does."""
    words = {0: number, 4: architecture or MACHINES[machine]}
    for at, value in enumerate(arguments):
        words |= {16 + 8 * at: value & 0xFFFFFFFF, 20 + 8 * at: value >> 32}
    steps = list(struct.iter_unpack("=HBBI", program(machine)))
    at, loaded = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            loaded = words.get(value, 0)
            continue
        at += yes if {0x15: loaded == value, 0x35: loaded >= value, 0x45: loaded & value}[code] else no


@pytest.mark.parametrize(("machine", "column"), [(name, name != "x86_64") for name in MACHINES])
def test_filter_says_to_every_call_what_it_should(machine, column):
    clone, socket_call, pair = ((56, 220), (41, 198), (53, 199))
    harmless = {(0, 63), (1, 64), (57, 172), (59, 221), (231, 94), (202, 98), (12, 214), (9, 222)}

    assert {verdict(machine, numbers[column]) for numbers in NUMBERS.values()} == {EPERM}
    assert {verdict(machine, numbers[column]) for numbers in harmless} == {ALLOWED}
    assert verdict(machine, clone[column], 0x01200011) == ALLOWED  # fork
    assert verdict(machine, clone[column], 0x003D0F00) == ALLOWED  # a thread
    assert {verdict(machine, clone[column], 1 << bit | 17) for bit in (15, 17, *range(25, 31))} == {EPERM}
    assert verdict(machine, 435) == ENOSYS  # clone3
    assert verdict(machine, 900) == ENOSYS  # not known yet
    for call in (socket_call, pair):
        assert [verdict(machine, call[column], family) for family in (1, 2, 10)] == [ALLOWED] * 3
        assert {verdict(machine, call[column], family) for family in (0, 16, 17, 30, 40)} == {EAFNOSUPPORT}
    assert verdict(machine, (302, 261)[column], 0, 4, 0x7F00, 0x7FFF) == EPERM
    assert verdict(machine, (302, 261)[column], 0, 4, 0x7FFF << 32) == EPERM
    assert verdict(machine, (302, 261)[column], 0, 4, 0, 0x7FFF) == ALLOWED
    assert verdict(machine, (160, 164)[column], 4) == EPERM
    assert verdict(machine, (302, 261)[column], 0, 7) == ALLOWED
    assert verdict(machine, (112, 157)[column]) == 0x50000


def test_calls_by_other_numbers_are_refused():
    assert verdict("x86_64", 0x40000000) == EPERM  # x32
    assert verdict("x86_64", 0x40000000 | 272) == EPERM
    assert verdict("x86_64", 1, architecture=0x40000003) == EPERM  # i386
    assert verdict("aarch64", 1, architecture=0x40000028) == EPERM  # arm


@pytest.mark.skipif(not HEADER.is_file(), reason="the kernel's headers are not installed")
def test_numbers_are_those_of_the_kernels_header():
    listed = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", HEADER.read_text(encoding="ascii")))

    known = {name: numbers[0] for name, numbers in NUMBERS.items() if name in listed}
    assert known == {name: int(listed[name]) for name in known}
    assert len(known) > 40


# What it reaches.


@needs_sandbox
def test_there_is_no_network(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        source = (
            "import socket\nfound = []\n"
            f"for place in (('127.0.0.1', {port}), ('1.1.1.1', 53), ('::1', {port})):\n"
            "    try:\n        socket.create_connection(place, timeout=2)\n        found.append(place)\n"
            "    except OSError: pass\nprint(json.dumps(found))"
        )

        assert told(sandbox, source) == []


@needs_sandbox
@pytest.mark.parametrize("family", [16, 17, 38, 40])  # netlink, packet, crypto, vsock
def test_family_of_sockets_is_refused(sandbox, family):
    source = (
        f"import socket\ntry: socket.socket({family}, socket.SOCK_DGRAM)\n"
        "except OSError as error: print(json.dumps(error.errno))"
    )

    assert told(sandbox, source) == 97


@needs_sandbox
def test_socket_of_the_host_cannot_be_reached(sandbox, tmp_path):
    path = "\0ecrm-test-socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        source = f"import socket\nfailed = socket.socket(socket.AF_UNIX).connect_ex({path!r})\n"

        assert told(sandbox, f"{source}print(json.dumps(failed))") != 0


@needs_sandbox
@pytest.mark.parametrize("place", ["('127.0.0.1', 5000)", r"'\0ecrm-classmate'"])
def test_submissions_at_the_same_time_cannot_talk(sandbox, place):
    family = "socket.AF_UNIX" if "classmate" in place else "socket.AF_INET"
    listen = f"import socket, time\nwith socket.socket({family}) as line:\n    try: line.bind({place})\n"
    listen += "    except OSError: pass\n    else:\n        line.listen()\n        time.sleep(1)"
    call = f"import socket\nfound = []\nfor _ in range(8):\n    with socket.socket({family}) as line:\n"
    call += f"        found.append(line.connect_ex({place}) == 0)\n    time.sleep(0.1)\n"
    listener = threading.Thread(target=run, args=(sandbox, listen))
    listener.start()

    found = told(sandbox, f"import time\n{call}print(json.dumps(any(found)))")
    listener.join()

    assert found is False


@needs_sandbox
def test_no_process_outside_can_be_signalled(sandbox):
    source = (
        "found = []\nfor pid in range(1, 100_000):\n    try: os.kill(pid, 0)\n    except OSError: continue\n"
        "    found.append(pid)\nprint(json.dumps(found))"
    )

    assert told(sandbox, source) == [1, 2]


# What it keeps.


@needs_sandbox
def test_nothing_can_be_written_that_the_next_one_finds(sandbox):
    write = (
        "import json, os\nmade = []\nfor top, folders, names in os.walk('/'):\n"
        "    if top.startswith(('/usr', '/dev/pts')): folders.clear(); continue\n"
        "    if top.count('/') > 6: folders.clear()\n"
        "    for place in (top, *(os.path.join(top, name) for name in names)):\n"
        "        try:\n            if os.path.isdir(place):\n"
        "                with open(place + '/left', 'w') as file: file.write('x')\n"
        "            elif not os.path.islink(place) and os.path.isfile(place):\n"
        "                with open(place, 'a') as file: pass\n            else: continue\n"
        "            made.append(place)\n        except OSError: pass\nprint(json.dumps(made))"
    )
    find = (
        "import json, os\nprint(json.dumps([top for top, folders, names in os.walk('/') "
        "if not top.startswith('/usr') and 'left' in names]))"
    )

    made = told(sandbox, write)

    # An environment below /tmp stands in folders of the submission's own.
    above = {str(folder) for tree in binds.trees() for folder in tree.parents}
    assert set(made) - above == {"/dev/shm", "/student", "/student/work", "/tmp"} - above  # noqa: S108
    assert told(sandbox, find) == []


@needs_sandbox
def test_nothing_is_changed_for_the_next_one(sandbox):
    infect = (
        "import builtins, os, sys, ecrm_helpers.answers as answers\nimport pandas\n"
        "builtins.sum = lambda *a: 0\nanswers.answer = None\npandas.DataFrame = None\n"
        "get_ipython().user_ns['left'] = 1\nget_ipython().input_transformers_post.append(lambda lines: [])\n"
        "os.environ['LEFT'] = '1'\nsys.path.insert(0, '/tmp')\n"
        "os.makedirs(os.path.expanduser('~/.ipython'))\n"
        "sys.modules['left'] = sys"
    )
    look = (
        "import builtins, sys, pandas\nfrom ecrm_helpers import answers\n"
        "print(json.dumps([sum([1, 2]), answers.answer is None, pandas.DataFrame is None, "
        "'LEFT' in os.environ, "
        "'left' in globals(), 'left' in sys.modules, '/tmp' in sys.path, "
        "len(get_ipython().input_transformers_post), os.path.exists(os.path.expanduser('~/.ipython'))]))"
    )
    before = told(sandbox, look)

    run(sandbox, infect)

    assert told(sandbox, look) == before
    assert before == [3, False, False, False, False, False, False, 0, False]


@needs_sandbox
def test_process_left_behind_is_ended(sandbox):
    run(sandbox, "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(999)")

    def alive():
        family = psutil.Process(sandbox.pid).children(recursive=True)
        return [process for process in family if process.status() != psutil.STATUS_ZOMBIE]

    until = time.monotonic() + 60
    while len(alive()) > 2 and time.monotonic() < until:  # a sitter may be just about to end
        time.sleep(0.05)
    assert len(alive()) <= 2  # bubblewrap's second process and the warm one


@needs_sandbox
def test_random_numbers_differ_between_submissions(sandbox):
    source = (
        "import random, uuid, numpy\n"
        "print(json.dumps([random.random(), numpy.random.rand(), str(uuid.uuid4())]))"
    )

    first, second = told(sandbox, source), told(sandbox, source)

    assert all(one != other for one, other in zip(first, second, strict=True))


# What it forges: bytes written straight to the events.

FRAME = """import json, os, struct
def send(data):
    os.write(3, struct.pack('>I', len(data)) + data)
def show(value):
    send(b'{"out": "display_data", "metadata": {}, "data": {"a/json": ' + value + b'}}')
"""
HOSTILE = {
    "no JSON": "send(b'garbage')",
    "a list": "send(b'[1]')",
    "another cell": """send(b'{"event": "done", "index": 3, "ok": true}')""",
    "no index": """send(b'{"event": "done", "ok": true}')""",
    "cut off": "os.write(3, struct.pack('>I', 100) + b'{'); os._exit(0)",
    "no number": "show(b'NaN')",
    "infinity": "show(b'1e999')",
    "deep": "show(b'[' * 50_000 + b']' * 50_000)",
    "quite deep": "show(b'[' * 200 + b']' * 200)",
    "surrogate": r"""send(b'{"out": "stream", "name": "stdout", "text": "\\ud800"}')""",
    "bytes": "send(b'\\xff\\xfe')",
    "unknown output": """send(b'{"out": "pickle", "data": "x"}')""",
    "text as number": """send(b'{"out": "stream", "name": "stdout", "text": 5}')""",
    "unknown stream": """send(b'{"out": "stream", "name": "judge", "text": "x"}')""",
    "no bundle": """send(b'{"out": "display_data", "data": 4, "metadata": {}}')""",
    "many kinds": "show(b'1, ' + b', '.join(b'\"%d\": 1' % number for number in range(99)))",
    "error without traceback": """send(b'{"out": "error", "ename": "x", "evalue": "x"}')""",
    "out is a list": """send(b'{"out": [], "data": {}}')""",
    "long number": "show(b'9' * 9_000)",
}


@needs_sandbox
@pytest.mark.parametrize("what", HOSTILE)
def test_forged_frame_costs_only_its_own_cell(sandbox, what):
    runs = run(sandbox, "x = 1", FRAME + HOSTILE[what], "x + 1", "x + 2")

    assert [found.status for found in runs] == ["ok", "killed", "ok", "ok"]
    assert runs[2].outputs[0]["data"]["text/plain"] == "2"
    json.dumps([found.outputs for found in runs], allow_nan=False, ensure_ascii=False).encode()


@needs_sandbox
def test_frame_that_is_announced_but_never_sent_is_a_flood(sandbox):
    runs = run(sandbox, "import os\nos.write(3, b'\\xff\\xff\\xff\\xff')", "1")

    assert [found.status for found in runs] == ["flood", "ok"]


@needs_sandbox
def test_cells_that_are_said_to_be_done_are_not(sandbox):
    """Who says too early that a cell is done is caught when it is: the next cell of the same work pays."""
    early = FRAME + """send(b'{"event": "done", "index": 0, "ok": true}')\nimport time\ntime.sleep(0.2)"""

    runs = run(sandbox, early, "print('next')")

    assert [found.status for found in runs] == ["ok", "killed"]


@needs_sandbox
def test_record_in_another_cells_name_stays_in_its_own(sandbox):
    record = json.dumps({"out": "display_data", "data": {MIME: "{}"}, "metadata": {}, "index": 1, "cell": 1})

    runs = run(sandbox, f"{FRAME}send({record.encode()!r})", "1")

    assert MIME in runs[0].outputs[0]["data"]
    assert [output["output_type"] for output in runs[1].outputs] == ["execute_result"]


@needs_sandbox
def test_outputs_hold_nothing_but_what_a_notebook_may(sandbox):
    bundle = {"text/html": 5, "text/plain": ["x"], "image/png": {}, "a/json": {"b": 1}, "text/latex": "x"}
    event = {"out": "display_data", "data": bundle, "metadata": {"x": "y" * 200_000}, "extra": 1}

    (found,) = run(sandbox, f"{FRAME}send({json.dumps(event).encode()!r})")

    assert found.outputs == [
        {"output_type": "display_data", "data": {"a/json": {"b": 1}, "text/latex": "x"}, "metadata": {}}
    ]


# What is refused.


def refusal(action):
    with pytest.raises(SandboxError) as caught:
        action()
    text = str(caught.value)
    assert text.splitlines()[-1].startswith("提示：")
    assert "--trusted" in text
    return text


def test_not_on_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")

    assert "只能在 Linux 上用" in refusal(availability._try_out)


def test_without_bubblewrap(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    text = refusal(availability._try_out)

    assert "bwrap" in text
    assert "apt install bubblewrap" in text


def test_where_a_sandbox_is_required_its_lack_is_an_error():
    told = {"PATH": "/nowhere", "ECRM_CI_SANDBOX": "required"}

    done = [
        subprocess.run(
            [sys.executable, "-c", "import tests.sandboxing"],
            cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False,
        )
        for env in (told, {"PATH": "/nowhere"})
    ]  # fmt: skip

    assert [one.returncode for one in done] == [1, 0]
    assert "ECRM_CI_SANDBOX" in done[0].stderr


def test_with_a_bubblewrap_that_fails(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text(
        "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n", encoding="utf-8"
    )
    for path in (fake, tmp_path, *tmp_path.parents):
        if not path.stat().st_mode & stat.S_IXOTH:  # root's sandbox is another user, who must get there
            path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    assert "No permissions to create new namespace" in refusal(availability._try_out)


def test_environment_that_holds_the_course(tmp_path):
    course = tmp_path / "env/course"
    course.mkdir(parents=True)

    text = refusal(lambda: binds.check_exposure([tmp_path / "env"], [course]))

    assert str(course) in text


def test_environment_that_holds_the_course_through_a_link(tmp_path):
    (tmp_path / "env/course").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "env/course")

    refusal(lambda: binds.check_exposure([tmp_path / "env"], [tmp_path / "link"]))


@needs_sandbox
def test_sandbox_that_would_show_the_course_is_not_started():
    sandbox = Sandbox(hidden=[Path(sys.prefix) / "lib"])

    refusal(lambda: sandbox.run(cells=[(0, "1")], student_id="s001"))
    assert sandbox.pid is None


def test_secrets_of_the_project_are_known():
    found = {path.name for path in binds.secrets()}

    assert {"solutions", "courses", "exercises", "grading_config.py"} <= found


def test_root_without_the_means_to_become_another(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        command.shutil, "which", lambda name: None if name == "setpriv" else f"/usr/bin/{name}"
    )

    assert "setpriv" in refusal(lambda: command.full_command([], stage=tmp_path, accounts={}))


def test_root_without_a_free_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(command, "_FREE_IDS", range(0))
    monkeypatch.setattr(command, "ACCOUNT", "no-such-account")

    assert "ecrm-sandbox" in refusal(command.ordinary_user)


def test_unknown_processor():
    assert "mips" in refusal(lambda: program("mips"))


def test_refusal_names_the_way_to_trust():
    assert "c.ExecuteSubmission.trusted = True" in say.refused(say.NO_BUBBLEWRAP, say.INSTALL)
