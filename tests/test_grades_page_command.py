"""`ecrm report`, from a course folder of files to pages on disk."""

import shutil
import stat
import sys

import pytest

from ecrm_helpers.cli import main
from ecrm_helpers.grades.page import printing
from tests.coursefolder import CONFIG, filled_course

COUNTS = {"strong": 2, "average": 2, "careless": 1, "late": 1, "blank": 1, "copied": 1}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return filled_course(tmp_path_factory.mktemp("course"), "ecommerce_crm", COUNTS)


@pytest.fixture
def root(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "ecommerce_crm")


@pytest.fixture
def ecrm(root, capsys):
    def run(*arguments) -> tuple[int, str]:
        command = [
            "report",
            "--course",
            "ecommerce_crm",
            "--root",
            str(root),
            "--config",
            str(CONFIG),
            *arguments,
        ]
        with pytest.raises(SystemExit) as left:
            main(command)
        told = capsys.readouterr()
        return left.value.code, told.out + told.err

    return run


def names(root):
    return sorted(path.relative_to(root / "reports").as_posix() for path in (root / "reports").rglob("*.*"))


def test_report_and_a_page_for_everybody_are_written_and_named(ecrm, root):
    code, said = ecrm()
    assert code == 0, said
    pages = [f"students/02026{number:02d}.html" for number in range(1, 9)]
    assert names(root) == ["report.html", *pages]
    assert str(root / "reports" / "report.html") in said
    assert "8 名学生" in said
    report = (root / "reports" / "report.html").read_text("utf-8")
    assert "电商 2401、电商 2402" in report
    assert "EC9.K3b" in report


def test_student_called_like_a_formula_has_a_page_with_that_name(ecrm, root):
    assert ecrm()[0] == 0
    named = [path.name for path in (root / "reports/students").iterdir() if "=1+1" in path.read_text("utf-8")]
    assert named == ["0202607.html"]


def test_one_student_alone_and_no_student_at_all(ecrm, root):
    assert ecrm("--student", "0202603")[0] == 0
    assert names(root) == ["students/0202603.html"]
    shutil.rmtree(root / "reports")
    assert ecrm("--no-students")[0] == 0
    assert names(root) == ["report.html"]


def test_unknown_student_is_one_chinese_message_and_nothing_is_written(ecrm, root):
    code, said = ecrm("--student", "202603")
    assert code == 1
    assert "没有学号 202603" in said
    assert "0202603" in said
    assert not (root / "reports").exists()


def test_page_of_one_who_left_is_named(ecrm, root):
    (root / "reports" / "students").mkdir(parents=True)
    (root / "reports" / "students" / "0202699.html").write_text("old", "utf-8")
    assert "0202699.html" in ecrm()[1]
    assert (root / "reports" / "students" / "0202699.html").read_text("utf-8") == "old"


def test_without_a_browser_it_says_how_to_print(ecrm, root, monkeypatch):
    monkeypatch.setattr(printing, "find_browser", lambda: None)
    code, said = ecrm("--pdf", "--no-students")
    assert code == 0
    assert "另存为 PDF" in said
    assert names(root) == ["report.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for a browser with a script")
def test_browser_prints_into_a_file_of_its_owner_only(ecrm, root, tmp_path, monkeypatch):
    stand_in = tmp_path / "browser"
    stand_in.write_text(
        '#!/bin/sh\nfor a; do case $a in --print-to-pdf=*) printf %%PDF-1.4 > "${a#*=}";; esac; done\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setattr(printing, "find_browser", lambda: str(stand_in))
    code, said = ecrm("--pdf", "--no-students")
    assert code == 0, said
    assert "report.pdf" in said
    assert stat.S_IMODE((root / "reports" / "report.pdf").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for a browser with a script")
def test_browser_that_prints_nothing_is_an_error(ecrm, root, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "find_browser", lambda: shutil.which("false"))
    code, said = ecrm("--pdf", "--no-students")
    assert code == 1
    assert "PDF 没有写" in said
    assert names(root) == ["report.html"]


def test_wrong_course_folder_is_refused(ecrm, tmp_path):
    code, said = ecrm("--root", str(tmp_path / "nowhere"))
    assert code == 1
    assert "找不到课程文件夹" in said
