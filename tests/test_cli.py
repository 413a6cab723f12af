"""The `ecrm` command: Chinese help, one message per error, exit codes."""

import csv

import click
import pytest
from rich.cells import cell_len

from ecrm_helpers import cli
from ecrm_helpers.project import find_project

SHEET = "学号,姓名,X1出勤,X1互动,X2,X3,X4,unit3_segments\n0001,王芳,100,80,70,60,90,80\n"


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments)
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


def commands(group=cli.ecrm, path=()):
    yield path
    for name, command in group.commands.items():
        yield from commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help_is_in_chinese_and_fits_eighty_columns(ecrm, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = ecrm(*command, "--help")
    assert code == 0
    assert "用法：" in out
    assert not any(
        word in out for word in ("Usage", "Options:", "Commands", "Show this", "Error", "required")
    )
    assert max(map(cell_len, out.splitlines())) <= 80
    assert not [line for line in out.splitlines() if line.strip()[:1] in tuple("，。、；：）”》")]


def test_grades_shows_the_total_and_writes_both_files(ecrm, tmp_path):
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "a.csv").write_text(SHEET, "utf-8")
    code, out, err = ecrm("grades", "--root", str(tmp_path))
    assert (code, err) == (0, "")
    assert "XB.A-gap" in out
    assert "共 1 人：完整 1 人" in out
    with (tmp_path / "reports" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["学号"], row["课程总评"]) == ("0001", "76")
    assert (tmp_path / "reports" / "grades.xlsx").is_file()


def test_files_that_cannot_be_written_are_explained(ecrm, tmp_path):
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "a.csv").write_text(SHEET, "utf-8")
    (tmp_path / "taken").write_text("a file where a folder is asked for", "utf-8")
    code, _, err = ecrm("grades", "--root", str(tmp_path), "--out", str(tmp_path / "taken"))
    assert code == 1
    assert f"写不进 {tmp_path / 'taken'}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["class", "student"])
def test_folder_that_cannot_be_made_is_named(ecrm, tmp_path, command):
    (tmp_path / "taken").write_text("a file where a folder is asked for", "utf-8")
    code, _, err = ecrm(command, "--out", str(tmp_path / "taken" / "new"))
    assert code == 1
    assert str(tmp_path / "taken") in err
    assert "提示：" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grades", "--root", "nowhere"), "找不到课程文件夹 nowhere"),
        (("grades", "--config", "nowhere.py", "--root", "."), "找不到计分方案"),
        (("grades", "--course", "crm", "--root", "."), "没有名为“crm”的课程"),
        (("class", "--out", "courses/crossborder_crm/new"), "已有课程文件"),
    ],
)
def test_error_is_one_chinese_message_without_a_traceback(ecrm, arguments, says):
    code, _, err = ecrm(*arguments)
    assert code == 1
    assert err.startswith("出错了：")
    assert says in err
    assert "提示：" in err
    assert "Traceback" not in err


def test_empty_course_says_where_marks_are_looked_for(ecrm, tmp_path):
    code, _, err = ecrm("grades", "--root", str(tmp_path))
    assert code == 1
    assert str(tmp_path / "scores") in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("weigh",), "ecrm 没有 weigh 这个命令。可用的命令：class、collect、"),
        (("roster", "foo"), "ecrm roster 没有 foo 这个命令。可用的命令：groups、import、override、show。"),
        (("scores", "foo"), "可用的命令：check、import、template。"),
        (("grades", "extra", "words"), "命令里多了 extra words。"),
        (("grades", "--weights"), "没有 --weights 这个选项"),
        (("grades", "--root"), "选项 --root 后面要写一个值"),
        (("class", "--seed", "x"), "选项 --seed 后面的值不能用"),
        (("rfm", "a.csv", "--engine", "r"), "可以写：auto、pandas、"),
        (("unit", "crossborder_crm/unit3"), "还缺 --out"),
        (("unit", "--out", "x"), "还缺 课程/单元"),
    ],
)
def test_wrong_usage_is_code_2_and_in_chinese(ecrm, arguments, says):
    code, _, err = ecrm(*arguments)
    assert code == 2
    assert says in err
    path = "ecrm" if arguments == ("weigh",) else f"ecrm {arguments[0]}"
    path = "ecrm <命令>" if arguments == ("grades", "--root") else path  # click does not say whose option
    assert f"提示：运行 {path} --help 看用法。" in err


@pytest.mark.parametrize("group", [(), ("roster",), ("term",)])
def test_a_group_alone_shows_its_commands_and_blames_nobody(ecrm, group):
    code, _, err = ecrm(*group)
    assert code == 2
    assert err.startswith("用法：ecrm")
    assert "命令写得不对" not in err


def test_outside_the_courseware_the_installed_package_still_finds_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (find_project() / "grading_config.py").is_file()
