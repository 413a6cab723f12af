"""How many gave which answer, for answers short enough to be counted: letters, numbers, words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.grades.items.pieces import taken_apart
from ecrm_helpers.grades.items.records import AnswerShare
from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

__all__ = ["LEAST_GROUP", "answer_shares", "parts_of"]

LEAST_GROUP: Final = 3  # so few with the same number or word could be told by it
_MOST: Final = 8  # different answers shown of one question
_LONGEST: Final = 20
_OPTION: Final = re.compile(r"[A-Z]{1,8}|[1-9]")  # what a question offers exposes nobody


def parts_of(answers: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    """Yield key and text of each part of a recorded answer; an answer without parts has the key "".

    The text is empty where a part is a table or the like.

    Examples
    --------
    >>> list(parts_of(['{"甲":["A"],"乙":2.50,"表":[{"a":1}]}', '"B"', "7", "{"]))
    [[('甲', 'A'), ('乙', '2.5'), ('表', '')], [('', 'B')], [('', '7')], []]
    """
    # A tuple of pairs, made by the decoder itself: in a large class there are half a million.
    read = json.JSONDecoder(parse_int=str, parse_float=_number, object_pairs_hook=tuple).decode
    for answer in answers:
        try:
            value = read(answer)
        except ValueError:
            value = ()
        pairs = value if isinstance(value, tuple) else (("", value),)
        yield [pair if pair[1].__class__ is str and pair[1] else (pair[0], _text(pair[1])) for pair in pairs]


def _number(text: str) -> str:
    return f"{float(text):.10g}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _joined(value)
    if isinstance(value, bool):
        return messages.YES if value else messages.NO
    return messages.BLANK if value is None or value == "" else ""


def _joined(values: list[Any]) -> str:
    try:
        text = "".join(values)
    except TypeError:
        return ""
    letters = len(text) == len(values) and text.isalpha()
    return (text if letters else "、".join(values)) or messages.BLANK


def answer_shares(findings: pd.DataFrame) -> dict[int, tuple[AnswerShare, ...]]:
    """Count the answers to each task.

    Parameters
    ----------
    findings : DataFrame
        number (of the task), points, answer (compact JSON or "").

    Returns
    -------
    dict
        Task number → for each key of a mapping in turn, most frequent first; shares are of those who
        answered the task. A number or word that fewer than three gave, and what comes after the eighth, is
        counted as 其他; a key where nothing else is left is not told.
    """
    answered = findings.loc[findings["answer"] != "", ["number", "points", "answer"]]
    everyone = answered.groupby("number").size()
    rows, pieces = taken_apart(answered, "answer", parts_of)
    groups = rows.reset_index(names="first").groupby(["number", "piece"], as_index=False)
    counts = groups.agg(count=("points", "size"), points=("points", "sum"), first=("first", "min"))
    keys, texts = ([pieces[piece][part].strip() for piece in counts["piece"]] for part in (0, 1))
    named = _few_together(counts.assign(key=keys, text=texts))
    found: dict[int, list[AnswerShare]] = defaultdict(list)
    for row in named.to_dict("records"):
        text = messages.part_answer(row["key"], row["text"]) if row["key"] else row["text"]
        share, mean = row["count"] / int(everyone[row["number"]]), row["points"] / row["count"]
        found[row["number"]].append(AnswerShare(text, row["count"], share, mean))
    return {number: tuple(shares) for number, shares in found.items()}


def _few_together(counts: pd.DataFrame) -> pd.DataFrame:
    """Join what few gave under one name, and put keys in the order of the question."""
    key = ["number", "key"]
    short = counts.loc[[0 < len(text) <= _LONGEST for text in counts["text"]]]
    joined = short.groupby([*key, "text"], as_index=False).agg(
        count=("count", "sum"), points=("points", "sum"), first=("first", "min")
    )
    ordered = joined.sort_values([*key, "count", "text"], ascending=[True, True, False, True])
    shown = ordered["count"] >= LEAST_GROUP
    shown |= ordered["text"].isin([text for text in ordered["text"].unique() if _is_offered(text)])
    other = ~shown | (ordered.groupby(key).cumcount() >= _MOST)
    named = ordered.assign(
        other=other,
        text=ordered["text"].mask(other, messages.OTHER_ANSWERS),
        first=ordered.groupby(key)["first"].transform("min"),
        lone=other.groupby([ordered[name] for name in key]).transform("all"),
    )
    named = named.loc[~named["lone"]]
    made = named.groupby(["number", "first", "key", "other", "text"], as_index=False)[
        ["count", "points"]
    ].sum()
    return made.sort_values(
        ["number", "first", "key", "other", "count", "text"], ascending=[True, True, True, True, False, True]
    )


def _is_offered(text: str) -> bool:
    return text in (messages.BLANK, messages.YES, messages.NO) or _OPTION.fullmatch(text) is not None
