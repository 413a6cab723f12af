"""A unit's notebook before and after its run: what is left out, what is said instead, what is forgotten."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import unit as messages

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["draft", "headings", "tagged", "tidied", "title", "write"]

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-zA-Z][\w+.-]*:|#)([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,3})\s+(.+?)\s*$", re.MULTILINE)
_MINUTES = re.compile(r"\s*[（(]\d+ 分钟[)）]")
_MACHINE = ("papermill", "execution")  # times and paths of the machine that ran it


def draft(source: Path, project: Path, *, instructor: bool) -> Any:
    """Read a unit with nbformat: without instructor cells unless wanted, links told instead of dead.

    Raises
    ------
    SettingsError
        If no cell is tagged `parameters`: such a notebook runs on its own shop only.
    """
    import nbformat  # noqa: PLC0415  a second that only this command should pay

    notebook = nbformat.read(source, as_version=4)
    if not any(tagged(cell, "parameters") for cell in notebook.cells):
        message = messages.no_parameters(source.stem)
        raise SettingsError(message)
    if not instructor:
        notebook.cells = [cell for cell in notebook.cells if not tagged(cell, "instructor")]

    def told(link: re.Match[str]) -> str:
        target = (source.parent / link[2].partition("#")[0]).resolve()
        return messages.in_courseware(link[1], _inside(target, project.resolve()))

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(told, cell.source)
    return notebook


def headings(notebook: Any) -> dict[str, str]:
    """Return, for each cell id, the section and the part it stands in, without minutes."""
    section, part, found = "", "", {}
    for cell in notebook.cells:
        for marks, line in _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []:
            text = _MINUTES.sub("", line)
            section, part = (section, text) if marks == "###" else (text, "")
        found[cell.id] = " › ".join(filter(None, (section, part)))
    return found


def title(notebook: Any) -> str:
    """Return the first heading, or nothing."""
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = _HEADING.search(words)
    return found[2] if found else ""


def tidied(notebook: Any, parameters: dict[str, Any]) -> Any:
    """Write the parameters into their own cell and drop what tells of the machine that ran it."""
    notebook.cells = [cell for cell in notebook.cells if not tagged(cell, "injected-parameters")]
    for cell in notebook.cells:
        if tagged(cell, "parameters"):
            cell.source = _with_values(cell.source, parameters)
        if cell.cell_type == "code":  # a library's warning names files of this machine
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
        for key in _MACHINE:
            cell.metadata.pop(key, None)
    for key in _MACHINE:
        notebook.metadata.pop(key, None)
    return notebook


def write(notebook: Any, path: Path) -> None:
    """Write a notebook as UTF-8 with Unix line ends."""
    import nbformat  # noqa: PLC0415

    path.write_text(f"{nbformat.writes(notebook)}\n", "utf-8", newline="\n")


def tagged(cell: Any, tag: str) -> bool:
    """Tell whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", [])


def _with_values(source: str, parameters: dict[str, Any]) -> str:
    """Replace the value in every line ``NAME = value  # why``.

    Examples
    --------
    >>> _with_values('SHOP = "rongyu"  # which', {"SHOP": "shop"})
    'SHOP = "shop"  # which'
    """
    for name, value in parameters.items():
        literal = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
        line = re.compile(rf"^{name} = [^#\n]*?(?=\s*(?:#|$))", re.MULTILINE)
        source = line.sub(f"{name} = {literal}".replace("\\", r"\\"), source)
    return source


def _inside(target: Path, project: Path) -> str:
    return target.relative_to(project).as_posix() if target.is_relative_to(project) else target.name
