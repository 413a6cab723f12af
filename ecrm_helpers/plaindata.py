"""Plain data: what may travel from a student's session to the judge, and back out of a notebook.

``plain`` turns the objects students have at hand (numpy scalars, pandas tables, dates) into JSON data and
refuses the rest in Chinese; `ecrm_helpers.strictjson` reads such data from a source that is not trusted.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import answers as say

__all__ = [
    "MAX_CELLS",
    "Plain",
    "PlainDataError",
    "narrow",
    "plain",
]

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

MAX_CELLS: Final = 5_000
MAX_TEXT: Final = 20_000
MAX_LETTERS: Final = 40_000  # with MAX_CELLS numbers beside it, still below what the judge reads
MAX_INTEGER: Final = 2**63
_OWN_DEPTH: Final = 8
_BLANK_MARKS: Final = frozenset("_.…·-—？?")


class PlainDataError(SettingsError):
    """A value that cannot be recorded: ``code`` names the kind, ``what`` and ``hint`` are the two lines."""

    def __init__(self, code: str, lines: tuple[str, str]) -> None:
        self.code = code
        self.what, self.hint = lines
        super().__init__(say.said(self.what, self.hint))


def narrow(text: str) -> str:
    """Return `text` with full-width letters, digits and punctuation narrowed, ends trimmed.

    Examples
    --------
    >>> narrow("　Ａ１２％ ")
    'A12%'
    """
    return unicodedata.normalize("NFKC", text).strip()


def plain(value: object) -> Plain:
    """Return `value` as JSON data of at most `MAX_CELLS` values.

    Parameters
    ----------
    value : object
        Numbers, text, dates, lists, dicts, sets; numpy scalars and arrays; pandas, Polars or Arrow-like
        Series and DataFrames (a DataFrame becomes a list of row dicts, a pandas Series a dict by its index).

    Raises
    ------
    PlainDataError
        When the value is empty, too large, not finite or of a kind that is no data.

    Examples
    --------
    >>> plain({"R": 3.0, "tags": ("a", "b")})
    {'R': 3.0, 'tags': ['a', 'b']}
    """
    return _Reader().read(value, 0)


class _Reader:
    """Counts what it has read, so that a huge value is refused early."""

    def __init__(self) -> None:
        self.cells = 0
        self.letters = 0

    def read(self, value: object, depth: int) -> Plain:  # noqa: C901, PLR0911 - one line per kind
        if depth > _OWN_DEPTH:
            code = "deep"
            raise PlainDataError(code, say.TOO_DEEP)
        if value is None:
            code = "none"
            raise PlainDataError(code, say.NONE_ANSWERED)
        if value is Ellipsis:
            code = "blank"
            raise PlainDataError(code, say.BLANK)
        kind = type(value)
        if kind is bool:
            return self._count(value)
        if isinstance(value, str):
            return self._count(self._spelt(_text(value)))
        if isinstance(value, int):
            return self._count(_integer(int(value)))
        if isinstance(value, float):
            return self._count(_finite(float(value)))
        if isinstance(value, dt.date | dt.datetime):
            return self._count(_date(value))
        if isinstance(value, Mapping):
            return self._mapping(value.items(), len(value), depth)
        if isinstance(value, list | tuple):
            return self._list(value, len(value), depth)
        if isinstance(value, set | frozenset):
            return self._list(sorted(value, key=repr), len(value), depth)
        return self._foreign(value, depth)

    def _count(self, value: Any) -> Any:
        self._room_for(1)
        self.cells += 1
        return value

    def _room_for(self, more: int) -> None:
        if self.cells + more > MAX_CELLS:
            code = "big"
            raise PlainDataError(code, say.too_big(self.cells + more, MAX_CELLS))

    def _container(self, size: int) -> None:
        """Refuse what has no room; an empty one counts as a value, or lists of nothing would never end."""
        self._room_for(size)
        self.cells += size == 0

    def _spelt(self, text: str) -> str:
        self.letters += len(text)
        if self.letters > MAX_LETTERS:
            code = "big"
            raise PlainDataError(code, say.too_long(self.letters, MAX_LETTERS))
        return text

    def _list(self, items: Iterable[object], size: int, depth: int) -> Plain:
        self._container(size)
        return [self.read(item, depth + 1) for item in items]

    def _mapping(self, items: Iterable[tuple[object, object]], size: int, depth: int) -> Plain:
        self._container(size)
        return {self._spelt(_key(name)): self.read(item, depth + 1) for name, item in items}

    def _foreign(self, value: Any, depth: int) -> Plain:
        """Read numpy, pandas and Polars values, known by module so that none of them is imported here."""
        library = type(value).__module__.partition(".")[0]
        name = type(value).__name__
        if library in {"pandas", "polars"} and name == "DataFrame":
            self._room_for(value.shape[0] * value.shape[1])
            rows = _with_named_index(value).to_dict("records") if library == "pandas" else value.to_dicts()
            return [self._mapping(row.items(), len(row), depth + 1) for row in rows]
        if library == "pandas" and name == "Series":
            self._room_for(len(value))
            return self._mapping(zip(value.index, value.tolist(), strict=True), len(value), depth)
        if name in {"ndarray", "Series"} or (library == "pandas" and name.endswith("Index")):
            size = getattr(value, "size", None)
            self._room_for(int(size) if isinstance(size, int) else len(value))
            listed = value.tolist() if hasattr(value, "tolist") else value.to_list()
            return self.read(listed, depth)
        if library == "pandas" and name in {"NAType", "NaTType"}:
            code = "finite"
            raise PlainDataError(code, say.NOT_FINITE)
        if library == "numpy" and hasattr(value, "item"):
            return self.read(value.item(), depth)
        code = "kind"
        raise PlainDataError(code, say.wrong_kind(name))


def _with_named_index(frame: Any) -> Any:
    """Make the key of a grouped pandas table a column again."""
    named = [name for name in frame.index.names if name is not None and name not in frame.columns]
    return frame.reset_index(named) if named else frame


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        code = "big"
        raise PlainDataError(code, say.too_big(len(value), MAX_TEXT))
    stripped = value.strip()
    if stripped == "" or (len(stripped) > 1 and set(stripped) <= _BLANK_MARKS):
        code = "blank"
        raise PlainDataError(code, say.BLANK)
    if not value.isprintable() and _unprintable(value):
        code = "text"
        raise PlainDataError(code, say.BAD_TEXT)
    return str(value)


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(mark) in {"Cs", "Cc"} and mark not in "\n\r\t" for mark in text)


def _integer(value: int) -> int:
    if abs(value) >= MAX_INTEGER:
        code = "huge"
        raise PlainDataError(code, say.HUGE_NUMBER)
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        code = "finite"
        raise PlainDataError(code, say.NOT_FINITE)
    return value


def _date(value: dt.date) -> str:
    text = value.isoformat()
    if text == "NaT":
        code = "finite"
        raise PlainDataError(code, say.NOT_FINITE)
    return text.removesuffix("T00:00:00")


def _key(name: object) -> str:
    if isinstance(name, tuple):
        return " / ".join(_key(part) for part in name)
    return _text(name) if isinstance(name, str) else str(name)
