"""An exchange in which every student may write: whose hand-in counts, and when it came."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.collecting import COURSE, handed_in, lines_of, new_course, students_in, why

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader has no exchange on Windows")

if sys.platform != "win32":
    import pwd

    from nbgrader.exchange import ExchangeError
    from nbgrader.utils import parse_utc

    from ecrm_helpers.marking.collect import exchange, receive, records
    from ecrm_helpers.marking.collect.aside import staging
    from ecrm_helpers.marking.collect.course import open_course
    from ecrm_helpers.marking.collect.exchange import CollectFromExchange

    ME = pwd.getpwuid(os.getuid()).pw_name
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file to another account"
)
NOW = "2026-10-16 20:00:00.000000 UTC"
SECRET = "s" * 64


@pytest.fixture
def root(tmp_path):
    root = new_course(tmp_path)
    (inbound(root)).mkdir(parents=True)
    return root


def inbound(root):
    return root.parents[1] / "exchange" / COURSE / "inbound"


def record(root, student, files=None, *, claimed=NOW, key="abc", hours_ago=1.0, assignment="tiny"):
    """A record as nbgrader's submit leaves it; its times are set as its owner could."""
    folder = inbound(root) / f"{student}+{assignment}+{claimed}+{key}"
    folder.mkdir()
    told = {"timestamp.txt": claimed, "submission_secret.txt": SECRET}
    for name, content in {"tiny.ipynb": "work", **told, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    aged(folder, hours_ago)
    return folder


def aged(folder, hours_ago):
    at = time.time() - hours_ago * 3600
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (at, at), follow_symlinks=False)


def collect(root, *, check_owner=False, arrival="modified", update=True, **options):
    coursedir = open_course(root)
    coursedir.assignment_id = "tiny"
    for name in [name for name in options if hasattr(coursedir, name)]:
        setattr(coursedir, name, options.pop(name))
    collector = CollectFromExchange(
        coursedir=coursedir, check_owner=check_owner, arrival=arrival, update=update, **options
    )
    collector.root = str(root.parents[1] / "exchange")
    collector.start()
    return collector.report


def arrived(root, student):
    text = handed_in(root, student, "timestamp.txt").decode()
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=dt.UTC)


def hours_since(at):
    return (dt.datetime.now(dt.UTC) - at).total_seconds() / 3600


def test_the_newest_record_counts_by_its_arrival_not_by_its_name(root):
    record(root, "s001", {"tiny.ipynb": "new"}, claimed="2026-10-01 08:00:00.000000 UTC", hours_ago=1)
    record(root, "s001", {"tiny.ipynb": "old"}, claimed="2099-01-01 08:00:00.000000 UTC", hours_ago=5)

    report = collect(root)

    assert (lines_of(report), handed_in(root, "s001")) == ({"s001": "collected"}, b"new")
    assert hours_since(arrived(root, "s001")) == pytest.approx(1, abs=0.01)
    assert "名字里写的是 2026-10-01" in why(report, "s001")


def test_the_timestamp_a_student_wrote_is_written_anew(root):
    record(root, "s001", {"timestamp.txt": "1999-01-01 00:00:00.000000 UTC"})

    collect(root)

    assert hours_since(arrived(root, "s001")) == pytest.approx(1, abs=0.01)


def test_a_time_set_back_with_touch_does_not_count(root):
    record(root, "s001", hours_ago=500)

    collect(root, arrival="changed")

    assert hours_since(arrived(root, "s001")) < 0.1


def test_work_written_into_an_early_record_later_came_later(root):
    folder = record(root, "s001", hours_ago=50)
    (folder / "tiny.ipynb").write_text("finished after the deadline", "utf-8")

    collect(root)

    assert hours_since(arrived(root, "s001")) < 0.1


def test_a_record_with_a_friends_name_is_refused_and_hides_nothing(root):
    record(root, ME, {"tiny.ipynb": "honest"}, hours_ago=5)
    record(root, "friend", {"tiny.ipynb": "forged"}, hours_ago=1)

    report = collect(root, check_owner=True)

    assert students_in(root) == [ME]
    assert lines_of(report)[f"friend+tiny+{NOW}+abc"] == "refused"
    assert f"名字写的是 friend，文件夹的主人却是 {ME}" in str(report)


