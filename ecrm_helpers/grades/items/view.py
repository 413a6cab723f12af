"""Item analysis in the terminal: one row per task, and what was missed most often beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.items.records import Item, ItemAnalysis

__all__ = ["missed_lines", "table"]


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
        head = messages.assignment_line(one.assignment, one.counted, one.alpha)
        view.add_row(Text(head, style="bold"))
        for item in one.items:
            view.add_row(*_cells(item))
        view.add_section()
    return view


def missed_lines(analysis: ItemAnalysis) -> list[str]:
    """Say what was missed most often, numbered; one line when nothing was."""
    if not analysis.missed:
        return [messages.NOTHING_MISSED]
    numbered = (f"{place}. {one.text}" for place, one in enumerate(analysis.missed, start=1))
    return [messages.MISSED, *numbered]


def _cells(item: Item) -> list[Text]:
    figures = [f"{item.difficulty:.2f}", _shown(item.discrimination), _shown(item.correlation)]
    shares = [f"{item.none:.0%}", f"{item.all:.0%}"]
    return [Text(cell) for cell in (item.title, str(item.counted), *figures, *shares)]


def _shown(value: float | None) -> str:
    return messages.NONE if value is None else f"{value:.2f}"


def _notes(analysis: ItemAnalysis) -> Iterator[str]:
    yield messages.READING
    for one in analysis.assignments:
        told = [messages.caution(one.counted) if one.items else ""]
        told += [messages.unmarked(one.unmarked)] if one.unmarked else []
        yield from (f"{one.assignment}：{text}" for text in told if text)
