"""A teacher's folder on Sunday night: chat app, LMS, Windows, macOS, USB stick."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
import struct
import sys
import time
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect import archive, collect_folder
from ecrm_helpers.marking.collect.found import Finds, Level
from tests.collecting import NOTEBOOK, handed_in, lines_of, new_course, students_in, why

CLASS = {"2023001": ("张", "三"), "2023002": ("李", "四"), "02023003": ("王", "五"), "2023004": ("赵", "六")}
DAY = 86_400


@pytest.fixture
def root(tmp_path):
    return new_course(tmp_path, students=CLASS)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "作业3"
    folder.mkdir()
    return folder


def put(path, data=NOTEBOOK, *, days_ago=1.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    at = time.time() - days_ago * DAY
    os.utime(path, (at, at))
    return path


def zipped(files):
    """A zip of name -> bytes, as most programs write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 10, 10, 8, 0, 0)), data)
    return out.getvalue()


def zipped_on_windows(files, encoding="gbk"):
    """A zip of name -> bytes whose names are in the system's encoding and unmarked, as Explorer writes it."""
    body, listed = b"", b""
    for name, data in files.items():
        raw = name.encode(encoding)
        facts = struct.pack(
            "<HHHHHLLLHH", 20, 0, 0, 0x4000, 0x5D4A, zlib.crc32(data), *2 * [len(data)], len(raw), 0
        )
        listed += b"PK\1\2\x14\0" + facts + struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + facts + raw + data
    return (
        body + listed + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, *2 * [len(files)], len(listed), len(body), 0)
    )


def timestamp(root, student):
    text = handed_in(root, student, "timestamp.txt").decode()
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=dt.UTC)


def test_a_chat_folder(root, inbox):
    put(inbox / "2023001_张三_作业3(1).ipynb", b"one")
    put(inbox / "２０２３００２－李四.ipynb.txt", b"two")
    put(inbox / "王五 02023003/作业3.ipynb", b"three")
    put(inbox / "王五 02023003/.ipynb_checkpoints/作业3-checkpoint.ipynb", b"old")
    put(inbox / "赵六.ipynb", b"four")
    put(inbox / ".DS_Store")
    put(inbox / "~$2023001_报告.docx")
    put(inbox / "2023004_截图.jpg")
    put(inbox / "2029999_转学生.ipynb")

    report = collect_folder(root, "tiny", inbox)

    assert lines_of(report) == dict.fromkeys(["2023001", "2023002", "02023003"], "collected")
    assert [handed_in(root, one) for one in ("2023001", "2023002", "02023003")] == [b"one", b"two", b"three"]
    page = str(report)
    assert "赵六.ipynb  姓名只与 2023004 相符" in page
    assert "2029999_转学生.ipynb  成绩册里没有 2029999" in page
    assert "2023004_截图.jpg  这份作业不收 .jpg 文件" in page
    assert "临时文件 3 个" in page


