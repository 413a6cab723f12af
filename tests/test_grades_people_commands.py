"""`ecrm roster`: imports compare, ask and keep; groups and overrides are written; files are private."""

import datetime as dt
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ecrm_helpers import cli
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.people import read_overrides, read_people
from ecrm_helpers.grades.people.entering import enter_students
from ecrm_helpers.marking.groups.roster import read_roster as read_marking_groups

ROOT = Path(__file__).parents[1]
ROSTER = (
    "学号,姓名,行政班,状态,性别\n0012,王芳,一班,正常考试,女\nA7,=1+1,一班,重修考试,男\n0013,𠮷·田,二班,,男\n"
)


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(tuple(map(str, arguments)))
        told = capsys.readouterr()
        return stopped.value.code, told.out, told.err

    return run


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "crossborder_crm"
    folder.mkdir()
    shutil.copy(ROOT / "courses" / "crossborder_crm" / "nbgrader_config.py", folder)
    return folder


@pytest.fixture
def roster(ecrm, root, tmp_path):
    """Import a text as the roster."""

    def imported(text=ROSTER, *options):
        (tmp_path / "export.csv").write_text(text, "utf-8")
        return ecrm("roster", "import", tmp_path / "export.csv", "--root", root, *options)

    return imported


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    """Make a gradebook with the roster's students, once: nbgrader takes seconds."""
    root = tmp_path_factory.mktemp("entered")
    shutil.copy(ROOT / "courses" / "crossborder_crm" / "nbgrader_config.py", root)
    (root / "roster.csv").write_text(ROSTER, "utf-8")
    before = os.umask(0)
    try:
        told = enter_students(root, read_people(root, course()).people)
    finally:
        os.umask(before)
    return root / "gradebook.db", told


@pytest.fixture
def gradebook(entered, root):
    """Put a gradebook with the roster's students into the course folder."""
    return shutil.copy(entered[0], root)


def course():
    return load_course(ROOT / "grading_config.py", "crossborder_crm")


@pytest.mark.parametrize("command", [(), ("import",), ("show",), ("groups",), ("override",)])
def test_help_is_in_chinese(ecrm, command):
    code, out, _ = ecrm("roster", *command, "--help")
    assert code == 0
    assert "用法：" in out
    assert not any(word in out for word in ("Usage", "Options:", "Commands", "required", "random|"))


