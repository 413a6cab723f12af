"""What leaves the source tree: the wheel carries data and Lab settings, the pins are complete."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_wheel_carries_the_shops_and_loads_them_outside_the_source_tree(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from ecrm_helpers import datasets; shop = datasets.load_shop('rongyu');"
        "print(datasets.data_dir()); print(len(shop.orders))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    folder, rows = run.stdout.split("\n")[:2]
    assert Path(folder) == tmp_path / "ecrm_helpers" / "_data"
    assert int(rows) > 10_000


def test_wheel_sets_chinese_menus_and_autosave_every_15_seconds(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("lab/settings/overrides.d/ecrm.json"))
        settings = json.loads(archive.read(name))
    assert settings["@jupyterlab/translation-extension:plugin"]["locale"] == "zh_CN"
    assert settings["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] == 15


def test_wheel_holds_no_course_answers(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    # marking.py is the hidden answer key of an assignment; messages/marking.py only holds sentences.
    keys = [n for n in names if n.endswith("marking.py") and "/messages/" not in n]
    assert keys + [n for n in names if "solutions/" in n] == []


def test_every_requirement_is_pinned_exactly():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wrong = [
        line
        for line in lines
        if line and not line.startswith("#") and not re.match(r"[\w.\-\[\]]+==\S+", line)
    ]
    assert wrong == []


def test_every_declared_dependency_has_a_pin():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    pinned = {
        re.split(r"[=\[ ]", line)[0].lower()
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    }
    missing = [d for d in declared if re.split(r"[=<>\[ ]", d)[0].lower() not in pinned]
    assert missing == []


def test_environment_file_stands_on_the_same_pins():
    assert "- -r requirements.txt" in (ROOT / "environment.yml").read_text("utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_interrupted_set_up_counts_for_no_requirements_not_even_earlier_ones(tmp_path):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready-1234").touch()
    # `true` in Python's place makes no .venv/bin/pip, so that set-up stops half-way.
    stopped = subprocess.run(["make", "setup", "PYTHON=true"], cwd=tmp_path, capture_output=True, check=False)
    assert stopped.returncode != 0
    assert list((tmp_path / ".venv").glob(".ready-*")) == []
