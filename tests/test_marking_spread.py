"""Marking on other machines: TLS only, bytes in and plain data out, nothing lost and nothing doubled."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import trustme

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run import remote
from ecrm_helpers.marking.run import spread as spreading
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.marking.run.spread import spread
from ecrm_helpers.messages import spreading as say
from tests.markingclass import GOOD, HALF, copy_of, gradebook, hand_in, marked_files, released_course
from tests.sandboxing import needs_sandbox

REPOSITORY = Path(__file__).parents[1]
TLS_OPTIONS = ("--tls-ca-file", "--tls-cert", "--tls-key")
QUIET_OPTIONS = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="workers are started for Unix machines")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return issue(tmp_path_factory.mktemp("certificates"))


def issue(folder):
    """A school's own authority, and a certificate with its key for each part."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for part in ("scheduler", "worker", "client"):
        issued = authority.issue_cert("127.0.0.1", common_name=part)
        (folder / f"{part}.pem").write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
        key = folder / f"{part}-key.pem"
        issued.private_key_pem.write_to_path(str(key))
        key.chmod(0o600)
    return folder


@contextmanager
def process(folder, part, certificates, *arguments):
    """Start ``dask scheduler`` or ``dask worker`` as deploy/README.md says; end all of it afterwards."""
    files = ("ca.pem", f"{part}.pem", f"{part}-key.pem")
    tls = [word for pair in zip(TLS_OPTIONS, files, strict=True) for word in pair]
    command = [sys.executable, "-m", "dask", part, *arguments, "--host", "tls://127.0.0.1", *tls]
    command += QUIET_OPTIONS
    env = {
        **os.environ,
        "DASK_CONFIG": str(REPOSITORY / "deploy" / "dask.yaml"),
        "PYTHONPATH": str(REPOSITORY),
        "DASK_TEMPORARY_DIRECTORY": str(folder),
    }
    with (folder / f"{part}.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=certificates, env=env, stdout=log, stderr=log)
    try:
        yield started
    finally:
        end(started)


def end(started):
    """Kill a process and its children; those of a killed nanny end by themselves."""
    try:
        family = [psutil.Process(started.pid), *psutil.Process(started.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    started.wait()


@contextmanager
def scheduler(folder, certificates):
    with process(folder, "scheduler", certificates, "--port", "0") as started:
        log = folder / "scheduler.log"
        until(lambda: "Scheduler at:" in log.read_text(), log)
        line = next(line for line in log.read_text().splitlines() if "Scheduler at:" in line)
        yield started, line.split()[-1]


def worker(folder, certificates, address, *arguments):
    return process(folder, "worker", certificates, address, "--nthreads", "1", *arguments)


def until(condition, log=None):
    """Wait for something another process does."""
    latest = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < latest, log.read_text() if log is not None else "it never came"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, certificates):
    """A scheduler and two workers, each under a nanny that replaces it."""
    folder = tmp_path_factory.mktemp("cluster")
    with (
        scheduler(folder, certificates) as (_, address),
        worker(folder, certificates, address, "--nworkers", "2"),
    ):
        yield address


@pytest.fixture
def run(cluster, certificates):
    """Spread jobs over the cluster with the workers of `tests.spreadwork`."""

    def go(jobs, *, work="tests.spreadwork:work", **options):
        told = {"scheduler": cluster, "certificates": certificates, "trusted": True, **options}
        return list(spread(jobs, work=work, **told))

    return go


def job(student, do="echo", **more):
    return {"student": student, "do": do, "data": b"\x00bytes", **more}


def by_student(outcomes):
    found = {outcome["student"]: outcome.get("told", outcome.get("failed")) for outcome in outcomes}
    assert len(found) == len(outcomes), "a submission came twice"
    return found


def test_every_job_has_one_outcome_and_both_workers_work(run):
    outcomes = run(job(f"s{number:03d}", "where") for number in range(40))

    found = by_student(outcomes)
    assert sorted(found) == [f"s{number:03d}" for number in range(40)]
    assert len(set(found.values())) == 2


def test_bytes_travel_unchanged(run):
    assert run([job("s001")]) == [{"student": "s001", "told": b"\x00bytes"}]


def test_failing_submission_leaves_the_others(run):
    found = by_student(run([job("s001"), job("s002", "fail"), job("s003")]))

    assert found == {
        "s001": b"\x00bytes",
        "s002": say.failed("ZeroDivisionError: division by zero"),
        "s003": b"\x00bytes",
    }


def test_worker_that_dies_is_retried(run, tmp_path):
    jobs = [
        job(f"s{number}", "kill once" if number == 2 else "echo", folder=str(tmp_path)) for number in range(6)
    ]

    found = by_student(run(jobs))

    assert found.pop("s2") == "survived"
    assert set(found.values()) == {b"\x00bytes"}


def test_submission_that_kills_workers_is_isolated_and_reported(run):
    jobs = [job("s0"), job("bad", "kill"), *(job(f"s{number}") for number in range(1, 8))]

    found = by_student(run(jobs))

    assert found.pop("bad") == say.KILLS_WORKERS
    assert set(found.values()) == {b"\x00bytes"}


def test_nothing_but_plain_data_comes_back(run):
    assert "can not serialize" in by_student(run([job("s001", "object")]))["s001"]


def test_outcome_in_another_students_name_is_not_taken(run):
    assert run([job("s001")], work="tests.spreadwork:as_another") == [
        {"student": "s001", "failed": say.BAD_RESULT}
    ]


def test_worker_of_another_version_is_refused(run, monkeypatch):
    monkeypatch.setattr(spreading, "package_digest", lambda: "another")

    with pytest.raises(MarkingError, match="不是同一版"):
        run([job("s001")])


@pytest.mark.parametrize(
    "told",
    [b"", b"\xc1", b"\x81\xa1a", b"\x93" * 1_000_000, b"\xdd\xff\xff\xff\xff", "text", None, b"\x80" * 2],
)
def test_bytes_that_are_no_outcome_are_not_taken(told):
    assert spreading._outcome(told, "s001") == {"student": "s001", "failed": say.BAD_RESULT}


def outcome(**changes):
    """What a worker sends for a tiny assignment, with something else in it."""
    grade = {
        "notebook": "tiny",
        "grade_id": "t1",
        "auto_score": 4.0,
        "needs_manual": False,
        "status": "judged",
    }
    told = {
        "student": "s001", "notebooks": {"tiny": b'{"cells": []}'}, "files": {"attachments/a.png": b"png"},
        "grades": [grade], "comments": [{"notebook": "tiny", "grade_id": "a1", "auto_comment": None}],
        "answers": {"tiny/t1": "digest"}, "notes": ["note"], "forgeable": [], "broken": "", "seconds": 0.1,
        "waiting": [["tiny", "t1", "pending", "", "log"]],
    }  # fmt: skip
    return {**told, **changes}


def test_sound_outcome_is_saved_as_it_is():
    assert remote.checked(outcome(), ["tiny"]) == outcome()


@pytest.mark.parametrize(
    "changes",
    [
        {"notebooks": {"../../evil": b"{}"}},
        {"notebooks": {"tiny": "text"}},
        {"notebooks": {"tiny": b"["}},
        {"notebooks": {}},
        {"files": {"../../../evil": b"x"}},
        {"files": {"/etc/evil": b"x"}},
        {"files": {"attachments/../../evil": b"x"}},
        {"files": {"timestamp.txt": b"2020-01-01 00:00:00 UTC"}},
        {"files": {"attachments/a": 7}},
        {"grades": [{"notebook": "other"}]},
        {"grades": [{**outcome()["grades"][0], "needs_manual": 0}]},
        {"comments": [{"notebook": "tiny", "grade_id": "a1", "auto_comment": 7}]},
        {"waiting": [["tiny"]]},
        {"notes": [{}]},
        {"answers": []},
        {"seconds": float("nan")},
        {"broken": None},
    ],
)
def test_outcome_that_would_leave_the_students_folder_or_is_no_outcome_is_not_saved(changes):
    found = remote.checked(outcome(**changes), ["tiny"])

    assert found == {"student": "s001", "failed": say.BAD_RESULT}


def test_object_inside_a_result_is_refused_not_unpickled(cluster, certificates):
    client = spreading._connected(cluster, spreading.client_security(cluster, certificates))
    try:
        with pytest.raises(TypeError, match="serialize"):
            client.submit(Path, "/", pure=False).result(timeout=30)
    finally:
        client.close()


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "ws://127.0.0.1:8786", "inproc://x", "TLS://127.0.0.1:1", ""],
)
def test_addresses_without_tls_are_refused_before_anything_is_sent(address, certificates):
    with pytest.raises(MarkingError, match="tls://"):
        spread([job("s001")], scheduler=address, certificates=certificates)


