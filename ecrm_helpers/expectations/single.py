"""Expectations of one value: a number, an option, a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ecrm_helpers.expectations.reading import Reading, as_plain, odd, shown_as
from ecrm_helpers.messages import answers as say
from ecrm_helpers.plaindata import Plain, narrow

__all__ = ["Choice", "Number", "Text"]

_NUMBER: Final = re.compile(
    r"(?:[¥$€£￥]|CNY|RMB|约|约为|大约)?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)\s*(%?)\s*"
    r"(?:元|人|天|单|次|个|位|名|笔|分|月|倍)?[。.]?",
    re.IGNORECASE,
)


_DIGITS: Final = 40  # more is no number a person would type, and a float of it is infinite
_AROUND: Final = " .。,，、;；:：!！()[]<>【】《》「」“”‘’'\""
_SAID_BEFORE: Final = re.compile(r"^(?:我选择?|选择?|答案[是为]?|答|应选)\s*[:：]?\s*")
_FIRST_LETTER: Final = re.compile(r"([a-z])(?![a-z0-9])")
_LETTER_ALONE: Final = re.compile(r"(?<![a-z])[a-z](?![a-z])")
_ONLY_LETTERS: Final = re.compile(r"[a-z][a-z\s,，、;；和与+/|]*")


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number.

    Parameters
    ----------
    low, high : float, optional
        Range that makes sense, both ends included. Not the answer: wide enough to give nothing away.
    unit : str
        Shown to the student, for instance ``"天"``. With ``"%"`` a value of 25 means 25 %.
    integer : bool
        A whole number is wanted.

    Examples
    --------
    >>> from ecrm_helpers.expectations import number
    >>> number(low=0, high=1).read("２５％").value
    0.25
    >>> print(number(low=0, high=1).read(25).problem)
    25 大于 1，而这里要的是 0 到 1 之间的比例。
    提示：如果你想说的是 25%，请写 0.25。
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""
    integer: bool = False

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        low, high = (None if end is None else shown_as(end) for end in (self.low, self.high))
        return say.between(low, high, self.unit, whole=self.integer)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        if isinstance(value, tuple) and _looks_like_thousands(came):
            joined = "".join(str(part) if not at else f"{part:03d}" for at, part in enumerate(value))
            return odd("thousands", say.thousands_comma(shown_as(came), joined), came)
        came = _single(came)
        note = ""
        if isinstance(came, str):
            found = self._in_text(came)
            if found is None:
                return odd("text", say.want_number(shown_as(came), self.describe()), came)
            note = say.read_number_in_text(came.strip(), shown_as(found))
            came = found
        if isinstance(came, bool) or not isinstance(came, int | float):
            return odd("kind", say.want_one_number(_kind_name(came), self.describe()), came)
        return self._checked(came, note)

    def _in_text(self, came: str) -> float | int | None:
        match = _NUMBER.fullmatch(narrow(came))
        if match is None or len(match[1]) > _DIGITS:
            return None
        digits = match[1].replace(",", "")
        found = float(digits)
        if match[2] and self.unit != "%":
            return found / 100
        return int(digits) if re.fullmatch(r"[+-]?\d{1,18}", digits) else found

    def _checked(self, came: float, note: str) -> Reading:
        if self.integer and came != int(came):
            return odd("integer", say.want_integer(shown_as(came)), came, note=note)
        if self.integer:
            came = int(came)
        if self.high is not None and self.high <= 1 < came <= 100:  # noqa: PLR2004 - percent
            return odd(
                "percent", say.share_not_percent(shown_as(came), shown_as(came / 100)), came, note=note
            )
        too_low = self.low is not None and came < self.low
        too_high = self.high is not None and came > self.high
        if too_low or too_high:
            return odd("range", say.out_of_range(shown_as(came), self.describe()), came, note=note)
        return Reading(came, note=note)


def _looks_like_thousands(came: Plain) -> bool:
    if not isinstance(came, list) or len(came) < 2:  # noqa: PLR2004 - a pair at least
        return False
    whole = all(isinstance(part, int) and not isinstance(part, bool) for part in came)
    return whole and all(0 <= part < 1000 for part in came)  # type: ignore[operator]  # noqa: PLR2004


def _single(came: Plain) -> Plain:
    """``[12]`` and a one-cell table mean 12."""
    while isinstance(came, list | dict) and len(came) == 1:
        came = came[0] if isinstance(came, list) else next(iter(came.values()))
    return came


def _kind_name(came: Plain) -> str:
    if isinstance(came, bool):
        return "“对/错”（True / False）"
    if isinstance(came, dict):
        return f"一张有 {len(came)} 项的小表"
    return f"一组 {len(came)} 个值" if isinstance(came, list) else "文字"


@dataclass(frozen=True)
class Choice:
    """One option (or several), given by its letter.

    Parameters
    ----------
    options : str, sequence of str or mapping of str to str
        ``"ABCD"``, a list of words, or letters with their texts.
    several : bool
        Several letters may be chosen; the value is then a sorted list.

    Examples
    --------
    >>> from ecrm_helpers.expectations import choice
    >>> [choice("ABC").read(way).value for way in ("A", "ａ", "A。", "选A", "(a)", ["A"])]
    ['A', 'A', 'A', 'A', 'A', 'A']
    >>> choice("ABC", several=True).read("C、A").value
    ['A', 'C']
    """

    options: str | Sequence[str] | Mapping[str, str]
    several: bool = field(default=False, kw_only=True)

    @property
    def _names(self) -> list[str]:
        return list(self.options)

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return " / ".join(self._names)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        listed = came if isinstance(came, list) else [came]
        if not all(isinstance(part, str) for part in listed):
            return odd("choice", say.want_choice(shown_as(came), self.describe()), came)
        found = [name for part in listed for name in self._find(str(part))]
        shown = " ".join(str(part).strip() for part in listed)
        if not found:
            return odd("choice", say.want_choice(shown_as(shown), self.describe()), came)
        if self.several:
            return Reading([name for name in self._names if name in found])
        if len(set(found)) > 1:
            return odd("several", say.one_choice_only(shown_as(shown)), came)
        note = "" if shown == found[0] else say.read_choice(shown_as(shown), found[0])
        return Reading(found[0], note=note)

    def _find(self, came: str) -> list[str]:
        wanted = _SAID_BEFORE.sub("", narrow(came).strip(_AROUND).casefold())
        for name in self._names:
            written = self.options[name] if isinstance(self.options, Mapping) else name
            if wanted in {name.casefold(), narrow(written).casefold()}:
                return [name]
        letters = {name.casefold(): name for name in self._names if len(name) == 1}
        first = _FIRST_LETTER.match(wanted)
        if first and first[1] in letters and not _LETTER_ALONE.search(wanted[1:]):
            return [letters[first[1]]]
        parts = re.findall(r"[a-z]", wanted)
        if _ONLY_LETTERS.fullmatch(wanted) and parts and all(part in letters for part in parts):
            return [letters[part] for part in parts]
        return []


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text in the student's own words, measured in characters without blanks.

    Examples
    --------
    >>> from ecrm_helpers.expectations import text
    >>> print(text(min_chars=10).read("太短了").problem)
    写了 3 个字，至少要 10 个字。
    提示：补上你的理由：看到了什么数，所以怎么做。
    """

    min_chars: int = 1
    max_chars: int = 2_000

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.length_of(self.min_chars, self.max_chars)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, str):
            return odd("kind", say.want_text(self.describe()), came)
        written = came.replace("\r\n", "\n").strip()
        count = len(re.sub(r"\s", "", written))
        if count < self.min_chars:
            return odd("short", say.too_short(count, self.min_chars), written)
        if count > self.max_chars:
            return odd("long", say.too_long(count, self.max_chars), written)
        return Reading(written)
