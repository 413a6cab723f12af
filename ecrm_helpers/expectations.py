"""What a task expects: small pure descriptions that read a student's value and say what is odd about it.

An expectation runs in the student's session, so it holds no answer: only the kind of value, its range and
its names. ``read`` never raises; it returns the value as plain data and, if something is wrong, the two
lines to show. A value that was understood is recorded even when it looks wrong, so that part marks remain
possible.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Protocol

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.messages import answers as say
from ecrm_helpers.plaindata import Plain, PlainDataError, narrow, plain

__all__ = [
    "Choice",
    "Expectation",
    "Mapped",
    "Number",
    "Ordering",
    "Problem",
    "Reading",
    "Settings",
    "Table",
    "Text",
    "choice",
    "mapping",
    "number",
    "ordering",
    "settings_of",
    "table",
    "text",
]


@dataclass(frozen=True)
class Problem:
    """Something odd about a value: a code for the program, two lines for the student."""

    code: str
    what: str
    hint: str

    def __str__(self) -> str:
        return say.said(self.what, self.hint)


@dataclass(frozen=True)
class Reading:
    """What was understood: the value to record (None if none), what is odd, what was put right."""

    value: Plain = None
    problem: Problem | None = None
    note: str = ""


class Expectation(Protocol):
    """Reads one value."""

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""

    def describe(self) -> str:
        """Say in Chinese what is expected."""


def _odd(code: str, lines: tuple[str, str], value: Plain = None, *, note: str = "") -> Reading:
    return Reading(value=value, problem=Problem(code, *lines), note=note)


def _plain(value: object) -> tuple[Plain, Reading | None]:
    try:
        return plain(value), None
    except PlainDataError as error:
        return None, _odd(error.code, (error.what, error.hint))


def _shown(value: Plain, limit: int = 40) -> str:
    if isinstance(value, bool):
        return "对" if value else "错"
    if isinstance(value, float):
        return f"{value:.10g}"
    shown = str(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


_NUMBER: Final = re.compile(
    r"(?:[¥$€£￥]|CNY|RMB|约|约为|大约)?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)\s*(%?)\s*"
    r"(?:元|人|天|单|次|个|位|名|笔|分|月|倍)?[。.]?",
    re.IGNORECASE,
)


_DIGITS: Final = 40  # more is no number a person would type, and a float of it is infinite


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
        low, high = (None if end is None else _shown(end) for end in (self.low, self.high))
        return say.between(low, high, self.unit, whole=self.integer)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = _plain(value)
        if refused is not None:
            return refused
        if isinstance(value, tuple) and _looks_like_thousands(came):
            joined = "".join(str(part) if not at else f"{part:03d}" for at, part in enumerate(value))
            return _odd("thousands", say.thousands_comma(_shown(came), joined), came)
        came = _single(came)
        note = ""
        if isinstance(came, str):
            found = self._in_text(came)
            if found is None:
                return _odd("text", say.want_number(_shown(came), self.describe()), came)
            note = say.read_number_in_text(came.strip(), _shown(found))
            came = found
        if isinstance(came, bool) or not isinstance(came, int | float):
            return _odd("kind", say.want_one_number(_kind_name(came), self.describe()), came)
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
            return _odd("integer", say.want_integer(_shown(came)), came, note=note)
        if self.integer:
            came = int(came)
        if self.high is not None and self.high <= 1 < came <= 100:  # noqa: PLR2004 - percent
            return _odd("percent", say.share_not_percent(_shown(came), _shown(came / 100)), came, note=note)
        too_low = self.low is not None and came < self.low
        too_high = self.high is not None and came > self.high
        if too_low or too_high:
            return _odd("range", say.out_of_range(_shown(came), self.describe()), came, note=note)
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
        came, refused = _plain(value)
        if refused is not None:
            return refused
        listed = came if isinstance(came, list) else [came]
        if not all(isinstance(part, str) for part in listed):
            return _odd("choice", say.want_choice(_shown(came), self.describe()), came)
        found = [name for part in listed for name in self._find(str(part))]
        shown = " ".join(str(part).strip() for part in listed)
        if not found:
            return _odd("choice", say.want_choice(_shown(shown), self.describe()), came)
        if self.several:
            return Reading([name for name in self._names if name in found])
        if len(set(found)) > 1:
            return _odd("several", say.one_choice_only(_shown(shown)), came)
        note = "" if shown == found[0] else say.read_choice(_shown(shown), found[0])
        return Reading(found[0], note=note)

    def _find(self, came: str) -> list[str]:
        wanted = narrow(came).strip(" .。,，、;；:：!！()[]<>【】《》「」“”‘’'\"").casefold()
        wanted = re.sub(r"^(?:我选择?|选择?|答案[是为]?|答|应选)\s*[:：]?\s*", "", wanted)
        for name in self._names:
            written = self.options[name] if isinstance(self.options, Mapping) else name
            if wanted in {name.casefold(), narrow(written).casefold()}:
                return [name]
        letters = {name.casefold(): name for name in self._names if len(name) == 1}
        first = re.match(r"([a-z])(?![a-z0-9])", wanted)
        if first and first[1] in letters and not re.search(r"(?<![a-z])[a-z](?![a-z])", wanted[1:]):
            return [letters[first[1]]]
        parts = re.findall(r"[a-z]", wanted)
        only_letters = re.fullmatch(r"[a-z][a-z\s,，、;；和与+/|]*", wanted) is not None
        if only_letters and parts and all(part in letters for part in parts):
            return [letters[part] for part in parts]
        return []


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text in the student's own words, measured in characters without blanks.

    Examples
    --------
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
        came, refused = _plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, str):
            return _odd("kind", say.want_text(self.describe()), came)
        written = came.replace("\r\n", "\n").strip()
        count = len(re.sub(r"\s", "", written))
        if count < self.min_chars:
            return _odd("short", say.too_short(count, self.min_chars), written)
        if count > self.max_chars:
            return _odd("long", say.too_long(count, self.max_chars), written)
        return Reading(written)


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """Names with a value each; the value is a dict in the order of `keys`.

    Parameters
    ----------
    keys : sequence of str
        Every name that is wanted. A dict, a pandas Series or a list of pairs is accepted.
    values : Expectation, optional
        What each value must be.

    Examples
    --------
    >>> expect = mapping(keys=["重要价值客户", "一般挽留客户"], values=number(low=0, integer=True))
    >>> expect.read({"一般挽留客户 ": 3, "重要价值客户": 2.0}).value
    {'重要价值客户': 2, '一般挽留客户': 3}
    >>> print(expect.read({"重要价值客戶": 2, "一般挽留客户": 3}).problem)
    题目里没有“重要价值客戶”这个名字。
    提示：是不是想写“重要价值客户”？名字要和题目里的一字不差。

    What is filled in counts, even while another entry is blank.

    >>> half = expect.read({"重要价值客户": 2, "一般挽留客户": None})
    >>> half.value, half.problem.code
    ({'重要价值客户': 2}, 'blank')
    """

    keys: Sequence[str]
    values: Expectation | None = None

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.named(self.keys)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        given, blank = _without_blanks(_pairs(value))
        came, refused = _plain(given)
        if refused is not None:
            return self._name_blank(value) or refused
        if not isinstance(came, dict):
            return _odd("kind", say.want_mapping(self.describe()), came)
        wanted = {_folded(key): key for key in self.keys}
        found: dict[str, Plain] = {}
        problem = Problem("blank", *say.still_blank(blank)) if blank else None
        for name, item in came.items():
            key = wanted.get(_folded(name))
            if key is None:
                near = get_close_matches(name, self.keys, n=1, cutoff=0.5)
                problem = problem or Problem("key", *say.unknown_key(name, near[0] if near else None))
            found[key or name] = item
        missing = [key for key in self.keys if key not in found]
        if missing and problem is None:
            problem = Problem("missing", *say.missing_keys(missing))
        for key, item in found.items():
            reading = (
                self.values.read(item) if self.values is not None and key in self.keys else Reading(item)
            )
            found[key] = item if reading.value is None else reading.value
            if reading.problem is not None and problem is None:
                problem = Problem(
                    reading.problem.code, say.inside(key, reading.problem.what), reading.problem.hint
                )
        ordered = {key: found[key] for key in [*self.keys, *found] if key in found}
        return Reading(ordered, problem)

    def _name_blank(self, value: object) -> Reading | None:
        """Say which entry is still blank."""
        if not isinstance(value, Mapping):
            return None
        for name, item in value.items():
            _, refused = _plain(item)
            if refused is not None and refused.problem is not None:
                problem = refused.problem
                what, hint = say.BLANK if _is_blank(item) else (problem.what, problem.hint)
                return _odd(problem.code, (say.inside(str(name), what), hint))
        return None


def _without_blanks(value: object) -> tuple[object, list[str]]:
    """Leave out entries that are still blank, so that the others are recorded; all blank stays as it is."""
    if not isinstance(value, Mapping):
        return value, []
    blank = [name for name, item in value.items() if _is_blank(item)]
    if len(blank) == len(value):
        return value, []
    return {name: item for name, item in value.items() if name not in blank}, [str(name) for name in blank]


def _is_blank(item: object) -> bool:
    _, refused = _plain(item)
    return refused is not None and refused.problem is not None and refused.problem.code in {"none", "blank"}


def _folded(name: str) -> str:
    return re.sub(r"\s", "", narrow(name)).casefold()


def _pairs(value: object) -> object:
    if (
        isinstance(value, list | tuple)
        and value
        and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)  # noqa: PLR2004
            for pair in value
        )
    ):
        return dict(value)
    return value


@dataclass(frozen=True)
class Table:
    """A small table; the value is a list of row dicts.

    Parameters
    ----------
    columns : sequence of str or mapping of str to Expectation
        Columns that are wanted, others are left out.
    key : str, optional
        Column whose values must differ from row to row.
    rows : int, optional
        Exact number of rows.
    max_rows : int
        Largest number of rows.

    Examples
    --------
    >>> table(["segment", "customers"]).read([{"segment": "A", "customers": 2, "extra": 1}]).value
    [{'segment': 'A', 'customers': 2}]
    """

    columns: Sequence[str] | Mapping[str, Expectation]
    key: str | None = field(default=None, kw_only=True)
    rows: int | None = field(default=None, kw_only=True)
    max_rows: int = field(default=200, kw_only=True)

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.named(list(self.columns))

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = _plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, list) or not came or not all(isinstance(row, dict) for row in came):
            return _odd("kind", say.want_table(self.describe()), came)
        given: list[dict[str, Any]] = came  # type: ignore[assignment]
        missing = [name for name in self.columns if any(name not in row for row in given)]
        if missing:
            near = get_close_matches(missing[0], list(given[0]), n=1, cutoff=0.5)
            return _odd("column", say.missing_columns(missing, near[0] if near else None), came)
        if len(given) > self.max_rows or (self.rows is not None and len(given) != self.rows):
            return _odd("rows", say.row_count(len(given), say.rows_of(self.rows, self.max_rows)), came)
        return self._checked([{name: row[name] for name in self.columns} for row in given])

    def _checked(self, given: list[dict[str, Any]]) -> Reading:
        problem: Problem | None = None
        if isinstance(self.columns, Mapping):
            for row in given:
                for name, expect in self.columns.items():
                    reading = expect.read(row[name])
                    row[name] = row[name] if reading.value is None else reading.value
                    if reading.problem is not None and problem is None:
                        found = reading.problem
                        problem = Problem(found.code, say.inside(name, found.what), found.hint)
        if self.key is not None and problem is None:
            keys = [str(row[self.key]) for row in given]
            twice = [name for name in keys if keys.count(name) > 1]
            if twice:
                problem = Problem("repeated", *say.repeated_key(self.key, twice[0]))
        return Reading(given, problem)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Ordering:
    """Every item once, in the student's order; ``"B>A>C"`` is understood too.

    Examples
    --------
    >>> ordering(["获取", "留存", "忠诚"]).read("获取→忠诚→留存").value
    ['获取', '忠诚', '留存']
    """

    items: Sequence[str]

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.named(list(self.items))

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = _plain(value)
        if refused is not None:
            return refused
        parts = re.split(r"\s*(?:->|[,、;>→|\s]|--?)+\s*", narrow(came)) if isinstance(came, str) else came
        if isinstance(came, str) and len(parts) == 1:  # type: ignore[arg-type]
            parts = list(narrow(came))
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            return _odd("ordering", say.want_ordering(self.describe()), came)
        wanted = {_folded(item): item for item in self.items}
        given = [wanted.get(_folded(str(part)), str(part)) for part in parts if str(part).strip()]
        if sorted(given) != sorted(self.items):
            return _odd("ordering", say.want_ordering(self.describe()), list(given))
        return Reading(list(given))


@dataclass(frozen=True)
class Settings:
    """The line an explorer's button gives.

    Parameters
    ----------
    target : type or sequence of str
        A settings dataclass that is tried on the values, or the names that may come.
    required : sequence of str
        Names that must be there.

    Examples
    --------
    >>> settings_of(["split", "frequency"]).read({"split": "mean"}).value
    {'split': 'mean'}
    """

    target: type | Sequence[str]
    required: Sequence[str] = field(default=(), kw_only=True)

    @property
    def _names(self) -> list[str]:
        if isinstance(self.target, type):
            return [item.name for item in dataclasses.fields(self.target)]
        return list(self.target)

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.named(list(self.required) or self._names)

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = {name: item for name, item in vars(value).items() if item is not None}
        if isinstance(value, Mapping):
            value = {name: item for name, item in value.items() if item is not None}
        came, refused = _plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, dict) or not came:
            return _odd("kind", say.want_settings(self.describe()), came)
        for name in came:
            if name not in self._names:
                near = get_close_matches(name, self._names, n=1, cutoff=0.5)
                return _odd("key", say.unknown_key(name, near[0] if near else None), came)
        missing = [name for name in self.required if name not in came]
        if missing:
            return _odd("missing", say.missing_keys(missing), came)
        return self._tried(came)

    def _tried(self, came: dict[str, Plain]) -> Reading:
        if not isinstance(self.target, type):
            return Reading(came)
        try:
            self.target(**came)
        except (EcrmError, TypeError, ValueError) as error:
            first = str(error).partition("\n")[0] or type(error).__name__
            return _odd("settings", say.bad_settings(first), came)
        return Reading(came)


number = Number
choice = Choice
text = Text
mapping = Mapped
table = Table
ordering = Ordering
settings_of = Settings
