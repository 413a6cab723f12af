"""Put a submission's answers and own cells into the released notebook: the heart of the first seam."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.rebuild.align import Alignment, Slot, align
from ecrm_helpers.marking.rebuild.likeness import assigned, bare
from ecrm_helpers.marking.rebuild.repairs import notes_on
from ecrm_helpers.marking.rebuild.salvage import read_cells
from ecrm_helpers.marking.rebuild.unmerge import unmerge
from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from ecrm_helpers.marking.rebuild.rawcells import RawCell

__all__ = ["Rebuilt", "answers_in", "rebuild"]

_MOST_SPARE: Final = 3
_SPARE_LETTERS: Final = 20_000


@dataclass(frozen=True)
class Rebuilt:
    """A notebook that is safe to hand on, and what had to be put right."""

    notebook: NotebookNode
    notes: list[str]


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
    slots, cells, found, more = _matched(data, release)
    notes = [*(notes or []), *more]
    notebook = _copied(release)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = _merged(notebook, slots, cells, found)
    notebook.metadata["ecrm"] = {**notebook.metadata.get("ecrm", {}), "notes": notes}
    if notes:
        listed = "\n".join(f"- {note}" for note in notes)
        notebook.cells.insert(0, _own_cell("markdown", f"{say.NOTES_TITLE}\n\n{listed}", "ecrm-notes"))
    return Rebuilt(notebook, notes)


def answers_in(data: bytes, release: NotebookNode) -> int:
    """Return in how many answer cells something was written."""
    slots, cells, found, _ = _matched(data, release)
    return sum(
        slots[number].answer and bare(cells[at].source) not in {"", bare(slots[number].source)}
        for number, at in found.chosen.items()
    )


def _matched(data: bytes, release: NotebookNode) -> tuple[list[Slot], list[RawCell], Alignment, list[str]]:
    cells, notes = read_cells(data)
    slots = [_slot(cell) for cell in release.cells]
    cells, merged = unmerge(slots, cells)
    found = align(slots, cells)
    if cells:
        notes = notes + notes_on(
            slots, cells, found, merged=merged, partial=not say.PARTIAL.isdisjoint(notes)
        )
    return slots, cells, found, notes


def _slot(cell: NotebookNode) -> Slot:
    told = cell.metadata.get("nbgrader", {})
    answer = bool(told.get("solution", False))
    return Slot(
        kind=cell.cell_type,
        source=cell.source,
        cell_id=cell.get("id"),
        grade_id=told.get("grade_id"),
        answer=answer,
        names=assigned(cell.source) if answer and cell.cell_type == "code" else frozenset(),
    )


def _copied(node: Any) -> Any:
    """Copy plain nested data; a third of what `copy.deepcopy` takes."""
    if isinstance(node, dict):
        made = type(node)()
        for key, value in node.items():
            dict.__setitem__(made, key, _copied(value))
        return made
    return [_copied(value) for value in node] if isinstance(node, list) else node


def _merged(
    notebook: NotebookNode, slots: list[Slot], cells: list[RawCell], found: Alignment
) -> list[NotebookNode]:
    extras = found.extras(len(cells))
    merged = _extra_cells(extras.get(-1, []), cells, run=not found.foreign)
    for number, (slot, cell) in enumerate(zip(slots, notebook.cells, strict=True)):
        cell.setdefault("id", f"release-{number}")
        if number in found.chosen:
            _fill(slot, cell, [cells[at] for at in found.joined.get(number, [found.chosen[number]])])
        merged.append(cell)
        merged += [_spare_cell(cells[at], at) for at in found.spare.get(number, [])[-_MOST_SPARE:]]
        merged += _extra_cells(extras.get(number, []), cells, run=not found.foreign)
    return merged


def _fill(slot: Slot, cell: NotebookNode, handed_in: list[RawCell]) -> None:
    owner = next((piece.owner for piece in handed_in if piece.owner is not None), None)
    if owner is not None and slot.grade_id is not None:
        cell.metadata["ecrm"] = {**cell.metadata.get("ecrm", {}), "saved_owner": owner}
    source = ("\n" if slot.kind == "code" else "\n\n").join(piece.source for piece in handed_in)
    # What was emptied is not answered: the stub says so better than nothing does.
    if slot.locked or not source.strip():
        return
    cell.source = source
    pictures = {name: images for piece in handed_in for name, images in piece.attachments.items()}
    if cell.cell_type == "markdown" and pictures:
        cell.attachments = pictures


def _spare_cell(handed_in: RawCell, at: int) -> NotebookNode:
    text = handed_in.source[:_SPARE_LETTERS]
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return _own_cell("markdown", f"{say.OTHER_COPY}\n\n{fence}\n{text}\n{fence}", f"spare-{at}")


def _extra_cells(positions: list[int], cells: list[RawCell], *, run: bool) -> list[NotebookNode]:
    return [
        _own_cell(cells[at].kind if run or cells[at].kind != "code" else "raw", cells[at].source, f"own-{at}")
        for at in positions
        if cells[at].source.strip()
    ]


def _own_cell(kind: str, source: str, cell_id: str) -> NotebookNode:
    from nbformat import NotebookNode, v4  # noqa: PLC0415 - a second to import

    if kind == "code":
        return NotebookNode(v4.new_code_cell(source, id=cell_id))
    made = v4.new_markdown_cell if kind == "markdown" else v4.new_raw_cell
    return NotebookNode(made(source, id=cell_id))
