"""Self-check questions: choose, calculate, put in order, match; hint, hint, answer. No marks, no secrets."""

from __future__ import annotations

import hashlib
import math
import string
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import widgets as say

__all__ = ["Question", "Quiz", "choice", "matching", "numeric", "ordering"]

_STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Question:
    """One question as the browser reads it; made by `choice`, `numeric`, `ordering` or `matching`."""

    kind: str
    question: str
    hints: list[str]
    explain: str
    data: dict[str, Any] = field(default_factory=dict)


def choice(
    question: str,
    options: Sequence[str],
    answer: int | str | Sequence[int | str],
    *,
    hints: Sequence[str] = (),
    explain: str = "",
    shuffle: bool = False,
) -> Question:
    """Ask to choose one option, or several when `answer` is a list.

    Parameters
    ----------
    question : str
    options : sequence of str
        At least two different texts; shown with letters A, B, C …
    answer : str, int or list of these
        The option's text, its letter, or its place counted from 0. A list makes several boxes to tick.
    hints : sequence of str, optional
        Shown one after the other when asked for, before the answer.
    explain : str, optional
        Shown once the question is answered.
    shuffle : bool, default=False
        Show the options in an order drawn from their text: the same on every machine.

    Raises
    ------
    SettingsError
        If a text is empty, an option is repeated, or the answer is no option.

    Examples
    --------
    >>> choice("RFM 里的 R 指什么？", ["多久没来", "来过几次"], "A").data["answer"]
    [0]
    """
    shown = _distinct("选项", options)
    several = not isinstance(answer, int | str)
    listed = [answer] if isinstance(answer, int | str) else list(answer)
    wanted = [_place_of(item, shown) for item in listed]
    if shuffle:
        mixed = _mixed(question, shown)
        wanted = [mixed.index(shown[place]) for place in wanted]
        shown = mixed
    data = {"options": shown, "answer": sorted(wanted), "several": several}
    return _question("choice", question, hints, explain, data)


def numeric(
    question: str,
    answer: float,
    tol: float = 0.0,
    unit: str = "",
    *,
    hints: Sequence[str] = (),
    explain: str = "",
) -> Question:
    """Ask for a number; full-width digits, thousands separators and the unit may be typed too.

    Parameters
    ----------
    question : str
    answer : float
        Finite; in `unit`.
    tol : float, default=0
        Largest accepted distance from `answer`.
    unit : str, optional
        Shown behind the box: ``"元"``, ``"%"``.
    hints, explain
        As for :func:`choice`.

    Raises
    ------
    SettingsError
        If `answer` or `tol` is not a finite number, or `tol` is negative.

    Examples
    --------
    >>> numeric("100 元的八折是多少？", 80, unit="元").data
    {'answer': 80.0, 'tol': 0.0, 'unit': '元'}
    """
    data = {"answer": _finite("answer", answer), "tol": _finite("tol", tol), "unit": unit}
    if tol < 0:
        message = say.bad_float("tol", tol)
        raise SettingsError(message)
    return _question("numeric", question, hints, explain, data)


def ordering(
    question: str, items_in_order: Sequence[str], *, hints: Sequence[str] = (), explain: str = ""
) -> Question:
    """Ask to put items in order, by arrow buttons, keyboard or dragging.

    Parameters
    ----------
    question : str
    items_in_order : sequence of str
        At least two different texts in the right order; shown in another one.
    hints, explain
        As for :func:`choice`.

    Examples
    --------
    >>> ordering("排一排", ["获取", "留存", "忠诚"]).data["items"] != ["获取", "留存", "忠诚"]
    True
    """
    right = _distinct("要排序的内容", items_in_order)
    shown = _mixed(question, right)
    if shown == right:
        shown = [*right[1:], right[0]]
    data = {"items": shown, "answer": [shown.index(item) for item in right]}
    return _question("ordering", question, hints, explain, data)


def matching(
    question: str, pairs: Mapping[str, str], *, hints: Sequence[str] = (), explain: str = ""
) -> Question:
    """Ask to match each left text with a right text from a list.

    Parameters
    ----------
    question : str
    pairs : mapping of str to str
        Left to right; several lefts may share one right.
    hints, explain
        As for :func:`choice`.

    Examples
    --------
    >>> matching("连一连", {"R": "多久没来", "F": "来过几次"}).data["left"]
    ['R', 'F']
    """
    if not isinstance(pairs, Mapping):
        message = say.wrong_mapping(pairs)
        raise SettingsError(message)
    left = _distinct("左边", list(pairs))
    right = _mixed(question, _distinct("右边", list(dict.fromkeys(pairs.values()))))
    data = {"left": left, "right": right, "answer": [right.index(pairs[item]) for item in left]}
    return _question("matching", question, hints, explain, data)


class Quiz(anywidget.AnyWidget):
    """A few questions with hints, answers and explanations; the student's progress is kept in the model.

    Parameters
    ----------
    items : sequence of Question
        From :func:`choice`, :func:`numeric`, :func:`ordering`, :func:`matching`.
    title : str, optional

    Raises
    ------
    SettingsError
        If there is no question, or something else than a question.

    Examples
    --------
    >>> quiz = Quiz([numeric("2 + 3 = ?", 5)])
    >>> quiz.score, quiz.total
    (0, 1)
    """

    _esm = _STATIC / "quiz.js"
    _css = _STATIC / "quiz.css"

    title = t.Unicode().tag(sync=True)
    items = t.List(t.Dict()).tag(sync=True)
    progress = t.Dict().tag(sync=True)
    score = t.Int(0).tag(sync=True)

    choice = staticmethod(choice)
    numeric = staticmethod(numeric)
    ordering = staticmethod(ordering)
    matching = staticmethod(matching)

    def __init__(self, items: Sequence[Question], *, title: str = say.QUIZ_TITLE) -> None:
        listed = [items] if isinstance(items, Question) else list(items)
        if not listed:
            raise SettingsError(say.no_items())
        for item in listed:
            if not isinstance(item, Question):
                message = say.not_question(item)
                raise SettingsError(message)
        super().__init__(items=[asdict(item) for item in listed], title=title)

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.items)


def _question(kind: str, question: str, hints: Sequence[str], explain: str, data: dict[str, Any]) -> Question:
    listed = [hints] if isinstance(hints, str) else list(hints)
    texts = [_text("提示", hint) for hint in listed]
    return Question(kind, _text("题目", question), texts, explain, data)


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        message = say.text_missing(where, value)
        raise SettingsError(message)
    return value


def _distinct(where: str, values: Sequence[str]) -> list[str]:
    listed = [_text(where, value) for value in values]
    if len(set(listed)) < max(2, len(listed)):
        message = say.too_few(where, len(set(listed)))
        raise SettingsError(message)
    return listed


def _place_of(answer: int | str, options: list[str]) -> int:
    if answer in options:
        return options.index(str(answer))
    places: dict[object, int] = dict(zip(string.ascii_uppercase, range(len(options)), strict=False))
    places |= {place: place for place in range(len(options))}
    key = answer.strip().upper() if isinstance(answer, str) else answer
    if isinstance(answer, bool) or key not in places:
        message = say.answer_not_option(answer, options)
        raise SettingsError(message)
    return places[key]


def _mixed(question: str, texts: list[str]) -> list[str]:
    """Shuffle by hash: no random generator, so the same order everywhere and on every run."""
    return sorted(texts, key=lambda text: hashlib.sha256(f"{question}|{text}".encode()).digest())


def _finite(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        message = say.bad_float(name, value)
        raise SettingsError(message)
    return float(value)
