"""Item analysis in the terminal: one row per task, and what was missed most often beneath."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ecrm_helpers.grades.items.review import sections_for
from ecrm_helpers.grades.policies import RoundHalfUp
from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecrm_helpers.grades.coverage.records import GradedTask, Section
    from ecrm_helpers.grades.items.records import Item, ItemAnalysis

__all__ = ["missed_lines", "table"]

HARD, POOR = 0.4, 0.2  # the bands' own bounds, in messages.items
_ROUND = RoundHalfUp(components=2, total=2)


def table(analysis: ItemAnalysis) -> Table:
    """Lay item analysis out for a terminal of 80 columns; how to read it, and cautions, stand beneath."""
    view = Table(
        title=messages.TITLE, caption=Text("\n".join(_notes(analysis))), caption_justify="left",
        box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    view.add_column(messages.HEADINGS[0], ratio=1)
    for heading in messages.HEADINGS[1:]:
        view.add_column(heading, justify="right", no_wrap=True)
    for one in analysis.assignments:
        head = messages.assignment_line(one.assignment, one.counted, _shown(one.alpha))
        view.add_row(Text(head, style="bold"))
        for item in one.items:
            view.add_row(*_cells(item))
        view.add_section()
    return view


def missed_lines(
    analysis: ItemAnalysis, tasks: Sequence[GradedTask] = (), sections: Sequence[Section] = ()
) -> list[str]:
    """Say what was missed most often and what to go back to, numbered; one line when nothing was."""
    if not analysis.missed:
        return [messages.NOTHING_MISSED]
    told = (
        messages.go_back(
            one.text, [messages.section(it.notebook, it.title) for it in sections_for(one, tasks, sections)]
        )
        for one in analysis.missed
    )
    return [messages.MISSED, *(f"{place}. {text}" for place, text in enumerate(told, start=1))]


def _cells(item: Item) -> list[Text]:
    figures = [_shown(item.difficulty), _shown(item.discrimination), _shown(item.correlation)]
    shares = [f"{_shown(100 * share, digits=0)}%" for share in (item.none, item.all)]
    return [Text(cell) for cell in (item.title, str(item.counted), *figures, *shares)]


def _shown(value: float | None, *, digits: int = 2) -> str:
    """Round halves up, as the report does and a workbook's cell."""
    return messages.NONE if value is None else str(_ROUND.shown(Fraction(repr(value)), digits=digits))


def _notes(analysis: ItemAnalysis) -> Iterator[str]:
    yield messages.READING
    for one in analysis.assignments:
        told = [messages.explain_alpha(one.alpha), messages.caution(one.counted)] if one.items else []
        told += [text for item in one.items for text in _striking(item)]
        told += [messages.unmarked(one.unmarked)] if one.unmarked else []
        yield from (f"{one.assignment}：{text}" for text in told if text)


def _striking(item: Item) -> Iterator[str]:
    """Explain the figures of a task that a teacher should look at; the others speak for themselves."""
    if item.difficulty < HARD:
        yield f"{item.title}　{messages.explain_difficulty(item.difficulty)}"
    if item.discrimination is not None and item.discrimination < POOR:
        yield f"{item.title}　{messages.explain_discrimination(item.discrimination)}"