@pytest.mark.parametrize("name", ["ca.pem", "client.pem", "client-key.pem"])
def test_missing_certificate_is_named(tmp_path, name):
    folder = issue(tmp_path)
    (folder / name).unlink()

    with pytest.raises(MarkingError, match=name):
        next(spread([job("s001")], scheduler="tls://127.0.0.1:1", certificates=folder))


def test_no_certificates_at_all_are_named():
    with pytest.raises(MarkingError, match=r"ca\.pem、client\.pem、client-key\.pem"):
        next(spread([job("s001")], scheduler="tls://127.0.0.1:1", certificates=None))


def test_key_that_others_can_read_is_refused(tmp_path):
    folder = issue(tmp_path)
    (folder / "client-key.pem").chmod(0o644)

    with pytest.raises(MarkingError, match="chmod 600"):
        next(spread([job("s001")], scheduler="tls://127.0.0.1:1", certificates=folder))


def test_without_distributed_the_way_to_install_it_is_told(certificates, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed.security", None)

    with pytest.raises(MarkingError, match="pip install"):
        next(spread([job("s001")], scheduler="tls://127.0.0.1:1", certificates=certificates))


def test_certificate_of_another_authority_is_refused(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(spreading, "_CONNECT", 3.0)

    with pytest.raises(MarkingError, match="连不上调度器"):
        next(spread([job("s001")], scheduler=cluster, certificates=issue(tmp_path)))


def test_scheduler_takes_no_plain_connection(cluster):
    host, port = cluster.removeprefix("tls://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(b"\x01" + b"\x00" * 63)
        try:
            answer = line.recv(1000)
        except ConnectionResetError:
            answer = b""

        assert answer[:1] in {b"", b"\x15"}  # closed, or a TLS alert


def test_scheduler_that_is_not_there_is_told(certificates, monkeypatch):
    monkeypatch.setattr(spreading, "_CONNECT", 1.0)

    with pytest.raises(MarkingError, match="连不上调度器"):
        next(spread([job("s001")], scheduler="tls://127.0.0.1:1", certificates=certificates))


def test_scheduler_without_workers_is_told(tmp_path, certificates, monkeypatch):
    monkeypatch.setattr(spreading, "PATIENCE", 1.0)

    with scheduler(tmp_path, certificates) as (_, address), pytest.raises(MarkingError, match="没有工作机"):
        next(spread([job("s001")], scheduler=address, certificates=certificates, trusted=True))


def waiting(folder):
    return {path.name.split(".")[0]: int(path.name.split(".")[1]) for path in folder.glob("*.pid")}


def test_killed_scheduler_stops_the_run_and_what_was_done_stays(tmp_path, certificates, monkeypatch):
    with (
        scheduler(tmp_path, certificates) as (started, address),
        worker(tmp_path, certificates, address, "--nworkers", "1"),
    ):
        jobs = [job("s001"), job("s002", "wait", folder=str(tmp_path)), job("s003")]
        outcomes = spread(
            jobs, scheduler=address, certificates=certificates, trusted=True, work="tests.spreadwork:work"
        )
        assert next(outcomes) == {"student": "s001", "told": b"\x00bytes"}
        until(lambda: waiting(tmp_path))
        monkeypatch.setattr(spreading, "PATIENCE", 3.0)
        started.kill()

        with pytest.raises(MarkingError, match="再运行一次"):
            list(outcomes)


def test_last_worker_that_goes_away_stops_the_run(tmp_path, certificates, monkeypatch):
    with (
        scheduler(tmp_path, certificates) as (_, address),
        worker(tmp_path, certificates, address, "--nworkers", "1") as only,
    ):
        jobs = [job("s001"), job("s002", "wait", folder=str(tmp_path))]
        outcomes = spread(
            jobs, scheduler=address, certificates=certificates, trusted=True, work="tests.spreadwork:work"
        )
        assert next(outcomes)["student"] == "s001"
        until(lambda: waiting(tmp_path))
        monkeypatch.setattr(spreading, "PATIENCE", 3.0)
        end(only)

        with pytest.raises(MarkingError, match="没有工作机"):
            list(outcomes)


@needs_sandbox
def test_run_with_a_killed_worker_ends_with_the_gradebook_of_one_on_this_machine(
    cluster, certificates, tmp_path
):
    here = released_course(tmp_path / "here")
    answers = [GOOD, HALF, {}, b'{"cells": [']
    for number, handed in enumerate(answers):
        hand_in(here, f"s{number:03d}", handed)
    there = copy_of(here, tmp_path / "there")
    mark_assignment(here, "tiny")
    killed = []

    def kill_a_worker(done, total, student):
        for one in workers_of(cluster)[: done == 1]:
            one.kill()
            killed.append(one.pid)

    report = mark_assignment(
        there, "tiny", scheduler=cluster, certificates=certificates, on_progress=kill_a_worker
    )

    assert [(line.state, line.reason) for line in report.lines] == [("marked", "")] * len(answers)
    assert killed
    assert gradebook(there) == gradebook(here)
    assert marked_files(there) == marked_files(here)


def workers_of(address):
    """The processes under a nanny that work for this scheduler."""
    nannies = [one for one in psutil.Process().children() if address in one.cmdline()]
    return [
        child for nanny in nannies for child in nanny.children() if "spawn_main" in " ".join(child.cmdline())
    ]


def test_worker_machine_that_goes_away_is_replaced_by_another(tmp_path, certificates):
    """Nanny and worker die together, as when a machine is switched off; a second machine takes over."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    with scheduler(tmp_path, certificates) as (_, address):
        jobs = [job(f"s00{number}", "wait", folder=str(tmp_path)) for number in range(1, 4)]
        with worker(folders[0], certificates, address, "--nworkers", "1") as first:
            outcomes = spread(
                jobs, scheduler=address, certificates=certificates, trusted=True, work="tests.spreadwork:work"
            )
            second = worker(folders[1], certificates, address, "--nworkers", "1")
            with second, ThreadPoolExecutor(1) as lane:
                found = lane.submit(list, outcomes)
                until(lambda: waiting(tmp_path) or found.done())
                end(first)
                (tmp_path / "go").touch()
                assert by_student(found.result(timeout=120)) == dict.fromkeys(
                    ("s001", "s002", "s003"), "went"
                )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl is installed here")
def test_certificates_made_as_the_guide_says_are_enough(tmp_path):
    guide = (REPOSITORY / "deploy/README.md").read_text(encoding="utf-8")
    block = re.search(r"```bash\n(.*?openssl.*?)```", guide, re.DOTALL)[1]
    lines = block.replace("scheduler.school.example", "localhost")
    subprocess.run(["bash", "-eu", "-c", lines], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    folder = tmp_path / "certificates"

    with scheduler(tmp_path, folder) as (_, address), worker(tmp_path, folder, address, "--nworkers", "1"):
        found = spread(
            [job("s001")], scheduler=address, certificates=folder, trusted=True, work="tests.spreadwork:work"
        )
        assert list(found) == [{"student": "s001", "told": b"\x00bytes"}]


def test_guide_starts_what_the_tests_start():
    guide = (REPOSITORY / "deploy/README.md").read_text(encoding="utf-8")

    for words in ("dask scheduler", "dask worker", *TLS_OPTIONS, *QUIET_OPTIONS, "DASK_CONFIG", "--certs"):
        assert words in guide


def test_what_the_guide_has_installed_is_all_there():
    guide = (REPOSITORY / "deploy/README.md").read_text(encoding="utf-8")
    pins = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")

    driver = re.search(r"postgresql\+(\w+)://", guide)[1]
    assert "pip install -r requirements.txt" in guide
    for name in (driver, "distributed", "hatchling"):  # the last one builds what is installed from the folder
        assert re.search(rf"^{name}==", pins, re.MULTILINE)


def test_digest_of_the_package_changes_with_its_code(tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "__file__", str(tmp_path / "a/b/remote.py"))
    (tmp_path / "one.py").write_text("x = 1")
    first = remote.package_digest.__wrapped__()
    (tmp_path / "one.py").write_text("x = 2")

    assert remote.package_digest.__wrapped__() != first
