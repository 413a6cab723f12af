"""`ecrm collect` and `nbgrader collect`: what a teacher types and reads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ecrm_helpers import cli
from ecrm_helpers.marking.collect import collect_exchange
from tests.collecting import COURSE, NOTEBOOK, handed_in, new_course, students_in

CLASS = {"2023001": ("张", "三"), "2023002": ("李", "四")}


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments)
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "作业"
    folder.mkdir()
    (folder / "2023001_张三_作业(1).ipynb").write_bytes(NOTEBOOK)
    (folder / "李四.ipynb").write_bytes(NOTEBOOK)
    return folder


def test_help_is_in_chinese(ecrm):
    code, out, _ = ecrm("collect", "--help")

    assert code == 0
    assert "用法：ecrm collect [选项] 作业名 [文件夹或压缩包]" in out
    assert not any(word in out for word in ("Usage", "Options", "Show this", "[required]"))


def test_a_folder_is_collected_and_reported(ecrm, tmp_path, inbox):
    root = new_course(tmp_path, students=CLASS)

    code, out, err = ecrm("collect", "tiny", str(inbox), "--root", str(root))

    assert (code, err) == (0, "")
    assert out.startswith("tiny：收了 1 份。\n  新收   2023001  ")
    assert "李四.ipynb  姓名只与 2023002 相符；要认就加 --accept-names" in out
    assert "名单里还没有收到的 1 人：2023002。" in out


def test_names_are_accepted_after_showing_them(ecrm, tmp_path, inbox):
    root = new_course(tmp_path, students=CLASS)

    code, out, _ = ecrm("collect", "tiny", str(inbox), "--root", str(root), "--accept-names", "--yes")

    assert code == 0
    assert "2023002  （只看姓名认的）" in out
    assert "  2023001  20" in out
    assert "还没有收到" not in out
    assert students_in(root) == ["2023001", "2023002"]


def test_without_a_list_and_without_an_answer_nothing_is_collected(ecrm, tmp_path, inbox):
    root = new_course(tmp_path)

    code, out, err = ecrm("collect", "tiny", str(inbox), "--root", str(root))

    assert code == 1
    assert "2023001  （学号取自文件名）" in out
    assert "对的话加 --yes 再运行" in err
    assert students_in(root) == []


def test_without_a_list_yes_confirms(ecrm, tmp_path, inbox):
    root = new_course(tmp_path)

    assert ecrm("collect", "tiny", str(inbox), "--root", str(root), "--yes")[0] == 0
    assert students_in(root) == ["2023001"]


def test_a_stated_time_is_read_as_local(ecrm, tmp_path, inbox, monkeypatch):
    root = new_course(tmp_path, students=CLASS)

    ecrm("collect", "tiny", str(inbox), "--root", str(root), "--at", "2026-10-16T22:00+08:00")

    assert handed_in(root, "2023001", "timestamp.txt") == b"2026-10-16 14:00:00.000000 UTC"


def test_a_time_nobody_can_read_is_explained(ecrm, tmp_path, inbox):
    code, _, err = ecrm("collect", "tiny", str(inbox), "--root", str(tmp_path), "--at", "周日晚上")

    assert (code, "写成 2026-10-16T22:00" in err) == (1, True)


def test_keep_replaces_nothing(ecrm, tmp_path, inbox):
    root = new_course(tmp_path, students=CLASS)
    ecrm("collect", "tiny", str(inbox), "--root", str(root), "--at", "2026-10-16T22:00")
    (inbox / "2023001_张三_作业(1).ipynb").write_bytes(b"changed")

    _, out, _ = ecrm("collect", "tiny", str(inbox), "--root", str(root), "--keep")

    assert "已有，没有替换   2023001" in out
    assert handed_in(root, "2023001") == NOTEBOOK


def test_a_folder_that_is_no_course_is_explained(ecrm, tmp_path, inbox):
    code, _, err = ecrm("collect", "tiny", str(inbox), "--root", str(tmp_path))

    assert code == 1
    assert "不是课程文件夹" in err


has_exchange = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader has no exchange on Windows")


@pytest.fixture
def shared(tmp_path):
    """A course, and machine-wide settings that name an exchange with an honest and a forged record."""
    root = new_course(tmp_path)
    inbound = tmp_path / "exchange" / COURSE / "inbound"
    me = _account()
    for student in (me, "friend"):
        folder = inbound / f"{student}+tiny+2026-10-16 12:00:00.000000 UTC+key"
        folder.mkdir(parents=True)
        (folder / "tiny.ipynb").write_bytes(NOTEBOOK)
    settings = tmp_path / "jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
    )
    return root, settings, me


def write_settings(folder, exchange):
    text = f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    (folder / "nbgrader_config.py").write_text(text, "utf-8")


def _account():
    import pwd  # noqa: PLC0415 - not on Windows

    return pwd.getpwuid(os.getuid()).pw_name


@has_exchange
def test_ecrm_collect_uses_the_machines_exchange(shared, monkeypatch, ecrm):
    root, settings, me = shared
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(settings))

    code, out, _ = ecrm("collect", "tiny", "--root", str(root))

    assert code == 0
    assert students_in(root) == [me]
    assert f"文件夹的主人却是 {me}，没有收" in out


@has_exchange
def test_an_exchange_that_is_not_there_is_explained(tmp_path, monkeypatch, ecrm):
    root = new_course(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'none')!r}\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))

    code, _, err = ecrm("collect", "tiny", "--root", str(root))

    assert code == 1
    assert "没有交换目录时，用 ecrm collect 作业名 文件夹" in err
    assert f"交换目录 {tmp_path / 'none'} 不存在，或没有写的权限" in err
    assert "CRITICAL" not in err


@has_exchange
def test_nbgraders_own_command_goes_the_same_way(shared):
    root, settings, me = shared
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(settings)}

    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "collect", "tiny", "--update"],
        cwd=root, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "文件夹的主人却是" in done.stderr
    assert students_in(root) == [me]


@has_exchange
def test_the_working_directory_is_given_back(shared, monkeypatch, tmp_path):
    root, settings, _ = shared
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(settings))
    monkeypatch.chdir(tmp_path)

    collect_exchange(root, "tiny")

    assert os.getcwd() == str(tmp_path)  # noqa: PTH109 - what is asked is the process's own