def test_proposals_are_taken_when_asked_for(root, inbox):
    put(inbox / "赵六.ipynb")
    put(inbox / "2029999_转学生.ipynb")

    report = collect_folder(
        root, "tiny", inbox, accept_names=True, new_students=True, agreed=lambda plan: True
    )

    assert lines_of(report) == {"2023004": "collected", "2029999": "collected"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_in_zips_without_a_mark_are_read_as_meant(root, inbox, encoding, capsys):
    data = zipped_on_windows({"2023001_张三.ipynb": b"one", "作业3\\李四.ipynb": b"two"}, encoding)

    collect_folder(
        root,
        "tiny",
        put(inbox / "作业3.zip", data),
        accept_names=True,
        agreed=lambda plan: print(plan) or True,
    )

    assert (handed_in(root, "2023001"), handed_in(root, "2023002")) == (b"one", b"two")
    assert "作业3.zip/作业3/李四.ipynb" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_names_that_were_unpacked_as_gbk_bytes_are_read_as_meant(root, inbox):
    (inbox / os.fsdecode("李四.ipynb".encode("gbk"))).write_bytes(b"two")

    collect_folder(root, "tiny", inbox, accept_names=True, agreed=lambda plan: True)

    assert handed_in(root, "2023002") == b"two"


def test_nested_zips_and_macos_leftovers(root, inbox):
    inner = zipped({"作业3.ipynb": b"one", "__MACOSX/._作业3.ipynb": b"junk", "._作业3.ipynb": b"junk"})
    outer = zipped({"2023001_张三.zip": inner, "2023002_李四/作业3.ipynb": b"two", "__MACOSX/x": b""})

    report = collect_folder(root, "tiny", put(inbox / "全班.zip", outer))

    assert lines_of(report) == {"2023001": "collected", "2023002": "collected"}
    assert (handed_in(root, "2023001"), report.passed_over) == (b"one", 3)


def test_a_bomb_in_one_students_zip_costs_nobody_else(root, inbox, monkeypatch):
    monkeypatch.setattr(archive.Budget, "inner", lambda: archive.Budget(size=5_000, files=100))
    bomb = zipped({f"{number}.ipynb": bytes(1_000) for number in range(6)})
    put(inbox / "2023001.zip", zipped({"b.zip": bomb, "a.ipynb": b"one"}))
    put(inbox / "2023002.ipynb", b"two")

    report = collect_folder(root, "tiny", inbox)

    assert lines_of(report) == {"2023001": "collected", "2023002": "collected"}
    assert "整包没有收" in str(report)


def test_a_file_that_unpacks_endlessly_is_refused(root, inbox, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE", 2 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("2023001.ipynb", bytes(3 << 20))
        made.writestr("2023002.ipynb", b"two")

    report = collect_folder(root, "tiny", put(inbox / "全班.zip", out.getvalue()))

    assert lines_of(report) == {"2023002": "collected"}
    assert "超过 2 MB" in str(report)


def test_a_long_list_of_contents_is_not_even_read(root, inbox, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_NAMES", 200)
    many = zipped({f"{number}.ipynb": b"" for number in range(50)})

    report = collect_folder(root, "tiny", put(inbox / "全班.zip", zipped({"2023001.zip": many})))

    assert report.lines == []
    assert "文件太多" in str(report)


def nested(depth):
    data = zipped({"作业.ipynb": NOTEBOOK})
    for _ in range(depth):
        data = zipped({"2023001.zip": data})
    return data


@pytest.mark.parametrize(("depth", "taken"), [(2, True), (3, False)])
def test_zips_in_zips_have_a_limit(root, inbox, depth, taken):
    report = collect_folder(root, "tiny", put(inbox / "全班.zip", nested(depth)))

    assert (lines_of(report) == {"2023001": "collected"}) is taken
    assert ("太深" in str(report)) is not taken


def test_odd_archives_are_named_and_the_others_go_on(root, inbox):
    put(inbox / "2023001_张三.rar", b"Rar!")
    put(inbox / "2023002_李四.zip", b"PK\3\4 cut off")
    put(inbox / "02023003.zip", zipped({"../../02023003.ipynb": b"x"}))
    put(inbox / "2023004.ipynb", b"four")

    report = collect_folder(root, "tiny", inbox)

    assert lines_of(report) == {"2023004": "collected"}
    for words in ("改交 zip", "压缩包打不开", "想写到外面去"):
        assert words in str(report)


def test_a_locked_zip_is_refused_with_advice(root, inbox):
    data = bytearray(zipped({"2023001.ipynb": b"one"}))
    for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(sign) + offset] |= 1

    report = collect_folder(root, "tiny", put(inbox / "全班.zip", bytes(data)))

    assert "加了密码" in str(report)


def test_links_are_not_followed(root, inbox, tmp_path):
    secret = put(tmp_path / "solution.ipynb", b"secret")
    (inbox / "2023001.ipynb").symlink_to(secret)
    (inbox / "2023002").symlink_to(secret.parent)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("2023004.ipynb")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, str(secret))
    put(inbox / "全班.zip", out.getvalue())

    report = collect_folder(root, "tiny", inbox)

    assert report.lines == []
    assert [one.why for one in report.missed].count("是链接或特殊文件，不是普通文件") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_does_not_block(root, inbox):
    os.mkfifo(inbox / "2023001.ipynb")

    assert "不是普通文件" in str(collect_folder(root, "tiny", inbox))


def test_a_friends_file_in_ones_own_zip_is_nobodys(root, inbox):
    put(inbox / "2023001_张三.zip", zipped({"2023002_李四_作业3.ipynb": b"forged"}))
    put(inbox / "2023002_李四.ipynb", b"honest")

    report = collect_folder(root, "tiny", inbox)

    assert handed_in(root, "2023002") == b"honest"
    assert students_in(root) == ["2023002"]
    assert "几个学号：2023001、2023002" in str(report)


def test_two_different_files_of_one_student(root, inbox):
    put(inbox / "2023001_张三.ipynb", b"first", days_ago=3)
    put(inbox / "2023001_张三(1).ipynb", b"second", days_ago=1)

    report = collect_folder(root, "tiny", inbox)

    assert handed_in(root, "2023001") == b"second"
    assert "没有收较早的 2023001_张三.ipynb" in why(report, "2023001")


def test_copies_whose_number_contradicts_their_time_are_not_guessed(root, inbox):
    put(inbox / "2023001_张三.ipynb", b"one", days_ago=1)
    put(inbox / "2023001_张三(1).ipynb", b"two", days_ago=3)

    report = collect_folder(root, "tiny", inbox)

    assert lines_of(report) == {"2023001": "refused"}
    assert "说不准哪份算数" in why(report, "2023001")
    assert students_in(root) == []


def test_the_same_file_twice_came_when_it_first_came(root, inbox):
    put(inbox / "2023001_张三.ipynb", b"one", days_ago=3)
    put(inbox / "2023001_张三(1).ipynb", b"one", days_ago=1)

    report = collect_folder(root, "tiny", inbox)

    assert lines_of(report) == {"2023001": "collected"}
    assert dt.datetime.now(dt.UTC) - timestamp(root, "2023001") > dt.timedelta(days=2)


def test_the_time_is_that_of_the_outermost_thing_with_the_id(root, inbox):
    """What lies in a student's own zip has the time the student's clock gave it."""
    path = put(inbox / "2023001_张三.zip", zipped({"作业3.ipynb": b"one"}), days_ago=2)

    collect_folder(root, "tiny", inbox)

    assert abs(timestamp(root, "2023001").timestamp() - path.stat().st_mtime) < 1


def test_the_time_inside_a_zip_of_the_lms_counts(root, inbox):
    collect_folder(root, "tiny", put(inbox / "全班.zip", zipped({"2023001/作业3.ipynb": b"one"})))

    assert timestamp(root, "2023001") == dt.datetime(2026, 10, 10, 8).astimezone()


@pytest.mark.parametrize("days_ago", [-3, 500])
def test_a_time_that_cannot_be_is_replaced_by_now(root, inbox, days_ago):
    put(inbox / "2023001.ipynb", days_ago=days_ago)

    report = collect_folder(root, "tiny", inbox)

    assert abs((timestamp(root, "2023001") - dt.datetime.now(dt.UTC)).total_seconds()) < 60
    assert "文件的时间不可信" in why(report, "2023001")


def test_the_teacher_may_state_the_time_and_correct_it(root, inbox):
    put(inbox / "2023001.ipynb")
    collect_folder(root, "tiny", inbox)
    at = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=9)

    report = collect_folder(root, "tiny", inbox, at=at)

    assert (lines_of(report), timestamp(root, "2023001")) == ({"2023001": "replaced"}, at)