def test_import_writes_what_reads_back(roster, root):
    code, out, err = roster()
    assert (code, err) == (0, "")
    assert "3 名学生，2 个行政班" in out
    assert "没有用到的列：性别" in out
    assert (root / "roster.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    people = read_people(root, course()).people
    assert [(one.shown_id, one.name, one.state) for one in people.values()] == [
        ("0012", "王芳", "正常"), ("A7", "=1+1", "重修"), ("0013", "𠮷·田", "正常"),
    ]  # fmt: skip


def test_import_that_is_refused_writes_nothing(roster, root):
    roster()
    before = (root / "roster.csv").read_bytes()
    code, _, err = roster("学号,姓名\n0012,王芳\n12,李明\n")
    assert code == 1
    assert "第 3 行“学号”列的 12 只差开头的 0" in err
    assert (root / "roster.csv").read_bytes() == before


def test_import_says_what_is_new_gone_and_changed(roster, root):
    roster()
    text = "学号,姓名,行政班,状态\n0012,王芳,三班,缓考\na7,=1+1,一班,重修\n0099,新生,一班,\n"
    code, out, err = roster(text)
    assert code == 1  # nobody to ask
    assert "新增 1 人：0099 新生。" in out
    assert "原来有、现在没有 1 人：0013 𠮷·田。" in out
    assert "改动 0012 王芳：行政班 一班 → 三班，状态 正常 → 缓考。" in out
    assert "改动 a7 =1+1：学号 A7 → a7。" in out
    assert "什么都没有改" in err
    assert "0013" in (root / "roster.csv").read_text("utf-8-sig")


def test_dropping_students_needs_a_yes_and_keeps_the_former_roster(roster, root):
    roster()
    before = (root / "roster.csv").read_bytes()
    code, out, _ = roster("学号,姓名\n0012,王芳\n", "--yes")
    assert code == 0
    assert "原来的一份留在 roster.before.csv" in out
    assert (root / "roster.before.csv").read_bytes() == before
    assert list(read_people(root, course()).people) == ["0012"]


def test_the_same_roster_again_changes_nothing(roster, root):
    roster()
    code, out, _ = roster()
    assert code == 0
    assert "完全一样" in out
    assert not (root / "roster.before.csv").exists()


def test_students_who_are_gone_are_told_of_in_other_files(roster, root):
    roster()
    (root / "groups.csv").write_text("组号,学号\n1,0013\n", "utf-8")
    (root / "overrides.csv").write_text(
        "学号,考核项,改为,谁,何时,为什么\n0012,X4,80,李,2026-01-05,复核\n", "utf-8"
    )
    _, out, _ = roster("学号,姓名\n0012,王芳\n")
    assert "groups.csv 里还有他们" in out


def test_former_roster_that_cannot_be_read_needs_a_yes(roster, root):
    (root / "roster.csv").write_text("学号,姓名\n1,甲\n1,乙\n", "utf-8")
    code, out, _ = roster()
    assert code == 1
    assert "原来的 roster.csv 读不了" in out
    assert roster(ROSTER, "--yes")[0] == 0
    assert "甲" in (root / "roster.before.csv").read_text("utf-8")


def test_workbook_in_the_course_folder_becomes_the_roster(ecrm, root):
    book = Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append(["0012", "王芳"])
    book.save(root / "roster.xlsx")
    assert ecrm("roster", "import", root / "roster.xlsx", "--root", root)[0] == 0
    assert not (root / "roster.xlsx").exists()
    assert load_workbook(root / "roster.before.xlsx").active["A2"].value == "0012"
    assert list(read_people(root, course()).people) == ["0012"]


def accounts(gradebook):
    with closing(sqlite3.connect(gradebook)) as book:
        return dict(book.execute("SELECT id, last_name || first_name FROM student"))


def test_gradebook_is_left_alone_unless_asked(roster, root):
    roster()
    assert not (root / "gradebook.db").exists()


def test_a_gradebook_is_made_with_everybody_and_for_its_owner_only(entered):
    gradebook, told = entered
    assert accounts(gradebook) == {"0012": "王芳", "a7": "=1+1", "0013": "𠮷·田"}
    assert told.new == ("0012", "A7", "0013")
    assert os.name == "nt" or stat.S_IMODE(gradebook.stat().st_mode) == 0o600


def test_missing_students_are_entered_and_accounts_keep_their_spelling(roster, gradebook):
    with closing(sqlite3.connect(gradebook)) as book:
        book.execute("UPDATE student SET id = 'A7', last_name = '' WHERE id = 'a7'")
        book.execute("UPDATE student SET last_name = '王方' WHERE id = '0012'")
        book.execute("INSERT INTO student (id, last_name, first_name) VALUES ('guest', '旁', '听')")
        book.commit()
    _, out, _ = roster(ROSTER + "0099,新生,二班,,女\n", "--gradebook")
    assert "成绩册新登记 1 人：0099。" in out
    assert "补上了 1 人的姓名：A7" in out
    assert "0012（成绩册 王方，名单 王芳）" in out
    assert "名单里没有 1 个账号，没有动：guest" in out
    assert accounts(gradebook) == {
        "0012": "王方", "A7": "=1+1", "0013": "𠮷·田", "0099": "新生", "guest": "旁听",
    }  # fmt: skip


def test_account_with_zeros_is_not_entered_again_without_them(roster, gradebook):
    before = accounts(gradebook)
    code, _, err = roster("学号,姓名\n12,王芳\n", "--gradebook")
    assert code == 1
    assert "学号 12 和成绩册里的账号 0012 只差开头的 0" in err
    assert accounts(gradebook) == before


def test_two_accounts_of_one_student_are_refused(roster, gradebook):
    with closing(sqlite3.connect(gradebook)) as book:
        book.execute("INSERT INTO student (id) VALUES ('A7')")
        book.commit()
    code, _, err = roster(ROSTER, "--gradebook")
    assert code == 1
    assert "同一个学号" in err


def test_show_counts_by_class_and_state(ecrm, roster, root):
    roster()
    code, out, _ = ecrm("roster", "show", "--root", root)
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    assert ["行政班", "正常", "重修", "合计"] in rows
    assert ["一班", "1", "1", "2"] in rows
    assert ["合计", "2", "1", "3"] in rows


def test_show_without_a_roster_says_what_to_do(ecrm, root):
    code, _, err = ecrm("roster", "show", "--root", root)
    assert code == 1
    assert "ecrm roster import" in err


def test_random_groups_print_their_seed_and_can_be_made_again(ecrm, roster, root):
    roster()
    code, out, _ = ecrm("roster", "groups", "--count", 2, "--root", root, "--roles")
    assert code == 0
    first = (root / "groups.csv").read_bytes()
    seed = out.split("种子 ")[1].split("（")[0]
    again = ("roster", "groups", "--how", "random", "--count", 2, "--seed", seed, "--roles", "--root", root)
    code, out, _ = ecrm(*again)  # the same groups: nobody need agree
    assert code == 0
    assert (root / "groups.csv").read_bytes() == first
    assert {one.group for one in read_people(root, course()).people.values()} == {"1", "2"}


def test_other_groups_are_asked_about_and_the_former_ones_kept(ecrm, roster, root):
    roster()
    (root / "groups.csv").write_text("组号,学号,贡献\n1,0012,90\n1,A7,80\n2,0013,70\n", "utf-8")
    before = (root / "groups.csv").read_bytes()
    command = ("roster", "groups", "--how", "roster", "--count", 1, "--root", root)
    code, out, err = ecrm(*command)
    assert code == 1
    assert "有 3 人的贡献度，新的分组里没有；它们留在 groups.before.csv" in out
    assert "什么都没有改" in err
    assert (root / "groups.csv").read_bytes() == before
    assert ecrm(*command, "--yes")[0] == 0
    assert (root / "groups.before.csv").read_bytes() == before


def test_groups_for_marking_are_in_the_format_marking_reads(ecrm, roster, root, gradebook):
    roster()
    options = ("--how", "roster", "--count", 2, "--roles", "--assignment", "unit3_segments", "--root", root)
    assert ecrm("roster", "groups", *options)[0] == 0
    members, remarks = read_marking_groups(root / "groups" / "unit3_segments.csv", root)
    assert [(group, one.student) for group, one in members] == [("1", "0012"), ("1", "a7"), ("2", "0013")]
    assert all(one.role for _, one in members)
    assert remarks == ()


def test_unknown_assignment_is_refused_with_the_nearest(ecrm, roster, root):
    roster()
    code, _, err = ecrm(
        "roster", "groups", "--how", "roster", "--assignment", "unit3_segment", "--root", root
    )
    assert code == 1
    assert "没有名为 unit3_segment 的作业。\n提示：是不是 unit3_segments？" in err
    assert not (root / "groups.csv").exists()


def test_self_chosen_groups_list_who_has_none(ecrm, roster, root, tmp_path):
    roster()
    (tmp_path / "报名.csv").write_text("组名,组员学号\n红队,0012、a7\n", "utf-8")
    code, out, _ = ecrm("roster", "groups", tmp_path / "报名.csv", "--how", "chosen", "--root", root)
    assert code == 0
    assert "红队（2 人）：0012 王芳、A7 =1+1" in out
    assert "还没有组的 1 人：0013 𠮷·田。" in out


def test_given_groups_keep_roles_and_contribution(ecrm, roster, root, tmp_path):
    roster()
    text = "小组,学号,分工,贡献度\n红队,0012,组长,90\n红队,a7,,80.5\n"
    (tmp_path / "given.csv").write_text(text, "utf-8")
    assert ecrm("roster", "groups", tmp_path / "given.csv", "--how", "given", "--root", root)[0] == 0
    people = read_people(root, course()).people
    told = [(one.group, one.role, one.contribution) for one in people.values()]
    assert told == [("红队", "组长", 90), ("红队", "", 80.5), ("", "", None)]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--how", "random", "--size", 2, "--count", 2), "--size 和 --count 只能写一个"),
        (("--how", "chosen"), "--how chosen 后面还要写文件名"),
        (("x.csv", "--how", "random"), "--how random 不读文件"),
        (("x.csv", "--how", "given", "--size", 2), "组由文件决定"),
        (("--how", "random", "--size", 0), "--size 要写 1 或更大的整数"),
        (("--how", "random", "--count", 9), "3 名学生分不成 9 组"),
    ],
)
def test_options_that_contradict_each_other_are_refused(ecrm, roster, root, options, says):
    roster()
    code, _, err = ecrm("roster", "groups", *options, "--root", root)
    assert code == 1
    assert says in err


