"""Find each cell of the release in what was handed in: by its id, its text, what it assigns, its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ecrm_helpers.marking.rebuild.likeness import assigned, bare, likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecrm_helpers.marking.rebuild.rawcells import RawCell

__all__ = ["Alignment", "Slot", "align"]

_ALIKE: Final = 0.35
_TEXT: Final = 0.2  # a free text between the right neighbours is the answer, whatever it says
_FREE: Final = 200  # nobody's answer is two hundred cells away
_FAMILIAR: Final = 0.2
_ATTEMPT: Final = 0.5
_SAME_TEXT: Final = 0.5
_TEXTS: Final = 60
_TWO: Final = 2


@dataclass(frozen=True)
class Slot:
    """One cell of the release: its text, and whether the student answers in it."""

    kind: str
    source: str
    cell_id: str | None = None
    grade_id: str | None = None
    answer: bool = False
    names: frozenset[str] = frozenset()

    @property
    def locked(self) -> bool:
        """Tell whether the cell belongs to the teacher."""
        return self.grade_id is not None and not self.answer


@dataclass
class Alignment:
    """Which handed-in cell fills which slot.

    ``joined`` lists the pieces of an answer cell that was split, in order; ``spare`` the other attempts at an
    answer, which are shown and not run.
    """

    chosen: dict[int, int] = field(default_factory=dict)
    repeated: set[int] = field(default_factory=set)
    by_place: set[int] = field(default_factory=set)
    joined: dict[int, list[int]] = field(default_factory=dict)
    spare: dict[int, list[int]] = field(default_factory=dict)
    foreign: bool = False

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
    neighbours that were found, then the names they assign. Answers of a notebook in which almost nothing is
    known are not looked for by place: it is another assignment's.
    """
    found = Alignment()
    _by_grade_id(slots, cells, found)
    _by_key(slots, cells, found, lambda cell: cell.cell_id)
    _by_key(slots, cells, found, lambda cell: bare(cell.source))
    lost = [number for number, slot in enumerate(slots) if slot.answer and number not in found.chosen]
    known = len(found.chosen) / max(1, len(slots) - len(lost))
    found.foreign = bool(cells) and known < _FAMILIAR
    if lost and not found.foreign:
        _near_texts(slots, cells, found)
        _by_place(lost, slots, cells, found)
    for number in lost:
        if number not in found.chosen:
            _by_name(number, slots, cells, found)
    return found