def test_a_stated_time_must_have_come(root, inbox):
    with pytest.raises(MarkingError, match="还没有到"):
        collect_folder(root, "tiny", inbox, at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))


def test_without_a_list_nothing_is_written_before_it_is_confirmed(tmp_path, inbox):
    root = new_course(tmp_path)
    put(inbox / "2023001_张三_作业3(1).ipynb")
    put(inbox / "张三.ipynb")

    assert collect_folder(root, "tiny", inbox) is None
    assert students_in(root) == []
    report = collect_folder(
        root, "tiny", inbox, agreed=lambda plan: [one.student for one in plan.to_confirm] == ["2023001"]
    )
    assert lines_of(report) == {"2023001": "collected"}
    assert "张三.ipynb  名字里没有学号" in str(report)


def test_ids_that_differ_by_leading_zeros_are_refused(tmp_path, inbox):
    root = new_course(tmp_path)
    put(inbox / "2023001.ipynb", b"one")
    put(inbox / "02023001.ipynb", b"two")

    report = collect_folder(root, "tiny", inbox, agreed=lambda plan: True)

    assert lines_of(report) == {"2023001": "refused", "02023001": "refused"}


def test_an_id_without_its_zeros_is_not_taken_for_the_listed_one(root, inbox):
    put(inbox / "2023003.ipynb")

    report = collect_folder(root, "tiny", inbox)

    assert report.lines == []
    assert "2023003 和 02023003 只差开头的 0" in str(report)


