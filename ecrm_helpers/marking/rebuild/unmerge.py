"""Take merged cells apart again: a known text of the release inside a larger cell marks where to cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ecrm_helpers.marking.rebuild.likeness import assigned, bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.marking.rebuild.align import Slot
    from ecrm_helpers.marking.rebuild.rawcells import RawCell

__all__ = ["unmerge"]

_SHORTEST: Final = 8
_LONGEST: Final = 100_000
_MOST: Final = 300


def unmerge(slots: Sequence[Slot], cells: Sequence[RawCell]) -> tuple[list[RawCell], int]:
    """Return the cells with merged ones cut apart, and how many were merged.

    Only texts of the release that nothing handed in has as a cell of its own are looked for, in answers and,
    where an answer is lost, everywhere: a note under a question is no merged cell.
    """
    texts = {bare(cell.source) for cell in cells}
    missing = [
        (text, slot)
        for slot in slots
        if not slot.answer and len(text := bare(slot.source)) >= _SHORTEST and text not in texts
    ]
    if not missing:
        return list(cells), 0
    answers = [slot for slot in slots if slot.answer]
    wanted = {slot.grade_id for slot in answers}
    lost = not wanted <= {cell.grade_id for cell in cells}
    made: list[RawCell] = []
    merged = 0
    for cell in cells:
        suspect = (lost or cell.grade_id in wanted) and len(made) < _MOST
        pieces = _pieces(cell, missing, answers) if suspect else [cell]
        merged += len(pieces) > 1
        made += pieces
    return made, merged


def _pieces(cell: RawCell, missing: list[tuple[str, Slot]], answers: list[Slot]) -> list[RawCell]:
    text = bare(cell.source)
    if len(text) > _LONGEST:
        return [cell]
    found = sorted(
        (at, slot_text, slot) for slot_text, slot in missing if (at := _line_at(text, slot_text)) >= 0
    )
    pieces: list[RawCell] = []
    rest: list[int] = []
    end = 0
    for at, slot_text, slot in [*found, (len(text), "", None)]:
        if at < end:
            continue
        between = text[end:at].strip("\n")
        if between.strip():
            rest.append(len(pieces))
            kind = _kind(between, cell.kind, answers)
            pieces.append(replace(cell, kind=kind, source=between, cell_id=None, grade_id=None))
        if slot is not None:
            pieces.append(
                replace(cell, kind=slot.kind, source=slot_text, cell_id=None, grade_id=None, attachments={})
            )
        end = at + len(slot_text)
    if not found:
        return [cell]
    if len(rest) == 1 and any(slot.grade_id == cell.grade_id for slot in answers):
        pieces[rest[0]] = replace(pieces[rest[0]], cell_id=cell.cell_id, grade_id=cell.grade_id)
    return pieces


def _line_at(text: str, part: str) -> int:
    """Return where `part` stands on lines of its own, -1 where it does not."""
    at = text.find(part)
    if at < 0 or (at and text[at - 1] != "\n"):
        return -1
    end = at + len(part)
    return at if end == len(text) or text[end] == "\n" else -1


def _kind(text: str, kind: str, answers: list[Slot]) -> str:
    names = assigned(text)
    if any(slot.names and slot.names <= names for slot in answers):
        return "code"
    plain = not any(mark in text for mark in "=([")
    return "markdown" if plain else kind
