"""Build what a student gets: notebooks without instructor cells, exercises, data, the package; no solutions.

The bundle is built aside, checked for leaks and dead links, and then moved into place, so that a folder of
this name is always a whole bundle. The same sources give the same bytes.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import bundle as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Bundle", "build_bundle", "check_bundle", "without_instructor_cells"]

MARK = ".ecrm-student-bundle"
FOLDERS = ("notebooks", "exercises", "data", "ecrm_helpers")
FILES = ("pyproject.toml", "requirements.txt", "environment.yml", "LICENSE", "LICENSE-CONTENT")
# The instructor's side of the package: students' notebooks import none of it.
INSTRUCTOR_SIDE = {
    "ecrm_helpers/marking", "ecrm_helpers/grades", "ecrm_helpers/classroom", "ecrm_helpers/cli",
    "ecrm_helpers/runs", "ecrm_helpers/bundle.py", "ecrm_helpers/project.py",
    *(
        f"ecrm_helpers/messages/{name}.py"
        for name in (
            "attachments", "attainment", "bundle", "classroom", "cli", "collect_report",
            "collecting", "feedback", "grades", "groups",
            "judging", "marking", "marking_run", "sandbox", "scheme", "segment", "sheets", "spreading",
            "unit", "coverage", "policies", "scheme_file", "scheme_policies",
            "people", "grouping", "roster", "terms",
            "totals", "class_table", "gradebook",
            "book", "report", "report_sentences", "student_page",
            "score_sheets", "score_templates", "score_import", "score_commands",
            "items",
        )
    ),
}  # fmt: skip
LEFT_OUT = {"__pycache__", "node_modules", "marking.py"}
_SECRETS = re.compile(r"###\s*(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|===\s*(BEGIN|END) MARK SCHEME")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:href|src)=[\"']([^\"']+)[\"']")
_SCRIPTS = re.compile(r"\[project\.scripts\]\n(?:[^\[\n].*\n|\n)*")
_MARKING_FILES = re.compile(r'(?m)^(?:#.*\n)?"ecrm_helpers/marking/.*\n')
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a ZIP can hold: no build time in the bytes


@dataclass(frozen=True)
class Bundle:
    """Where a bundle stands, what is in it, and its ZIP if one was asked for."""

    folder: Path
    files: tuple[str, ...]
    archive: Path | None


def build_bundle(project: Path, out: Path, *, archive: Path | None = None) -> Bundle:
    """Build the student bundle.

    Parameters
    ----------
    project : Path
        The courseware's folder.
    out : Path
        New, empty, or an earlier bundle, which is replaced.
    archive : Path, optional
        Also write a ZIP here.

    Raises
    ------
    SettingsError
        `out` holds something else, or the sources would leak a solution or leave a dead link.
    """
    out = out.resolve()
    _refuse_other_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".ecrm-student-") as aside:
        made, old = Path(aside) / "new", Path(aside) / "old"
        made.mkdir(mode=0o755)
        _copy(project, made)
        faults = check_bundle(made)
        if faults:
            message = messages.faults(faults)
            raise SettingsError(message)
        if out.exists():
            out.rename(old)
        made.rename(out)
    files = tuple(path.relative_to(out).as_posix() for path in _files(out))
    if archive is not None:
        _write_archive(out, files, archive)
    return Bundle(out, files, archive)


def check_bundle(folder: Path) -> list[str]:
    """List what a student must not get and links that lead nowhere; empty when the bundle may go out."""
    return [*_leaks(folder), *_dead_links(folder)]


def without_instructor_cells(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook without its cells tagged `instructor`, and without outputs.

    Examples
    --------
    >>> kept = {"cell_type": "markdown", "metadata": {}, "source": "读"}
    >>> left_out = {"cell_type": "markdown", "metadata": {"tags": ["instructor"]}, "source": "10 分钟"}
    >>> without_instructor_cells({"cells": [kept, left_out], "metadata": {}})["cells"]
    [{'cell_type': 'markdown', 'metadata': {}, 'source': '读'}]
    """
    cells = [dict(cell) for cell in notebook["cells"] if "instructor" not in _tags(cell)]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    return {**notebook, "cells": cells, "metadata": metadata}


def _refuse_other_folder(out: Path) -> None:
    if out.exists() and not (out / MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
        message = messages.folder_in_use(out)
        raise SettingsError(message)


def _copy(project: Path, made: Path) -> None:
    for path in sorted(path for name in FOLDERS for path in (project / name).rglob("*")):
        inside = path.relative_to(project)
        if path.is_file() and _for_students(inside):
            target = made / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".ipynb":
                _write_notebook(path, target)
                continue
            target.write_bytes(path.read_bytes())
    for name in FILES:
        if (project / name).is_file():
            (made / name).write_bytes((project / name).read_bytes())
    pyproject = made / "pyproject.toml"  # the command and the formgrader's settings are the instructor's
    text = _MARKING_FILES.sub("", _SCRIPTS.sub("", pyproject.read_text("utf-8")))
    pyproject.write_text(text, "utf-8", newline="\n")
    (made / "README.md").write_text(messages.README, "utf-8", newline="\n")
    (made / MARK).write_text("", "utf-8")


def _for_students(inside: Path) -> bool:
    parents = {parent.as_posix() for parent in (inside, *inside.parents)}
    hidden = any(part.startswith(".") for part in inside.parts)
    return not (
        hidden or parents & INSTRUCTOR_SIDE or set(inside.parts) & LEFT_OUT or inside.suffix == ".pyc"
    )


def _write_notebook(source: Path, target: Path) -> None:
    notebook = without_instructor_cells(json.loads(source.read_text("utf-8")))
    target.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def _leaks(folder: Path) -> Iterator[str]:
    for path in _files(folder):
        inside = path.relative_to(folder).as_posix()
        if path.name in {"marking.py", "gradebook.db", "grading_config.py"} or inside.startswith(
            ("solutions", "tests")
        ):
            yield messages.leak(inside, path.name)
        if path.suffix != ".ipynb":
            continue
        cells = json.loads(path.read_text("utf-8"))["cells"]
        if any("instructor" in _tags(cell) for cell in cells):
            yield messages.leak(inside, "instructor")
        for cell in cells:
            found = _SECRETS.search("".join(cell["source"]))
            if found:
                yield messages.leak(inside, found[0])


def _dead_links(folder: Path) -> Iterator[str]:
    pages = [
        path
        for path in _files(folder)
        if path.suffix in {".ipynb", ".md"} and "ecrm_helpers" not in path.parts
    ]
    for path in pages:
        for first, second in _LINK.findall(_prose(path)):
            link = unquote((first or second).partition("#")[0])
            outside = re.match(r"[a-zA-Z][\w+.-]*:", link)
            if link and not outside and not (path.parent / link).exists():
                yield messages.dead_link(path.relative_to(folder).as_posix(), link)


def _prose(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text
    return "\n\n".join(
        "".join(one["source"]) for one in json.loads(text)["cells"] if one["cell_type"] == "markdown"
    )


def _write_archive(folder: Path, files: tuple[str, ...], archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    aside = archive.with_name(f".{archive.name}.part")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in files:
            entry = zipfile.ZipInfo(f"{archive.stem}/{name}", EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            pack.writestr(entry, (folder / name).read_bytes())
    aside.replace(archive)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))