@as_root
def test_a_forged_newer_record_does_not_replace_the_victims(root):
    honest = record(root, "daemon", {"tiny.ipynb": "honest"}, hours_ago=5)
    forged = record(root, "daemon", {"tiny.ipynb": "forged"}, hours_ago=1, key="xyz")
    give(honest, "daemon")
    give(forged, "games")

    report = collect(root, check_owner=True)

    assert handed_in(root, "daemon") == b"honest"
    assert "主人却是 games" in str(report)


def give(folder, account):
    for path in (folder, *folder.rglob("*")):
        os.chown(path, pwd.getpwnam(account).pw_uid, -1, follow_symlinks=False)


@as_root
def test_a_file_that_somebody_else_put_into_a_record_refuses_it(root):
    """Submit leaves records writable for everybody who knows their name."""
    record(root, ME, {"tiny.ipynb": "earlier"}, hours_ago=5)
    planted = record(root, ME, {"tiny.ipynb": "planted"}, hours_ago=1, key="xyz")
    os.chown(planted / "tiny.ipynb", pwd.getpwnam("games").pw_uid, -1)

    report = collect(root, check_owner=True)

    assert handed_in(root, ME) == b"earlier"
    assert "不是本人的文件" in str(report)


@as_root
def test_an_account_that_no_longer_exists_is_nobody(root):
    os.chown(record(root, "s001"), 61_111, -1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_walk", lambda *_: iter(()))
        assert "主人却是 uid 61111" in str(collect(root, check_owner=True))


@pytest.mark.parametrize("where", ["record", "notebook", "folder", "hard", "pipe"])
def test_links_and_pipes_refuse_a_record_before_the_newest_is_chosen(root, tmp_path, where):
    secret = tmp_path / "solution"
    secret.mkdir()
    (secret / "tiny.ipynb").write_text("the solution", "utf-8")
    record(root, "s001", {"tiny.ipynb": "honest"}, hours_ago=5)
    folder = inbound(root) / f"s001+tiny+{NOW}+new"
    if where == "record":
        folder.symlink_to(secret)
    else:
        record(root, "s001", key="new")
        (folder / "tiny.ipynb").unlink()
        if where == "notebook":
            (folder / "tiny.ipynb").symlink_to(secret / "tiny.ipynb")
        elif where == "folder":
            (folder / "data").symlink_to(secret)
        elif where == "hard":
            os.link(secret / "tiny.ipynb", folder / "tiny.ipynb")
        else:
            os.mkfifo(folder / "tiny.ipynb")

    report = collect(root)

    assert handed_in(root, "s001") == b"honest"
    assert lines_of(report)[f"s001+tiny+{NOW}+new"] == "refused"
    assert "链接或特殊文件" in str(report)


def test_a_future_time_is_refused_before_the_newest_is_chosen(root):
    record(root, "s001", {"tiny.ipynb": "honest"}, hours_ago=5)
    record(root, "s001", {"tiny.ipynb": "from the future"}, hours_ago=-5, key="new")

    report = collect(root)

    assert handed_in(root, "s001") == b"honest"
    assert "时间在将来" in str(report)


def test_a_future_change_is_refused_too(root, monkeypatch):
    record(root, "s001")
    real = records.look_at_record
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    monkeypatch.setattr(exchange, "look_at_record", lambda *told: replace(real(*told), changed=ahead))

    assert "时间在将来" in str(collect(root, arrival="changed"))


@pytest.mark.parametrize("student", ["..", "a b", "张三", ".hidden", "x" * 40, "-rf"])
def test_ids_that_could_name_another_place_are_refused(root, student):
    record(root, student)

    report = collect(root)

    assert [line.status for line in report.lines] == ["refused"]
    assert students_in(root) == []


def test_two_accounts_that_are_one_id_are_both_refused(root):
    record(root, "S001", {"tiny.ipynb": "one"})
    record(root, "s001", {"tiny.ipynb": "two"})

    report = collect(root)

    assert lines_of(report) == {"s001": "refused"}
    assert "S001、s001 是同一个学号" in why(report, "s001")


def test_a_folder_of_another_spelling_is_not_joined(root):
    (root / "submitted/S001/tiny").mkdir(parents=True)
    record(root, "s001")

    assert "写法不同的同一个学号“S001”" in why(collect(root), "s001")


def test_nothing_but_nameable_regular_files_is_kept(root):
    record(
        root,
        "s001",
        {
            ".ipynb_checkpoints/tiny.ipynb": "x",
            "marking.py": "x",
            ".bashrc": "x",
            "bad\x1b[2Jname.txt": "x",
            "data/a.csv": "1",
        },
    )

    report = collect(root)

    folder = root / "submitted/s001/tiny"
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found == ["data/a.csv", "submission_secret.txt", "timestamp.txt", "tiny.ipynb"]
    assert "文件名里有不能用的字符" in why(report, "s001")
    assert "\x1b" not in str(report)


def test_what_is_too_large_is_left_out_and_the_notebook_kept(root):
    record(root, "s001", {"a_film.mp4": "x" * 3_000, "b_film.mp4": "x" * 800, "c_film.mp4": "x" * 800})

    report = collect(root, max_file_size=2, max_dir_size=2)

    names = {path.name for path in (root / "submitted/s001/tiny").iterdir()}
    assert names == {"tiny.ipynb", "b_film.mp4", "c_film.mp4", "timestamp.txt", "submission_secret.txt"}
    assert "a_film.mp4" in why(report, "s001")


def test_the_same_work_handed_in_again_makes_nobody_late(root):
    record(root, "s001", {"tiny.ipynb": "earlier"}, hours_ago=9, key="a")
    record(root, "s001", hours_ago=5, key="b")
    record(root, "s001", {"submission_secret.txt": "t" * 64}, hours_ago=1, key="c")

    collect(root)

    assert hours_since(arrived(root, "s001")) == pytest.approx(5, abs=0.01)


def test_before_the_due_date_takes_the_last_one_in_time(root, tmp_path):
    due = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(hours=3)
    course = new_course(tmp_path / "other", due=due)
    inbound(course).mkdir(parents=True)
    record(course, "s001", {"tiny.ipynb": "in time"}, hours_ago=5)
    record(course, "s001", {"tiny.ipynb": "late"}, hours_ago=1, key="late")
    record(course, "s002", {"tiny.ipynb": "late only"}, hours_ago=1)
    collect(course)
    assert handed_in(course, "s001") == b"late"

    report = collect(course, before_duedate=True)

    assert (handed_in(course, "s001"), handed_in(course, "s002")) == (b"in time", b"late only")
    assert lines_of(report) == {"s001": "replaced", "s002": "unchanged"}


def test_an_existing_hand_in_stays_without_update(root):
    record(root, "s001", {"tiny.ipynb": "first"}, hours_ago=5)
    collect(root)
    record(root, "s001", {"tiny.ipynb": "second"}, hours_ago=1, key="new")

    assert lines_of(collect(root, update=False)) == {"s001": "kept"}
    assert handed_in(root, "s001") == b"first"
    assert lines_of(collect(root)) == {"s001": "replaced"}
    assert handed_in(root, "s001") == b"second"


def test_an_older_record_never_replaces_a_newer_hand_in(root):
    newer = record(root, "s001", {"tiny.ipynb": "newer"}, hours_ago=1)
    collect(root)
    for path in newer.iterdir():
        path.unlink()
    newer.rmdir()
    record(root, "s001", {"tiny.ipynb": "older"}, hours_ago=5)

    assert lines_of(collect(root)) == {"s001": "older"}
    assert handed_in(root, "s001") == b"newer"


def test_only_the_students_asked_for_are_collected(root):
    for student in ("s001", "s002", "s003"):
        record(root, student)

    collect(root, student_id="s00[12]", student_id_exclude="s002")

    assert students_in(root) == ["s001"]


def test_other_assignments_are_left_alone(root):
    record(root, "s001", assignment="other")

    assert collect(root).lines == []


def test_a_file_that_changes_while_it_is_collected_is_refused(root, monkeypatch):
    folder = record(root, "s001")
    real = records.look_at_record

    def look(*told):
        found = real(*told)
        (folder / "tiny.ipynb").write_text("swapped after the look", "utf-8")
        return found

    monkeypatch.setattr(exchange, "look_at_record", look)

    assert "再收一次" in why(collect(root), "s001")
    assert students_in(root) == []


def test_a_folder_swapped_for_a_link_after_the_look_is_not_followed(root, monkeypatch, tmp_path):
    folder = record(root, "s001", {"data/a.csv": "1"})
    (tmp_path / "a.csv").write_text("secret", "utf-8")
    real = records.look_at_record

    def look(*told):
        found = real(*told)
        (folder / "data").rename(folder / "old")
        (folder / "data").symlink_to(tmp_path)
        return found

    monkeypatch.setattr(exchange, "look_at_record", look)

    collect(root)

    assert students_in(root) == []


@pytest.mark.parametrize("deep", [True, False])
def test_a_record_of_endlessly_many_files_is_refused(root, monkeypatch, deep):
    record(root, "s001", {f"{'x/' * deep}{number}": "" for number in range(30)}, key="many")
    record(root, "s002")
    monkeypatch.setattr(records, "_MOST_ENTRIES", 20)

    report = collect(root)

    assert students_in(root) == ["s002"]
    assert "里面的文件超过 20 个" in str(report)


def test_a_record_that_vanishes_while_it_is_looked_at_stops_nobody(root, monkeypatch):
    folder = record(root, "s001")
    record(root, "s002")
    real = os.stat

    def stat_once(path, **options):
        if path == "tiny.ipynb" and (folder / "tiny.ipynb").exists():
            (folder / "tiny.ipynb").unlink()
        return real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(records.os, "stat", stat_once)
        report = collect(root)

    assert students_in(root) == ["s002"]
    assert "没有这个文件" in str(report)


def test_a_folder_named_like_our_own_files_stops_nobody(root):
    folder = record(root, "s001")
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").mkdir()
    (folder / "timestamp.txt/x").write_text("x", "utf-8")
    aged(folder, 1)
    record(root, "s002")

    collect(root)

    assert students_in(root) == ["s001", "s002"]
    assert hours_since(arrived(root, "s001")) == pytest.approx(1, abs=0.01)


def test_a_fellow_students_secret_is_not_kept(root):
    """Feedback is published under it."""
    record(root, "s001")
    record(root, "s002", {"tiny.ipynb": "other"})

    collect(root)

    assert handed_in(root, "s001", "submission_secret.txt").decode() == SECRET
    other = handed_in(root, "s002", "submission_secret.txt").decode()
    assert other != SECRET
    assert len(other) == 128


def test_an_odd_secret_is_replaced(root):
    record(root, "s001", {"submission_secret.txt": "../../x"})

    collect(root)

    assert len(handed_in(root, "s001", "submission_secret.txt")) == 128


def test_unchecked_owners_are_said_aloud(root):
    record(root, "s001")

    assert "没有核对文件的主人" in str(collect(root, check_owner=False))


def test_a_missing_exchange_is_told(root):
    inbound(root).rmdir()

    with pytest.raises(ExchangeError, match="没有这门课"):
        collect(root)


def test_two_collectors_do_not_meet(root):
    record(root, "s001")
    with staging(root / "submitted"), pytest.raises(ExchangeError, match="另一个收作业的程序"):
        collect(root)


def test_the_times_are_nbgraders_own_format(root):
    record(root, "s001")
    collect(root)

    text = handed_in(root, "s001", "timestamp.txt").decode()
    assert parse_utc(text).replace(tzinfo=dt.UTC) == arrived(root, "s001")
    assert receive.stamp(arrived(root, "s001")) == text
    assert not list(Path(root / "submitted/.collecting").glob("*/"))
