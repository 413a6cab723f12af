"""Find each cell of the release in what was handed in: by its id, by its text, by its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecrm_helpers.marking.salvage import RawCell

__all__ = ["Alignment", "Slot", "align"]

_ALIKE: Final = 0.35
_FREE: Final = 50  # comparing texts is slow, and nobody's answer is fifty cells away


@dataclass(frozen=True)
class Slot:
    """One cell of the release: its text, and whether the student answers in it."""

    kind: str
    source: str
    cell_id: str | None = None
    grade_id: str | None = None
    answer: bool = False


@dataclass
class Alignment:
    """Which handed-in cell fills which slot."""

    chosen: dict[int, int] = field(default_factory=dict)
    repeated: set[int] = field(default_factory=set)
    by_place: set[int] = field(default_factory=set)

    def taken(self, position: int) -> bool:
        """Tell whether a handed-in cell is spoken for."""
        return position in self.repeated or position in self.chosen.values()

    def extras(self, count: int) -> dict[int, list[int]]:
        """Return the student's own cells by the slot they follow (-1: before all)."""
        slot_at = {position: slot for slot, position in self.chosen.items()}
        found: dict[int, list[int]] = {}
        last = -1
        for position in range(count):
            if position in slot_at:
                last = slot_at[position]
            elif position not in self.repeated:
                found.setdefault(last, []).append(position)
        return found


def align(slots: Sequence[Slot], cells: Sequence[RawCell]) -> Alignment:
    """Match the release's `slots` with the handed-in `cells`.

    Notes
    -----
    In this order: ``grade_id`` (of several copies of an answer the last that differs from the stub), the
    notebook format's cell id, the same text, and for answers that lost every mark the place between the
    neighbours that were found.
    """
    found = Alignment()
    _by_grade_id(slots, cells, found)
    _by_equal(
        slots, cells, found, lambda slot, cell: slot.cell_id is not None and slot.cell_id == cell.cell_id
    )
    _by_equal(slots, cells, found, lambda slot, cell: _bare(slot.source) == _bare(cell.source) != "")
    for number, slot in enumerate(slots):
        if slot.answer and number not in found.chosen:
            _by_place(number, slot, slots, cells, found)
    return found


def _bare(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def _by_grade_id(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> None:
    for number, slot in enumerate(slots):
        copies = [at for at, cell in enumerate(cells) if slot.grade_id and cell.grade_id == slot.grade_id]
        if not copies:
            continue
        changed = [at for at in copies if _bare(cells[at].source) not in {_bare(slot.source), ""}]
        best = changed[-1] if slot.answer and changed else copies[0]
        found.chosen[number] = best
        found.repeated.update(at for at in copies if at != best)


def _by_equal(
    slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment, same: Callable[[Slot, RawCell], bool]
) -> None:
    for number, slot in enumerate(slots):
        if number in found.chosen:
            continue
        for at, cell in enumerate(cells):
            # An answer cell with the stub's text may be a spare copy: its place decides later.
            if not found.taken(at) and cell.grade_id is None and cell.kind == slot.kind and same(slot, cell):
                found.chosen[number] = at
                break


def _by_place(
    number: int, slot: Slot, slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment
) -> None:
    before = [found.chosen[other] for other in range(number) if other in found.chosen]
    after = [found.chosen[other] for other in range(number + 1, len(slots)) if other in found.chosen]
    low = max(before, default=-1)
    high = min((at for at in after if at > low), default=len(cells))
    free = [
        at
        for at in range(low + 1, high)
        if not found.taken(at) and cells[at].kind == slot.kind and cells[at].source.strip()
    ][:_FREE]
    if not free:
        return
    if slot.kind == "code":
        alike = {
            at: SequenceMatcher(None, slot.source[:2000], cells[at].source[:2000]).ratio() for at in free
        }
        best = max(free, key=lambda at: alike[at])
        if alike[best] < _ALIKE:
            return
    else:
        best = free[0]
    found.chosen[number] = best
    found.by_place.add(number)