def test_two_spellings_in_the_gradebook_are_refused(tmp_path, inbox):
    root = new_course(tmp_path, students={"S001": ("张", "三"), "s001": ("张", "三")})

    with pytest.raises(MarkingError, match="同一个学号"):
        collect_folder(root, "tiny", inbox)


def test_the_gradebooks_spelling_names_the_folder(tmp_path, inbox):
    root = new_course(tmp_path, students={"S001": ("张", "三")})
    put(inbox / "s001.ipynb")

    collect_folder(root, "tiny", inbox)

    assert students_in(root) == ["S001"]


def test_attachments_come_along_when_they_are_declared(tmp_path, inbox):
    declared = '{"ecrm": {"attachments": [{"name": "report.docx", "label": "报告"}, {"name": "*.png"}]}}'
    root = new_course(tmp_path, students=CLASS, metadata=declared)
    put(inbox / "2023001_张三_作业3.ipynb", b"one")
    put(inbox / "2023001_张三_调研报告(2).docx", b"doc")
    put(inbox / "2023001_图1.png", b"png")
    put(inbox / "2023001_草稿.xlsx", b"x")
    put(inbox / "2023002_报告.docx", b"only")

    report = collect_folder(root, "tiny", inbox)

    names = sorted(path.name for path in (root / "submitted/2023001/tiny").iterdir())
    assert names == ["2023001_图1.png", "report.docx", "submission_secret.txt", "timestamp.txt", "tiny.ipynb"]
    assert why(report, "2023002") == "没有笔记本，只有附件"
    assert "不收 .xlsx 文件" in str(report)


def test_an_export_is_taken_where_there_is_no_notebook(root, inbox):
    put(inbox / "2023001_张三.html", b"<html>")
    put(inbox / "2023002_李四.html", b"<html>")
    put(inbox / "2023002_李四.ipynb", b"two")

    report = collect_folder(root, "tiny", inbox)

    assert handed_in(root, "2023001", "2023001_张三.html") == b"<html>"
    assert "没有笔记本，先收下 2023001_张三.html" in why(report, "2023001")
    assert "2023002_李四.html  这份作业不收 .html 文件" in str(report)


def test_several_notebooks_are_told_by_their_names(tmp_path, inbox):
    root = new_course(tmp_path, students=CLASS, notebooks=("part1", "part2"))
    put(inbox / "2023001_part1.ipynb", b"one")
    put(inbox / "2023001_Part2(1).ipynb", b"two")
    put(inbox / "2023002_作业.ipynb", b"?")

    report = collect_folder(root, "tiny", inbox)

    assert [handed_in(root, "2023001", f"part{n}.ipynb") for n in (1, 2)] == [b"one", b"two"]
    assert "2023002_作业.ipynb  不是这份作业的笔记本" in str(report)


def test_a_single_students_zip_may_have_the_id_in_its_own_name(root, inbox):
    path = put(inbox / "2023001_张三.zip", zipped({"作业3.ipynb": b"one"}))

    collect_folder(root, "tiny", path)

    assert handed_in(root, "2023001") == b"one"


def test_an_unknown_assignment_or_source_is_named(root, inbox):
    with pytest.raises(MarkingError, match="已有的作业：tiny"):
        collect_folder(root, "../tiny", inbox)
    with pytest.raises(MarkingError, match="找不到"):
        collect_folder(root, "tiny", inbox / "没有")


def test_a_broken_configuration_is_refused(root, inbox):
    (root / "nbgrader_config.py").write_text("c = get_config(\n", "utf-8")

    with pytest.raises(MarkingError, match="有错误"):
        collect_folder(root, "tiny", inbox)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_archive_never_stops_the_others(tmp_path_factory, data):
    whole = bytearray(
        zipped({"2023001/作业3.ipynb": b"x" * 50, "2023002.zip": zipped({"a.ipynb": b"y" * 50})})
    )
    for at, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=6)
    ):
        whole[at] = value
    cut = data.draw(st.integers(0, len(whole)))
    folder = tmp_path_factory.mktemp("found")
    finds = Finds(folder, frozenset({".ipynb"}))
    level = Level(("全班.zip",), None)

    archive.look_into_zip(io.BytesIO(bytes(whole[: cut or None])), (level,), finds, archive.Budget())

    assert all(path.parent == folder for path in folder.rglob("*"))
    assert {found.path for found in finds.files} <= set(folder.iterdir())
