"""Draw the class table of a segmented shop in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ecrm_helpers.messages import segment as say
from ecrm_helpers.rfm import SEGMENTS, TEN

if TYPE_CHECKING:
    from ecrm_helpers.runs.segment import Segmented

__all__ = ["show"]

_HUNDREDTHS = 100


def show(made: Segmented, console: Any) -> None:
    """Print what was read, then the classes with their customers, revenue and means."""
    for title, line in made.report:
        console.print(Text(say.report_line(title, line)), soft_wrap=True)
    console.print(_table(made))


def _table(made: Segmented) -> Table:
    view = Table(
        title=say.TITLES[made.choices["scheme"]], caption=Text(made.caption), caption_justify="left",
        box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    *figures, todo = say.headings(made.unit)
    view.add_column(figures[0], no_wrap=True)
    for heading in figures[1:]:
        view.add_column(heading, justify="right", no_wrap=True)
    view.add_column(todo, overflow="fold")
    aims = {one.name: one.aim for one in SEGMENTS} | {one.name: one.aim for one in TEN}
    for row in made.classes.to_dict("records"):
        view.add_row(
            row["segment"],
            f"{row['customers']:,}",
            _share(row["customer_share"]),
            _money(row["revenue"]),
            _share(row["revenue_share"]),
            _mean(row["mean_recency_days"]),
            _mean(row["mean_frequency"], digits=1),
            _money(row["mean_monetary"]),
            aims[row["segment"]],
        )
    return view


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def _mean(value: float, *, digits: int = 0) -> str:
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def _money(value: float) -> str:
    return "–" if math.isnan(value) else f"{value / _HUNDREDTHS:,.0f}"
