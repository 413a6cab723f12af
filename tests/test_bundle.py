"""What a student gets: no solutions, no instructor cells, live links, and notebooks that run from there."""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from ecrm_helpers.bundle import build_bundle, check_bundle
from ecrm_helpers.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    return build_bundle(ROOT, folder / "student", archive=folder / "student.zip")


def notebooks(bundle):
    return [bundle.folder / name for name in bundle.files if name.endswith(".ipynb")]


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


@pytest.fixture
def small(tmp_path):
    """A project of one notebook, to which a test adds what must not get through."""
    project = tmp_path / "project"
    for folder in ("notebooks/course", "exercises", "data", "ecrm_helpers"):
        (project / folder).mkdir(parents=True)
    (project / "pyproject.toml").write_text('[project.scripts]\necrm = "x"\n\n[tool.x]\na = 1\n', "utf-8")

    def write(*cells, name="notebooks/course/home.ipynb"):
        made = [{"cell_type": "markdown", "metadata": tags, "source": text} for text, tags in cells]
        content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
        return project

    return write


def test_holds_notebooks_exercises_data_package_and_licences(bundle):
    names = set(bundle.files)
    assert {"README.md", "LICENSE", "LICENSE-CONTENT", "pyproject.toml", "requirements.txt"} <= names
    assert "notebooks/crossborder_crm/home.ipynb" in names
    assert "data/datapackage.json" in names
    assert "ecrm_helpers/answers.py" in names
    assert any(name.startswith("exercises/crossborder_crm/") and name.endswith(".ipynb") for name in names)


def test_no_solution_and_nothing_of_the_teachers_gets_out(bundle):
    tops = {name.split("/")[0] for name in bundle.files}
    assert tops.isdisjoint({"solutions", "tests", "courses", "bench", "grading_config.py", "Makefile"})
    rooms = {f"ecrm_helpers/{room}/" for room in ("marking", "grades", "classroom", "cli", "runs")}
    assert not [name for name in bundle.files if name.startswith(tuple(rooms)) or "marking" in name]


def test_no_instructor_cell_and_no_line_of_a_solution_gets_out(bundle):
    given = {text for path in notebooks(bundle) for text in sources(path)}
    for folder in ("notebooks", "solutions"):
        for path in (ROOT / folder).rglob("*.ipynb"):
            cells = json.loads(path.read_text("utf-8"))["cells"]
            kept = [cell for cell in cells if "instructor" in cell["metadata"].get("tags", [])]
            kept += [cell for cell in cells if "BEGIN SOLUTION" in "".join(cell["source"])]
            assert given.isdisjoint("".join(cell["source"]) for cell in kept)
    assert not any("BEGIN SOLUTION" in text for text in given)


def test_same_sources_give_the_same_bytes(bundle, tmp_path):
    again = build_bundle(ROOT, tmp_path / "again", archive=tmp_path / "student.zip")
    assert again.files == bundle.files
    digests = [hashlib.sha256(one.archive.read_bytes()).hexdigest() for one in (bundle, again)]
    assert digests[0] == digests[1]
    with zipfile.ZipFile(again.archive) as pack:
        assert pack.testzip() is None
        assert set(pack.namelist()) == {f"student/{name}" for name in again.files}


def test_links_inside_resolve(bundle):
    assert check_bundle(bundle.folder) == []


def test_package_builds_and_imports_from_the_bundle(bundle, tmp_path):
    code = (
        "import ecrm_helpers.answers, ecrm_helpers.datasets as d; print(ecrm_helpers.__file__); d.load_shop()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(bundle.folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(bundle.folder))
    told = tomllib.loads((bundle.folder / "pyproject.toml").read_text("utf-8"))
    assert "scripts" not in told["project"]
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert all((bundle.folder / path).is_file() for path in wheel["shared-data"])


def test_every_notebook_runs_from_the_bundle(bundle, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(bundle.folder))
    monkeypatch.setenv("ECRM_STUDENT", "20260001")
    for path in notebooks(bundle):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell("import ecrm_helpers; print(ecrm_helpers.__file__)"))
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
        assert notebook.cells[-1].outputs[0].text.startswith(str(bundle.folder)), path


def test_instructor_cells_are_left_out(small, tmp_path):
    project = small(("读", {}), ("备课：10 分钟", {"tags": ["instructor"]}))
    made = build_bundle(project, tmp_path / "out")
    assert sources(made.folder / "notebooks/course/home.ipynb") == ["读"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "BEGIN SOLUTION"),
        ("### BEGIN HIDDEN TESTS", "BEGIN HIDDEN TESTS"),
        ("去看[答案](../../solutions/unit3.ipynb)", "../../solutions/unit3.ipynb"),
    ],
)
def test_leak_or_dead_link_stops_the_build_and_keeps_the_old_bundle(small, tmp_path, text, says):
    out = build_bundle(small(("读", {})), tmp_path / "out").folder
    with pytest.raises(SettingsError, match="没有生成") as refusal:
        build_bundle(small((text, {})), out)
    assert says in str(refusal.value)
    assert sources(out / "notebooks/course/home.ipynb") == ["读"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "project"]


def test_marking_file_and_hidden_files_are_never_copied(small, tmp_path):
    project = small(("读", {}))
    for name in (
        "exercises/unit/marking.py",
        "notebooks/.ipynb_checkpoints/home.ipynb",
        "data/__pycache__/a.pyc",
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("secret", "utf-8")
    made = build_bundle(project, tmp_path / "out")
    assert not [name for name in made.files if "marking" in name or "checkpoint" in name or "pyc" in name]


def test_earlier_bundle_is_replaced_whole_and_anything_else_refused(small, tmp_path):
    project = small(("读", {}))
    out = build_bundle(project, tmp_path / "out").folder
    (out / "old.txt").write_text("old", "utf-8")
    build_bundle(project, out)
    assert not (out / "old.txt").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match="不是以前生成的学生资料包"):
        build_bundle(project, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_installs_from_the_bundle_alone(bundle, tmp_path):
    """What `pip install .` builds on a student's machine: the package with its data, without the marking."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=bundle.folder, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert "ecrm_helpers/_data/rongyu/orders.csv" in names
    assert any(name.endswith("etc/ipython/ipython_kernel_config.py") for name in names)
    assert not any(name.startswith(("ecrm_helpers/marking/", "ecrm_helpers/grades/")) for name in names)
    assert not any(name.endswith("entry_points.txt") for name in names)
