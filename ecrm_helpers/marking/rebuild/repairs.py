"""What had to be put right in a submission, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.marking.rebuild.likeness import bare
from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.marking.rebuild.align import Alignment, Slot
    from ecrm_helpers.marking.rebuild.rawcells import RawCell

__all__ = ["notes_on"]


def notes_on(
    slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment, *, merged: int, partial: bool
) -> list[str]:
    """Return notes in Chinese on what differs from the release beyond the answers.

    Parameters
    ----------
    slots, cells : sequence
        What was released and what was handed in.
    found : Alignment
        What was matched.
    merged : int
        How many cells were cut apart.
    partial : bool
        Only a part of the file was read: what is missing was not deleted by the student.
    """
    if found.foreign:
        return [say.OTHER_ASSIGNMENT]
    missing = [slot for number, slot in enumerate(slots) if number not in found.chosen]
    lost = sum(slot.answer for slot in missing)
    if partial:
        said = [(say.not_found, lost)]
    else:
        said = [
            (say.deleted_answers, lost),
            (say.emptied, _emptied(slots, cells, found)),
            (say.restored, _changed(slots, cells, found) + sum(map(_matters, missing))),
        ]
    said = [
        (say.other_version, _unknown(slots, cells)),
        (say.unmerged, 0 if partial else merged),
        (say.joined, len(found.joined)),
        (say.duplicated, len(found.repeated) - sum(len(pieces) - 1 for pieces in found.joined.values())),
        *said,
        (say.found_by_place, len(found.by_place)),
        (say.other_type, _retyped(slots, cells, found)),
    ]
    return [note(count) for note, count in said if count]


def _emptied(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> int:
    return sum(slots[number].answer and not cells[at].source.strip() for number, at in found.chosen.items())


def _changed(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> int:
    return sum(
        slots[number].locked and bare(cells[at].source) != bare(slots[number].source)
        for number, at in found.chosen.items()
    )


def _matters(slot: Slot) -> bool:
    return not slot.answer and (slot.kind == "code" or slot.grade_id is not None)


def _retyped(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> int:
    return sum(
        slots[number].answer and cells[at].kind != slots[number].kind for number, at in found.chosen.items()
    )


def _unknown(slots: Sequence[Slot], cells: Sequence[RawCell]) -> int:
    """Return how many tasks are another version's; an own cell's id says nothing while all are there."""
    known = {slot.grade_id for slot in slots if slot.grade_id is not None}
    handed_in = {cell.grade_id for cell in cells if cell.grade_id is not None}
    return len(handed_in - known) if handed_in and known - handed_in else 0