def override(root, *options, **changes):
    values = {"student": "0012", "place": "X4", "to": "85", "who": "李老师", "why": "复核", **changes}
    given = [word for key, value in values.items() for word in (f"--{key}", value)]
    return ("roster", "override", "--root", root, *given, *options)


def test_override_is_appended_and_the_rest_stays(ecrm, roster, root):
    roster()
    (root / "overrides.csv").write_text(
        "改分记录,,,,,,\n学号,考核项,改为,谁,何时,为什么,文号\nA7,X3,70,李,2026/1/5,补交,教〔1〕\n", "utf-8"
    )
    code, out, err = ecrm(*override(root, when="2026-01-09", why="=1+1"))
    assert (code, err) == (0, "")
    assert "0012 王芳 的“X4”现在是 缺。" in out
    assert "已记下：0012 王芳 的“X4”改为 85（2026-01-09，李老师）。" in out
    lines = (root / "overrides.csv").read_text("utf-8-sig").splitlines()
    assert lines[2:] == ["A7,X3,70,李,2026/1/5,补交,教〔1〕", "0012,X4,85,李老师,2026-01-09,'=1+1,"]
    found = read_overrides(root, course(), read_people(root, course()))
    assert [(one.student_id, one.place, one.why) for one in found] == [
        ("a7", "X3", "补交"), ("0012", "X4", "=1+1"),
    ]  # fmt: skip