def _by_grade_id(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> None:
    copies: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        if cell.grade_id is not None:
            copies.setdefault(cell.grade_id, []).append(at)
    for number, slot in enumerate(slots):
        ours = copies.get(slot.grade_id, []) if slot.grade_id else []
        if not ours:
            continue
        best = _best_copy(number, slot, ours, cells, found) if slot.answer else ours[0]
        found.chosen[number] = best
        found.repeated.update(at for at in ours if at != best)


def _best_copy(number: int, slot: Slot, copies: list[int], cells: Sequence[RawCell], found: Alignment) -> int:
    """Choose among the copies of an answer; pieces of one that was split belong together.

    JupyterLab gives both halves of a split cell the same metadata, so they look like copies.
    """
    changed = [at for at in copies if bare(cells[at].source) not in {bare(slot.source), ""}]
    if len(changed) < _TWO:
        return (changed or copies)[0]
    if changed[-1] - changed[0] == len(changed) - 1 and _are_pieces(slot, [cells[at] for at in changed]):
        found.joined[number] = changed
        return changed[0]
    whole = [at for at in changed if slot.names <= assigned(cells[at].source)]
    best = (whole or changed)[-1]
    texts = {bare(cells[best].source)}
    for at in changed:
        if bare(cells[at].source) not in texts:
            texts.add(bare(cells[at].source))
            found.spare.setdefault(number, []).append(at)
    return best


def _are_pieces(slot: Slot, copies: list[RawCell]) -> bool:
    """Tell whether neighbours with one ``grade_id`` are pieces of an answer rather than attempts at it."""
    if slot.names:
        return sum(slot.names <= assigned(copy.source) for copy in copies) < _TWO
    return all(likeness(one.source, other.source) < _ATTEMPT for one, other in pairwise(copies))


def _by_key(
    slots: Sequence[Slot],
    cells: Sequence[RawCell],
    found: Alignment,
    key: Callable[[Slot | RawCell], str | None],
) -> None:
    """Pair what is still open with free cells of the same type and key, first come first served."""
    taken = found.repeated | set(found.chosen.values())
    free: dict[tuple[str, str], list[int]] = {}
    for at, cell in enumerate(cells):
        # A cell with another grade_id is another answer, whatever it says.
        if at not in taken and cell.grade_id is None and (name := key(cell)):
            free.setdefault((cell.kind, name), []).append(at)
    for number, slot in enumerate(slots):
        fitting = free.get((slot.kind, key(slot) or ""))
        if number not in found.chosen and fitting:
            found.chosen[number] = fitting.pop(0)


def _near_texts(slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> None:
    """Find the teacher's texts in another wording or markup, so that none is taken for a student's text."""
    free = [at for at, cell in enumerate(cells) if cell.kind != "code" and not found.taken(at)][:_TEXTS]
    for number, slot in enumerate(slots):
        if slot.kind != "markdown" or slot.answer or number in found.chosen or not free:
            continue
        alike, at = max((likeness(slot.source, cells[at].source), -at) for at in free)
        if alike >= _SAME_TEXT:
            found.chosen[number] = -at
            free.remove(-at)


def _by_place(lost: list[int], slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> None:
    """Give the lost answers of each gap between found cells the likeliest free cells there, in order."""
    gaps: dict[tuple[int, int], list[int]] = {}
    for number in lost:
        before = [at for other, at in found.chosen.items() if other < number]
        after = [at for other, at in found.chosen.items() if other > number]
        low = max(before, default=-1)
        high = min((at for at in after if at > low), default=len(cells))
        gaps.setdefault((low, high), []).append(number)
    for (low, high), numbers in gaps.items():
        free = [at for at in range(low + 1, high) if not found.taken(at) and cells[at].source.strip()]
        for number, at in _best_order(numbers, free[:_FREE], slots, cells):
            found.chosen[number] = at
            found.by_place.add(number)


def _best_order(
    numbers: list[int], free: list[int], slots: Sequence[Slot], cells: Sequence[RawCell]
) -> list[tuple[int, int]]:
    """Return the pairs with the largest sum of likeness that keep the order of both sides."""
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(free) + 1)]
    for number in numbers:
        above, row = best[-1], [best[-1][0]]
        for column, at in enumerate(free):
            options = [above[column + 1], row[column]]
            fits = _fits(slots[number], cells[at])
            if fits > 0:
                total, pairs = above[column]
                options.append((total + fits, [*pairs, (number, at)]))
            row.append(max(options, key=lambda option: option[0]))
        best.append(row)
    return best[-1][-1][1]


def _fits(slot: Slot, cell: RawCell) -> float:
    """Return how well a cell without marks fits an answer's slot, 0 where it cannot be the answer."""
    if slot.kind == "markdown":
        return _TEXT + likeness(slot.source, cell.source) if cell.kind != "code" else 0.0
    alike = likeness(slot.source, cell.source)
    if slot.names and slot.names <= assigned(cell.source):
        return 1.0 + alike
    return alike if cell.kind == "code" and alike >= _ALIKE else 0.0


def _by_name(number: int, slots: Sequence[Slot], cells: Sequence[RawCell], found: Alignment) -> None:
    """Take the only free cell anywhere that assigns what the stub assigns, or the only free text."""
    slot = slots[number]
    free = [at for at, cell in enumerate(cells) if not found.taken(at) and cell.source.strip()]
    if slot.kind == "code":
        fitting = [at for at in free if slot.names and slot.names <= assigned(cells[at].source)]
    else:
        lost = [other for other, one in enumerate(slots) if one.answer and other not in found.chosen]
        texts = [other for other in lost if slots[other].kind == "markdown"]
        fitting = [at for at in free if cells[at].kind != "code"] if len(texts) == 1 else []
    if len(fitting) == 1 and not found.foreign:
        found.chosen[number] = fitting[0]
        found.by_place.add(number)
