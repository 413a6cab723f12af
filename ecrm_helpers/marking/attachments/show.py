"""Show what was attached in the marked notebook, for the teacher who marks it by hand."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ecrm_helpers.marking.attachments.declared import declared
from ecrm_helpers.messages import attachments as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

    from ecrm_helpers.marking.attachments.declared import Declared

__all__ = ["FOLDER", "LISTING", "add_listing", "describe", "kept_files", "listing"]

FOLDER: Final = "attachments"
LISTING: Final = "ecrm-attachments"


def kept_files(seen: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files to keep beside the marked notebook, by their path there."""
    return {f"{FOLDER}/{one['name']}": one["data"] for one in seen if "refused" not in one}


def describe(seen: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> str:
    """Return a Markdown list of examined files with links, and of what was not taken.

    Examples
    --------
    >>> about = {"width": 3, "height": 2}
    >>> print(describe([{"name": "a b.png", "label": "截图", "kind": "png", "data": b"12", "about": about}]))
    **交来的附件**
    <BLANKLINE>
    - 截图：[a b.png](attachments/a%20b.png)，图片，3 × 2 像素，1 KB
    """
    return listing([_line(one) for one in seen] + [_note_line(note) for note in notes])


def listing(lines: Sequence[str]) -> str:
    """Return the text of a list of attachments."""
    return "\n".join([say.TITLE, "", *lines])


def _note_line(note: str) -> str:
    return f"- {html.escape(note)}"


def _line(one: Mapping[str, Any]) -> str:
    label, name = _plain(one["label"]), _plain(one["name"])
    if "refused" in one:
        return f"- {label}：{say.refused(name, one['refused'])}"
    told = say.about(one["kind"], one["about"], len(one["data"]))
    return f"- {label}：[{name}]({FOLDER}/{quote(one['name'])})，{told}"


def _plain(text: str) -> str:
    return html.escape("".join("\\" + mark if mark in "\\`*_[]" else mark for mark in text), quote=False)


def add_listing(
    notebook: NotebookNode, seen: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()
) -> list[str]:
    """Put the list of attachments into a rebuilt notebook, in place; return what was wrong with them.

    The tasks they belong to (of a file without ``task`` all that are marked by hand) are noted as handed in:
    whoever writes in the attachment leaves the cell as it was, and that is no blank answer.

    Parameters
    ----------
    notebook : NotebookNode
        Its metadata, which comes from the release, says which files it asks for.
    seen : sequence of dict
        What `examined` returned.
    notes : sequence of str
        What `gather` said.
    """
    from nbformat import NotebookNode, v4  # noqa: PLC0415 - a second to import

    wanted = declared(notebook)
    if not wanted:
        return list(notes)
    ours = [one for one in seen if any(one["label"] == asked.label for asked in wanted)]
    entries = [_entry(one["task"], _line(one), "" if "refused" in one else one["name"]) for one in ours]
    entries += [_entry(_task_of(note, wanted), _note_line(note)) for note in notes]
    made = NotebookNode(
        v4.new_markdown_cell(
            listing([entry["line"] for entry in entries]),
            id=LISTING,
            metadata={"ecrm": {"listing": entries}},
        )
    )
    tasks = {asked.task for asked in wanted if asked.task}
    at = next((at for at, cell in enumerate(notebook.cells) if _grade_id(cell) in tasks), None)
    _note_handed_in(notebook, [one for one in ours if "refused" not in one])
    notebook.cells.insert(_after_notes(notebook) if at is None else at + 1, made)
    wrong = [*notes, *(say.refused(one["name"], one["refused"]) for one in ours if "refused" in one)]
    notebook.metadata["ecrm"] = {**notebook.metadata["ecrm"], "attachment_notes": wrong}
    return wrong


def _entry(task: str, line: str, file: str = "") -> dict[str, str]:
    """Return a line of the list as group work needs it: an individual task has its author's own files."""
    return {"task": task, "line": line, "file": f"{FOLDER}/{file}" if file else ""}


def _task_of(note: str, wanted: Sequence[Declared]) -> str:
    """Return the task that a note is about: it quotes the attachment's label or the file's name."""
    quoted = note.partition("“")[2].rpartition("”")[0]
    return next((asked.task for asked in wanted if asked.label == quoted or asked.fits(quoted)), "")


def _note_handed_in(notebook: NotebookNode, kept: Sequence[Mapping[str, Any]]) -> None:
    tasks = {one["task"] for one in kept}
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader", {})
        by_hand = told.get("solution") and told.get("grade")
        if _grade_id(cell) in tasks or ("" in tasks and by_hand):
            cell.metadata["ecrm"] = {**cell.metadata.get("ecrm", {}), "attached": True}


def _grade_id(cell: NotebookNode) -> str | None:
    told = cell.metadata.get("nbgrader", {})
    return told.get("grade_id")


def _after_notes(notebook: NotebookNode) -> int:
    return 1 if notebook.cells and notebook.cells[0].get("id") == "ecrm-notes" else 0
