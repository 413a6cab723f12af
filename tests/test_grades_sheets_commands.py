"""`ecrm scores`: from a roster to templates, imports and a check of what is still missing."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from openpyxl import load_workbook

from ecrm_helpers.cli import ecrm
from ecrm_helpers.errors import EcrmError
from tests.test_grading_config import CONFIG


@pytest.fixture
def run(tmp_path):
    """Run `ecrm scores` on a course folder with two students."""
    root = tmp_path / "crossborder_crm"
    root.mkdir()
    (root / "roster.csv").write_text("学号,姓名\n0011,王芳\n0012,=1+1\n", "utf-8")

    def runner(*arguments, answer=None):
        options = ["--root", str(root), "--config", str(CONFIG)]
        result = CliRunner().invoke(ecrm, ["scores", *arguments, *options], input=answer)
        if isinstance(result.exception, EcrmError):
            raise result.exception
        return result

    runner.root = root
    return runner


def test_templates_are_written_from_the_roster(run):
    assert "X2 客户画像实验.xlsx" in run("template", "X2").output
    assert [path.name for path in (run.root / "scores").iterdir()] == ["X2 客户画像实验.xlsx"]


def test_without_a_roster_and_a_gradebook_there_is_nobody_to_write_for(run):
    (run.root / "roster.csv").unlink()
    with pytest.raises(EcrmError, match="没有名单，成绩册里也没有学生"):
        run("template")


def test_check_counts_marks_and_names_who_is_missing(run):
    (run.root / "scores").mkdir()
    (run.root / "scores" / "a.csv").write_text(
        "学号,姓名,X2,X3\n0011,王芳,80,70\n0012,=1+1,缓考,60\n", "utf-8"
    )
    result = run("check")
    assert result.exit_code == 0
    assert "X2：1 人有成绩，缺 1 人：0012 =1+1（缓考）" in result.output
    assert "X3：2 人都有成绩" in result.output
    assert "LAB2：还没有成绩（2 人）" in result.output


def test_check_names_the_state_of_those_who_lack_a_mark(run):
    (run.root / "roster.csv").write_text("学号,姓名,状态\n0011,王芳,免修\n0012,=1+1,缓考\n", "utf-8")
    (run.root / "scores").mkdir()
    (run.root / "scores" / "a.csv").write_text("学号,X2,X3\n0011,,80\n0012,缺交,\n", "utf-8")
    output = run("check").output
    assert "X3：1 人有成绩，缺 1 人：0012 =1+1（缓考）" in output
    (run.root / "scores" / "a.csv").write_text("学号,X2\n0011,80\n0012,缺交\n", "utf-8")
    assert "0012 =1+1（缓考，缺交）" in run("check").output


def test_check_fails_on_a_problem_and_still_counts(run):
    (run.root / "scores").mkdir()
    (run.root / "scores" / "a.csv").write_text(
        "学号,姓名,X2\n0011,王芳,80\n0012,=1+1,800\n0099,甲,1\n", "utf-8"
    )
    result = run("check")
    assert result.exit_code == 1
    assert "a.csv 第 3 行“X2”列：“800”" in result.output
    assert "a.csv 第 4 行“学号”列：名单里没有学号 0099（甲）" in result.output
    assert "X2：1 人有成绩" in result.output


def test_import_asks_before_it_replaces(run, tmp_path):
    export = tmp_path / "e.csv"
    export.write_text("学号,姓名,测验\n0011,王芳,80\n0099,甲,1\n", "utf-8")
    first = run("import", str(export), "--to", "X2", "--column", "测验")
    assert "第 3 行 0099 甲：不在名单里" in first.output
    assert "已导入“X2”1 人" in first.output
    export.write_text("学号,姓名,测验\n0011,王芳,90\n", "utf-8")
    path = run.root / "scores" / "X2 平台导入.xlsx"
    before = path.read_bytes()
    refused = run("import", str(export), "--to", "X2", "--column", "测验")  # with nobody to ask
    assert "0011 王芳：80 → 90" in refused.output
    assert refused.output.endswith("提示：确定要替换，请加 --yes。\n")
    assert refused.exit_code == 1
    assert path.read_bytes() == before
    run("import", str(export), "--to", "X2", "--column", "测验", "--yes")
    assert "X2：1 人有成绩" in run("check").output
    assert path.read_bytes() != before


@pytest.mark.parametrize("command", ["template", "import", "check"])
def test_help_is_in_chinese(command):
    result = CliRunner().invoke(ecrm, ["scores", command, "--help"])
    assert result.output.startswith("用法：")


def test_without_a_roster_templates_come_from_the_gradebook(run, monkeypatch):
    # nbgrader starts alembic by name
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    (run.root / "roster.csv").unlink()
    with Gradebook(f"sqlite:///{run.root}/gradebook.db", course_id="crossborder_crm") as gradebook:
        gradebook.add_student("007a", last_name="王", first_name="芳")
    run("template", "X2")
    sheet = load_workbook(run.root / "scores" / "X2 客户画像实验.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["A"]][1:] == ["学号", "007a"]
