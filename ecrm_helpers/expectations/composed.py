"""Expectations of several values: named ones, a table, an order, a model's settings."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.expectations.reading import Expectation, Problem, Reading, as_plain, odd
from ecrm_helpers.messages import answers as say
from ecrm_helpers.plaindata import Plain, narrow

__all__ = ["Mapped", "Ordering", "Settings", "Table"]

_SPACE: Final = re.compile(r"\s")


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
    >>> from ecrm_helpers.expectations import mapping, number
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
        came, refused = as_plain(given)
        if refused is not None:
            return self._name_blank(value) or refused
        if not isinstance(came, dict):
            return odd("kind", say.want_mapping(self.describe()), came)
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
        note = ""
        for key, item in found.items():
            reading = (
                self.values.read(item) if self.values is not None and key in self.keys else Reading(item)
            )
            found[key] = item if reading.value is None else reading.value
            note = note or (say.inside(key, reading.note) if reading.note else "")
            if reading.problem is not None and problem is None:
                problem = Problem(
                    reading.problem.code, say.inside(key, reading.problem.what), reading.problem.hint
                )
        ordered = {key: found[key] for key in [*self.keys, *found] if key in found}
        return Reading(ordered, problem, note)

    def _name_blank(self, value: object) -> Reading | None:
        """Say which entry is still blank."""
        if not isinstance(value, Mapping):
            return None
        for name, item in value.items():
            _, refused = as_plain(item)
            if refused is not None and refused.problem is not None:
                problem = refused.problem
                what, hint = say.BLANK if _is_blank(item) else (problem.what, problem.hint)
                return odd(problem.code, (say.inside(str(name), what), hint))
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
    _, refused = as_plain(item)
    return refused is not None and refused.problem is not None and refused.problem.code in {"none", "blank"}


def _folded(name: str) -> str:
    return _SPACE.sub("", narrow(name)).casefold()


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
    >>> from ecrm_helpers.expectations import table
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
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, list) or not came or not all(isinstance(row, dict) for row in came):
            return odd("kind", say.want_table(self.describe()), came)
        given: list[dict[str, Any]] = came  # type: ignore[assignment]
        missing = [name for name in self.columns if any(name not in row for row in given)]
        if missing:
            near = get_close_matches(missing[0], list(given[0]), n=1, cutoff=0.5)
            return odd("column", say.missing_columns(missing, near[0] if near else None), came)
        if len(given) > self.max_rows or (self.rows is not None and len(given) != self.rows):
            return odd("rows", say.row_count(len(given), say.rows_of(self.rows, self.max_rows)), came)
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
    >>> from ecrm_helpers.expectations import ordering
    >>> ordering(["获取", "留存", "忠诚"]).read("获取→忠诚→留存").value
    ['获取', '忠诚', '留存']
    """

    items: Sequence[str]

    def describe(self) -> str:
        """Say in Chinese what is expected."""
        return say.named(list(self.items))

    def read(self, value: object) -> Reading:
        """Return `value` as plain data, with a problem if the public checks fail."""
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        parts = re.split(r"\s*(?:->|[,、;>→|\s]|--?)+\s*", narrow(came)) if isinstance(came, str) else came
        if isinstance(came, str) and len(parts) == 1:  # type: ignore[arg-type]
            parts = list(narrow(came))
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            return odd("ordering", say.want_ordering(self.describe()), came)
        wanted = {_folded(item): item for item in self.items}
        given = [wanted.get(_folded(str(part)), str(part)) for part in parts if str(part).strip()]
        if sorted(given) != sorted(self.items):
            return odd("ordering", say.want_ordering(self.describe()), list(given))
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
    >>> from ecrm_helpers.expectations import settings_of
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
        came, refused = as_plain(value)
        if refused is not None:
            return refused
        if not isinstance(came, dict) or not came:
            return odd("kind", say.want_settings(self.describe()), came)
        for name in came:
            if name not in self._names:
                near = get_close_matches(name, self._names, n=1, cutoff=0.5)
                return odd("key", say.unknown_key(name, near[0] if near else None), came)
        missing = [name for name in self.required if name not in came]
        if missing:
            return odd("missing", say.missing_keys(missing), came)
        return self._tried(came)

    def _tried(self, came: dict[str, Plain]) -> Reading:
        if not isinstance(self.target, type):
            return Reading(came)
        try:
            self.target(**came)
        except (EcrmError, TypeError, ValueError) as error:
            first = str(error).partition("\n")[0] or type(error).__name__
            return odd("settings", say.bad_settings(first), came)
        return Reading(came)
