"""Split the judge's feedback into what it says, one thing at a time, and count who was told what.

A judge's message is one line: how many went right, then one clause per slip, with `；` between them and often
the name of the blank in front (乙的 R：少加了 8 小时). The same words about several blanks are one point, and
a student who made the slip twice counts once. Numbers differ from shop to shop: clauses that differ in
numbers alone are one point too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ecrm_helpers.grades.items.pieces import taken_apart
from ecrm_helpers.messages import items as messages
from ecrm_helpers.messages import marking as said

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Clause", "Lines", "lines_of", "pieces_of"]

_LABEL: Final = re.compile(r"([^：，。；、（）“”]{1,8})：(.+)", re.DOTALL)
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_ENOUGH: Final = 1e-9
_NOT_ANSWERED: Final = {
    said.NO_ANSWER,
    said.TWO_ANSWERS,
    said.NO_RECORD,
    said.TOO_BIG,
    *said.PROBLEMS.values(),
}
_OTHER_SHOP: Final = re.compile(
    "|".join(
        ".{0,4}".join(re.escape(part) for part in told("|").split("|"))
        for told in (said.loaded_other_shop, said.other_shop)
    )
)


class Clause(NamedTuple):
    """One thing a judge said: the blank it is about, if any, the words, and the words without numbers."""

    label: str
    text: str
    core: str


@dataclass(frozen=True)
class Lines:
    """Who was told what.

    Attributes
    ----------
    rows : DataFrame
        number (of the task), student, points, piece (a place in `clauses`), point (equal for clauses with one
        core), slip (not said to anybody who got everything right).
    clauses : tuple of Clause
    """

    rows: pd.DataFrame
    clauses: tuple[Clause, ...]


def pieces_of(message: str) -> list[str]:
    """Return everything a message says, one clause each; how many went right is left out, and names are.

    Examples
    --------
    >>> pieces_of("4 项对了 2 项。客单价：除以有效订单数；R 示例：两头不要多数一天。")
    ['客单价：除以有效订单数', 'R 示例：两头不要多数一天']
    >>> pieces_of("再想一想。")
    ['再想一想']
    """
    if message in _NOT_ANSWERED:
        return [messages.NOT_ANSWERED]
    text = _OTHER_SHOP.sub("", message) if "学号" in message else message
    if text == said.NO_MESSAGE:
        return []
    clauses = (one.strip("。； ") for one in messages.SCORE.sub("", text).split("；"))
    return [one for one in clauses if one and not one.startswith(messages.THE_REST)]


def lines_of(findings: pd.DataFrame) -> Lines:
    """Split every message.

    Parameters
    ----------
    findings : DataFrame
        number (of the task), student, points, auto, full, message.
    """
    told = findings.loc[findings["message"] != "", ["number", "student", "points", "auto", "full", "message"]]
    rows, found = taken_apart(told, "message", lambda texts: map(pieces_of, texts))
    clauses = tuple(_clause(one) for one in found)
    points: dict[str, int] = {}
    point = [points.setdefault(one.core, len(points)) for one in clauses]
    rows["point"] = np.array(point, dtype=int)[rows["piece"]]
    rows["slip"] = _is_slip(rows)
    return Lines(rows.drop(columns=["auto", "full"]), clauses)


def _clause(text: str) -> Clause:
    found = _LABEL.fullmatch(text)
    label, words = found.groups() if found else ("", text)
    return Clause(label, words, _NUMBER.sub("…", words))


def _is_slip(rows: pd.DataFrame) -> pd.Series:
    """Tell slips from praise: praise is also said to those whom the judge gave everything.

    Where there is nobody like that, praise is what was said to those who did better than the others.
    """
    right = rows["auto"] >= rows["full"] - _ENOUGH
    by_point, by_task = [rows["number"], rows["point"]], rows["number"]
    said_to_right = right.groupby(by_point).transform("any")
    somebody_right = right.groupby(by_task).transform("any")
    mean = rows["points"].groupby(by_point).transform("mean")
    better = mean > rows["points"].groupby(by_task).transform("mean") + _ENOUGH
    praise = said_to_right | (~somebody_right & better)
    return ~praise & (rows["points"] < rows["full"] - _ENOUGH)
