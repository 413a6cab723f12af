"""First seam: from the bytes a student handed in to a notebook that can be run and scored.

Everything locked comes from the snapshot of the release, answers come from the submission, the student's own
cells stay in place without metadata. `RebuildExporter` is named as ``Autograde.exporter_class``; it sees the
bytes before nbformat does, so that an unreadable file gets a row in the gradebook like any other.
"""

from __future__ import annotations

import glob
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import NotebookExporter

from ecrm_helpers.marking.align import Alignment, Slot, align
from ecrm_helpers.marking.salvage import RawCell, read_bytes, read_cells
from ecrm_helpers.marking.snapshot import load_snapshot, notebook_names
from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["RebuildExporter", "Rebuilt", "rebuild"]


@dataclass(frozen=True)
class Rebuilt:
    """A notebook that is safe to hand on, and what had to be put right."""

    notebook: NotebookNode
    notes: list[str]


class RebuildExporter(NotebookExporter):
    """Writes notebooks, and rebuilds those that come from a submission."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if hasattr(self.parent, "assignments"):
            _add_submissions_without_notebook(self.parent)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the notebook's text; a submission is rebuilt from the snapshot first.

        Parameters
        ----------
        filename : str
            A notebook in nbgrader's submitted folder (rebuilt) or anywhere else (read as it is).
        resources : dict
            nbgrader's resources with the assignment, the notebook and the student.
        """
        told = (resources or {}).get("nbgrader", {})
        coursedir = getattr(self.parent, "coursedir", None)
        if resources is None or coursedir is None or not _is_submission(filename, coursedir, told):
            return super().from_filename(filename, resources=resources, **options)
        path = Path(filename)
        resources.setdefault("metadata", {}).update(name=path.stem, path=str(path.parent), modified_date="")
        release = load_snapshot(coursedir, told["assignment"], told["notebook"])
        data, notes = read_bytes(path, known=notebook_names(coursedir, told["assignment"]))
        made = rebuild(data, release, notes)
        for note in made.notes:
            self.log.warning("%s, %s: %s", told["student"], told["notebook"], note)
        return self.from_notebook_node(made.notebook, resources=resources)


def _is_submission(filename: str, coursedir: Any, told: dict[str, str]) -> bool:
    if not {"student", "assignment", "notebook"} <= set(told):
        return False
    folder = coursedir.format_path(coursedir.submitted_directory, told["student"], told["assignment"])
    return Path(filename).parent == Path(folder)


def _add_submissions_without_notebook(converter: Any) -> None:
    """Give a submission whose notebook is missing or renamed a row too.

    nbgrader looks only at names that it finds, before anything of ours is asked.
    """
    coursedir = converter.coursedir
    pattern = coursedir.format_path(
        coursedir.submitted_directory, coursedir.student_id, coursedir.assignment_id
    )
    for folder in sorted(glob.glob(pattern)):  # noqa: PTH207 - the pattern is nbgrader's own
        if not Path(folder).is_dir():
            continue
        names = notebook_names(coursedir, Path(folder).name)
        wanted = {str(Path(folder) / f"{name}.ipynb") for name in names}
        if coursedir.notebook_id == "*" and wanted:
            converter.assignments[folder] = sorted(wanted)


def rebuild(data: bytes, release: NotebookNode, notes: list[str] | None = None) -> Rebuilt:
    """Return the `release` notebook with the answers and own cells found in `data`.

    Parameters
    ----------
    data : bytes
        What was handed in.
    release : NotebookNode
        The released notebook; it is not changed.
    notes : list of str
        What was found out before, for instance that the file had another name.
    """
    cells, found = read_cells(data)
    notes = [*(notes or []), *found]
    slots = [_slot(cell) for cell in release.cells]
    alignment = align(slots, cells)
    # In a file that was cut off, what is missing was not deleted by the student.
    if cells and say.TRUNCATED not in notes:
        notes += _notes_on(slots, cells, alignment)
    notebook = deepcopy(release)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = _merged(notebook, slots, cells, alignment)
    notebook.metadata["ecrm"] = {**notebook.metadata.get("ecrm", {}), "notes": notes}
    if notes:
        listed = "\n".join(f"- {note}" for note in notes)
        notebook.cells.insert(0, _own_cell("markdown", f"{say.NOTES_TITLE}\n\n{listed}", "ecrm-notes"))
    return Rebuilt(notebook, notes)


def _slot(cell: NotebookNode) -> Slot:
    told = cell.metadata.get("nbgrader", {})
    return Slot(
        kind=cell.cell_type,
        source=cell.source,
        cell_id=cell.get("id"),
        grade_id=told.get("grade_id"),
        answer=bool(told.get("solution", False)),
    )


def _is_locked(slot: Slot) -> bool:
    return slot.grade_id is not None and not slot.answer


def _notes_on(slots: list[Slot], cells: list[RawCell], found: Alignment) -> list[str]:
    missing = [number for number in range(len(slots)) if number not in found.chosen]
    lost = [number for number in missing if slots[number].answer]
    changed = [
        number
        for number, at in found.chosen.items()
        if _is_locked(slots[number]) and cells[at].source.strip() != slots[number].source.strip()
    ]
    gone = [number for number in missing if not slots[number].answer and _matters(slots[number])]
    retyped = [
        number
        for number, at in found.chosen.items()
        if slots[number].answer and cells[at].kind != slots[number].kind
    ]
    said = (
        (say.duplicated, len(found.repeated)),
        (say.deleted_answers, len(lost)),
        (say.restored, len(changed) + len(gone)),
        (say.found_by_place, len(found.by_place)),
        (say.other_type, len(retyped)),
    )
    return [note(count) for note, count in said if count]


def _matters(slot: Slot) -> bool:
    return slot.kind == "code" or slot.grade_id is not None


def _merged(
    notebook: NotebookNode, slots: list[Slot], cells: list[RawCell], found: Alignment
) -> list[NotebookNode]:
    extras = found.extras(len(cells))
    merged = _extra_cells(extras.get(-1, []), cells)
    for number, (slot, cell) in enumerate(zip(slots, notebook.cells, strict=True)):
        cell.setdefault("id", f"release-{number}")
        at = found.chosen.get(number)
        if at is not None:
            _fill(slot, cell, cells[at])
        merged.append(cell)
        merged += _extra_cells(extras.get(number, []), cells)
    return merged


def _fill(slot: Slot, cell: NotebookNode, handed_in: RawCell) -> None:
    if handed_in.owner is not None and slot.grade_id is not None:
        cell.metadata["ecrm"] = {**cell.metadata.get("ecrm", {}), "saved_owner": handed_in.owner}
    if _is_locked(slot):
        return
    cell.source = handed_in.source
    if cell.cell_type == "markdown" and handed_in.attachments:
        cell.attachments = handed_in.attachments


def _extra_cells(positions: list[int], cells: list[RawCell]) -> list[NotebookNode]:
    return [
        _own_cell(cells[at].kind, cells[at].source, f"own-{at}")
        for at in positions
        if cells[at].source.strip()
    ]


def _own_cell(kind: str, source: str, cell_id: str) -> NotebookNode:
    from nbformat.v4 import new_code_cell, new_markdown_cell  # noqa: PLC0415 - a second to import

    made = new_code_cell(source) if kind == "code" else new_markdown_cell(source)
    made["id"] = cell_id
    return made