def test_override_in_a_gradebook_without_any_work(ecrm, roster, root, gradebook):
    roster()
    code, out, _ = ecrm(*override(root))
    assert code == 0
    assert "0012 王芳 的“X4”现在是 缺。" in out


def test_without_a_roster_only_a_student_of_the_class_can_be_changed(ecrm, root, gradebook):
    assert ecrm(*override(root))[0] == 0
    code, _, err = ecrm(*override(root, student="9999"))
    assert code == 1
    assert "没有学号 9999" in err


def test_override_of_an_override_is_asked_about_and_tells_what_was(ecrm, roster, root):
    roster()
    ecrm(*override(root, when="2026-01-09"))
    code, out, err = ecrm(*override(root, to="90", place="课程论文", when="2026-01-10", why="再复核"))
    assert code == 1
    assert "X4”现在是 85.0" in out
    assert "已经改过：2026-01-09 李老师 改为 85（复核）" in out
    assert "什么都没有改" in err
    code, _, _ = ecrm(*override(root, "--yes", to="90", place="课程论文", when="2026-01-10", why="再复核"))
    assert code == 0
    (found,) = read_overrides(root, course(), read_people(root, course()))
    assert (found.value, found.when) == (90, "2026-01-10")
    assert found.why == "再复核（此前 2026-01-09 李老师 改为 85：复核）"
    assert "复核" in (root / "overrides.before.csv").read_text("utf-8-sig")


def test_override_is_of_today_by_default(ecrm, roster, root):
    roster()
    first = dt.datetime.now().astimezone().date().isoformat()
    ecrm(*override(root))
    (found,) = read_overrides(root, course(), read_people(root, course()))
    assert first <= found.when <= dt.datetime.now().astimezone().date().isoformat()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"to": "101"}, "选项 --to：“101”不是 0 到 100 的分数"),
        ({"place": "课程论闻"}, "选项 --place：这门课没有考核项“课程论闻”。\n提示：是不是“X4”？"),
        ({"student": "12"}, "选项 --student：名单里没有学号 12，是不是 0012 "),
        ({"when": "2026-02-30"}, "选项 --when：“2026-02-30”不是日期"),
        ({"why": "  "}, "选项 --why是空的"),
        ({"who": ""}, "选项 --who是空的"),
    ],
)
def test_override_that_cannot_be_meant_is_refused(ecrm, roster, root, changes, says):
    roster()
    code, _, err = ecrm(*override(root, **changes))
    assert code == 1
    assert says in err
    assert not (root / "overrides.csv").exists()


def test_a_teachers_own_workbook_is_not_written(ecrm, roster, root):
    roster()
    Workbook().save(root / "overrides.xlsx")
    code, _, err = ecrm(*override(root))
    assert code == 1
    assert "改分记在 overrides.xlsx 里" in err


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_every_file_is_for_its_owner_only_whatever_the_umask(ecrm, roster, root, open_umask):
    roster()
    roster(ROSTER + "0099,新生,二班,,女\n")
    for count in (2, 1):
        options = ("--how", "roster", "--count", count, "--assignment", "unit3_segments", "--yes")
        ecrm("roster", "groups", *options, "--root", root)
    ecrm(*override(root))
    ecrm(*override(root, "--yes", to="90"))
    with closing(sqlite3.connect(root / "gradebook.db")) as book:
        book.execute("CREATE TABLE student (id TEXT)")
    (root / "gradebook.db").chmod(0o666)  # as a marker with this umask has made it
    ecrm("term", "save", "2026春", "--root", root)
    modes = {
        path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in root.rglob("*")
        if path.name not in {"nbgrader_config.py", "gradebook.db"} or "terms" in path.parts
    }
    assert {
        "roster.csv", "roster.before.csv", "groups.csv", "groups.before.csv", "overrides.csv",
        "overrides.before.csv", "groups/unit3_segments.csv", "terms/2026春/gradebook.db",
        "terms/2026春/manifest.json", "terms/2026春/groups/unit3_segments.csv",
    } <= modes.keys()  # fmt: skip
    assert {mode for name, mode in modes.items() if (root / name).is_file()} == {0o600}
    assert {mode for name, mode in modes.items() if (root / name).is_dir()} == {0o700}
