"""`ecrm grades` reads a whole course folder and shows what a teacher must know, in eighty columns."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len
from rich.console import Console

from ecrm_helpers import cli
from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import Assignments, Component, Late
from ecrm_helpers.grades import report as report_module
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.course import CourseData, known_assignments, read_course, results
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.report import grade_course
from ecrm_helpers.grades.sheets import ScoreSheets
from ecrm_helpers.grades.terminal import lines, rules, table
from tests.coursefolder import filled_course
from tests.gradingclass import DAY, course, gradebook, override, sheets

PROJECT = Path(__file__).parents[1]
CONFIG = PROJECT / "grading_config.py"
ROSTER = (
    "学号,姓名,行政班,状态\n0012,=1+1,商务1班,正常\nAb-7,𠮷田·买买提,商务2班,正常\n0014,李雷,商务2班,缓考\n"
)
SCORES = (
    "学号,姓名,X1出勤,X1互动,X2,X3,X4,unit3_segments\n0012,=1+1,100,80,70,60,90,80\nab-7,,90,80,70,60,,80\n"
)
OVERRIDES = "学号,姓名,考核项,改为,谁,何时,为什么\n0012,=1+1,X2,75,王老师,2026-12-01,复核实验报告\n"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "scores").mkdir()
    for name, text in (("roster", ROSTER), ("scores/all", SCORES), ("overrides", OVERRIDES)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def shown(found, written=()):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table(found.listed))
    for line in (*lines(found, written), *rules(found.listed)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return console.export_text()


def read(root, **options):
    return read_course(CONFIG, "crossborder_crm", root=root, project=PROJECT, **options)


def computed(scheme, book=None, scores=None, people=None, overrides=()):
    data = CourseData(
        scheme, book, scores or ScoreSheets(), people or People(), overrides, (), (), CONFIG, PROJECT
    )
    return results(data, made_on="2026-12-24")


def test_a_course_folder_is_read_whole(root):
    data = read(root)
    assert list(data.people.people) == ["0012", "ab-7", "0014"]
    assert data.gradebook is None
    assert [one.place for one in data.overrides] == ["X2"]
    assert {one.assignment for one in data.tasks} == {"unit3_segments"}
    assert data.sections
    found = results(data, made_on="2026-12-24")
    assert found.made_on == "2026-12-24"
    # 互动 80, X1 90; X2 overridden: (90·10 + 75·25 + 60·25 + 90·30) / 90 = 77.5
    assert found.listed.rows[0].total.value == 77.5
    assert [one.outcome for one in found.attained.outcomes] == ["LO211", "LO351", "LO811"]


def test_the_table_fits_eighty_columns_and_keeps_ids_and_names_as_they_are(root):
    text = shown(results(read(root), made_on="2026-12-24"))
    rows = text[: text.index("* 初步")].splitlines()
    assert max(cell_len(row) for row in rows) <= 80
    for word in ("0012", "=1+1", "Ab-7", "𠮷田·买买提", "缓考", "X1", "11.1%", "总评", "等级", "78", "中等"):
        assert word in "\n".join(rows)


def test_long_ids_are_never_cut_and_long_names_go_on_beneath():
    people = {
        one: Person(one, f"2023061501{one}", "阿卜杜热合曼·买买提", state="违纪") for one in ("01", "02")
    }
    text = shown(computed(load_course(CONFIG, "crossborder_crm"), people=People(people)))
    rows = text[: text.index("* 初步")]
    assert max(cell_len(row) for row in rows.splitlines()) <= 80
    assert "202306150101" in rows
    assert "…" not in rows
    assert rows.count("阿卜杜热") == 2


def test_what_needs_a_teachers_eye_is_listed(root):
    text = shown(results(read(root), made_on="2026-12-24"))
    assert "缺成绩（1 条）：\n  Ab-7 𠮷田·买买提：X4\n" in text
    assert "0012 =1+1：X2 客户画像实验 由王老师于 2026-12-01 改为 75 分（原来 70 分）：复核实验报告" in text
    assert "0014 李雷：状态为缓考，课程总评不出分数" in text
    assert "XB.A-gap" in text
    assert "共 3 人：完整 1 人，初步 0 人，暂无总分 1 人，由状态决定 1 人。" in text
    assert "数据来自：all.csv、roster.csv、overrides.csv。" in text
    # tasks of an exercise that was marked on paper are no evidence
    assert "课程目标达成度：LO211 0.600，LO351 暂无，LO811 暂无；整门课 暂无，合格线 0.6。" in text


def test_everything_to_act_on_comes_before_the_rules(root):
    text = shown(results(read(root), made_on="2026-12-24"), [root / "grades.xlsx"])
    order = [
        "共 3 人",
        "缺成绩（",
        "改过的分数（",
        "课程目标达成度：",
        "已写好",
        "数据来自",
        "计分规则（19 条）",
    ]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert text.rstrip().endswith("按占比加权的平均")


def test_a_preliminary_class_says_so_everywhere():
    book = gradebook(("1", "final", (5, 0), {"pending": ["t2"], "late_by": DAY}))
    scheme = course(Component("A", "平时", 100, by=Assignments(("final",))), late={"final": Late(per_day=10)})
    text = shown(computed(scheme, book))
    assert "【初步：1 人还有题等老师批改】" in text
    assert text.count("40.0*") == 1
    assert "40*" in text
    assert "初步 1 人" in text
    assert "等老师批改（成绩是初步的）（1 条）：\n  1：final 的 t2" in text
    assert "  1：final 迟交 1 天（按 1 天计），扣 10 分" in text


def test_long_lists_end_with_how_many_more_there_are():
    scores = sheets(**{f"s{number}": {"A": 80} for number in range(100, 170)}, s170={"A": 80, "B": 90})
    text = shown(computed(course(), scores=scores))
    assert "缺成绩（70 条）" in text
    assert "还有 10 条，都在 grades.xlsx 里" in text
    assert "  159：B" in text
    assert "  160：B" not in text


def test_what_the_whole_class_lacks_is_said_once():
    scores = sheets(s1={}, s2={"A": 80}, s3={"A": "缓考"})
    text = shown(computed(course(), None, scores))
    assert "缺成绩（3 条）：\n  全班都没有：B\n  1：A\n  3：A（缓考）\n" in text


def test_a_total_a_teacher_gave_after_all_is_no_longer_the_states():
    scores = sheets(s1={"A": 80})
    found = computed(
        course(), None, scores, People({"1": Person("1", "1", state="缓考")}), (override("1", "总评", 66),)
    )
    assert "由状态决定" not in shown(found)
    assert "完整 1 人" in shown(found)


def test_files_are_written_only_where_asked_and_named(root, capsys):
    console = Console(width=80)
    options = {"root": root, "console": console, "made_on": "2026-12-24"}
    grade_course(CONFIG, "crossborder_crm", out=None, **options)
    assert "已写好" not in capsys.readouterr().out
    grade_course(CONFIG, "crossborder_crm", out=root / "reports", **options)
    told = capsys.readouterr().out
    assert "已写好（含个人信息，只有你自己能读）" in told
    for name in ("grades.xlsx", "grades.csv"):
        assert (root / "reports" / name).stat().st_size > 0
        assert str(root / "reports" / name) in told.replace("\n", "")


@pytest.mark.parametrize(("table", "weakest"), [("TABLE_FIVE", True), ("TABLE_EIGHT", False)])
def test_no_outcome_is_called_weakest_where_all_are_equal(root, tmp_path, capsys, table, weakest):
    config = tmp_path / "grading_config.py"
    config.write_text(CONFIG.read_text("utf-8").replace("evidence=TABLE_FIVE", f"evidence={table}"), "utf-8")
    grade_course(
        config, "crossborder_crm", root=root, console=Console(width=80), out=None, made_on="2026-12-24"
    )
    told = capsys.readouterr().out
    assert ("；最弱 LO" in told) == weakest
    assert "合格线 0.6。" in told


def test_a_unit_is_written_as_a_score_sheet_of_the_schools_course(tmp_path):
    root = filled_course(tmp_path, "ecommerce_crm")
    found = grade_course(
        CONFIG, "ecommerce_crm", root=root, console=Console(file=io.StringIO()), out=root / "reports",
        made_on="2026-12-24",
    )  # fmt: skip
    sheet = load_workbook(root / "reports" / "导出 第九单元.xlsx").active
    head, *rows = ([cell.value for cell in row[:3]] for row in sheet.iter_rows())
    assert head == ["学号", "姓名", "第九单元"]
    totals = {row.person.shown_id: row.shown_total for row in found.listed.rows}
    assert {one[0]: one[2] for one in rows if isinstance(one[2], int | float)} == {
        student: total for student, total in totals.items() if total is not None
    }


def test_an_exports_name_is_a_file_name_whatever_the_course_calls_it():
    assert report_module.messages.export_file("../第九单元：CRM") == "导出 ___第九单元_CRM.xlsx"


def test_files_that_are_open_elsewhere_are_explained(root, monkeypatch):
    def locked(_results, path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(report_module, "write_book", locked)
    with pytest.raises(GradingError, match=r"成绩算好了，但写不进 .*没有权限"):
        grade_course(
            CONFIG, "crossborder_crm", root=root, console=Console(file=io.StringIO()), out=root / "reports",
            made_on="2026-12-24",
        )  # fmt: skip


def test_the_courses_own_configuration_says_where_its_gradebook_is(root):
    (root / "nbgrader_config.py").write_text('c.CourseDirectory.db_url = "sqlite:///kept/book.db"\n', "utf-8")
    assert read(root).gradebook is None
    (root / "kept").mkdir()
    (root / "kept" / "book.db").write_bytes(b"no database")
    with pytest.raises(GradingError, match=r"book.db 不是 nbgrader 的成绩册"):
        read(root)


@pytest.mark.parametrize("given", ["{root}/none.db", "sqlite:///{root}/none.db"])
def test_a_gradebook_that_is_asked_for_must_be_there(root, given):
    with pytest.raises(GradingError, match="找不到成绩册"):
        read(root, database=given.format(root=root))
    assert not (root / "none.db").exists()


def test_an_address_typed_wrong_is_not_shown_as_a_file(root):
    with pytest.raises(GradingError) as refused:
        read(root, database="postgresql:me:secret@localhost/x")
    assert "secret" not in str(refused.value)


def test_the_command_takes_another_gradebook_and_may_write_nothing(root, capsys):
    asked = ["grades", "--root", str(root), "--no-files"]
    with pytest.raises(SystemExit) as stopped:
        cli.main(asked)
    assert stopped.value.code == 0
    assert "还没有 gradebook.db" in capsys.readouterr().out
    assert not (root / "reports").exists()
    with pytest.raises(SystemExit) as stopped:
        cli.main([*asked, "--db", f"sqlite:///{root}/none.db"])
    assert stopped.value.code == 1
    assert "找不到成绩册" in capsys.readouterr().err


def test_an_empty_class_is_told_where_marks_are_looked_for(tmp_path):
    with pytest.raises(GradingError, match="没有任何学生"):
        results(read(tmp_path), made_on="2026-12-24")


def test_assignments_are_known_by_their_solutions(tmp_path):
    assert known_assignments(tmp_path, "crossborder_crm") is None
    assert "unit3_segments" in known_assignments(PROJECT, "crossborder_crm")
