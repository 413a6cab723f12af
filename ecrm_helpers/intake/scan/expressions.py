"""SQL that turns plain cells into times, hundredths and texts, and is NULL for every other cell.

Only writing that has one meaning is converted here. What is left goes, once per distinct text, through the
reader of small files (:mod:`ecrm_helpers.intake.scan.oddities`), so that both read the same. Every function
takes a column that :func:`text` has trimmed, when it is one of text.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["hundredths", "identity", "literal", "number", "quoted", "text", "time", "whole", "word"]

_BLANKS = "chr(32)||chr(9)||chr(10)||chr(11)||chr(12)||chr(13)||chr(160)||chr(12288)||chr(65279)"
_BARE = r"(?s)[^\s\x{a0}\x{3000}\x{feff}](.*[^\s\x{a0}\x{3000}\x{feff}])?"
_UNSEEN = r"[\x00-\x1f\x7f\x{200b}-\x{200f}\x{2060}\x{feff}\x{a0}]"
_PLAIN_ID = r"[!-&(-<>-~]([ -~]*[!-~])?"  # ASCII without blanks, quotes or equals signs around it
_DAY = r"(199\d|20\d\d|2100)[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"[ T]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_YEARS = (1990, 2100)
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
)


def literal(value: str) -> str:
    """Write a text as an SQL literal.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a column name as an SQL identifier.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def text(column: str, kind: str) -> str:
    """Return a cell as text without blanks around it, NULL when nothing is left.

    Whole numbers that a table keeps as floating point (pandas does, beside gaps) lose their ``.0``.
    """
    if kind == "VARCHAR":
        bare = f"regexp_full_match({column}, {literal(_BARE)})"  # four times as fast as trimming
        return f"CASE WHEN {bare} THEN {column} ELSE nullif(trim({column}, {_BLANKS}), '') END"
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"CASE WHEN {column} = floor({column}) AND abs({column}) < 9007199254740992 "
            f"THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        )
    return f"CAST({column} AS VARCHAR)"


def identity(cell: str) -> str:
    """Return an id without what exports put around it, as in ``="0012"`` or ``'0012``."""
    seen = f"trim(regexp_replace({cell}, {literal(_UNSEEN)}, ' ', 'g'), {_BLANKS})"
    bare = f"trim(regexp_replace({seen}, '^=\\s*\"(.*)\"$', '\\1'), {_BLANKS})"
    bare = f"trim(regexp_replace({bare}, '^[''‘’]', ''), {_BLANKS})"
    plain = f"regexp_full_match({cell}, {literal(_PLAIN_ID)})"
    return f"CASE WHEN {plain} THEN {cell} ELSE nullif({bare}, '') END"


def whole(column: str, kind: str) -> str:
    """Read an amount that is in hundredths already."""
    if kind in _WHOLE:
        return f"TRY_CAST({column} AS BIGINT)"
    cell = column if kind == "VARCHAR" else text(column, kind)
    return f"TRY_CAST(CASE WHEN regexp_full_match({cell}, '-?[0-9]{{1,18}}') THEN {cell} END AS BIGINT)"


def hundredths(column: str, kind: str) -> str:
    """Read an amount in whole units with at most two decimals as hundredths, exactly."""
    if kind in _WHOLE:
        return f"CAST(TRY_CAST({column} AS DECIMAL(16,0)) * 100 AS BIGINT)"
    if kind in ("DOUBLE", "FLOAT"):
        # 19.99 is 19.989999…: what lies within a billionth of whole hundredths was written as hundredths.
        cents = f"({column} * 100)"
        near = f"abs({cents} - round({cents})) <= 1e-9 * greatest(1, abs({cents})) AND abs({cents}) < 1e15"
        return f"CASE WHEN {near} THEN TRY_CAST(round({cents}) AS BIGINT) END"
    if kind.startswith("DECIMAL"):
        exact = f"TRY_CAST({column} AS DECIMAL(16,2))"
        return f"CASE WHEN {exact} = {column} THEN CAST({exact} * 100 AS BIGINT) END"
    if kind != "VARCHAR":
        return "CAST(NULL AS BIGINT)"
    plain = f"regexp_full_match({column}, '[0-9]{{1,12}}(\\.[0-9]{{1,2}})?')"
    return f"CAST(TRY_CAST(CASE WHEN {plain} THEN {column} END AS DECIMAL(16,2)) * 100 AS BIGINT)"


def time(column: str, kind: str, timezone: str) -> str:
    """Read a moment as UTC; what bears no zone is the wall clock of `timezone`.

    Days on which that clock is changed are left to the reader of small files.
    """
    if kind == "TIMESTAMP WITH TIME ZONE":
        return column
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return _local(f"CAST({column} AS TIMESTAMP)", timezone)
    if kind != "VARCHAR":
        return "CAST(NULL AS TIMESTAMPTZ)"
    naive = f"regexp_full_match({column}, {literal(f'{_DAY}({_CLOCK})?')})"
    aware = f"regexp_full_match({column}, {literal(f'{_DAY}{_CLOCK}(Z|[+-][0-9][0-9]:[0-9][0-9])')})"
    # Fractions of a second are read over, as in small files.
    clock = (
        f"CASE WHEN contains({column}, '.') THEN regexp_replace({column}, '\\.[0-9]+', '') ELSE {column} END"
    )
    local = _local(f"TRY_CAST({clock} AS TIMESTAMP)", timezone)
    return f"CASE WHEN {naive} THEN {local} WHEN {aware} THEN TRY_CAST({clock} AS TIMESTAMPTZ) END"


def word(cell: str, words: Mapping[str, str]) -> str:
    """Translate the shop's own words; `words` has them as they stand in the file."""
    if not words:
        return "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in words.items())
    return f"CASE {cell} {cases} END"


def number(cell: str) -> str:
    """Read a whole number such as a quantity."""
    return f"TRY_CAST(CASE WHEN regexp_full_match({cell}, '[0-9]{{1,9}}') THEN {cell} END AS BIGINT)"


def _local(clock: str, timezone: str) -> str:
    days = ", ".join(f"DATE '{day}'" for day in changing_days(timezone))
    moment = f"timezone({literal(timezone)}, {clock})"
    return f"CASE WHEN CAST({clock} AS DATE) NOT IN ({days}) THEN {moment} END" if days else moment


@lru_cache(maxsize=16)
def changing_days(timezone: str) -> tuple[dt.date, ...]:
    """Return the days around a change of a zone's clock, when an hour is missing or comes twice.

    Examples
    --------
    >>> [str(day) for day in changing_days("America/New_York") if day.year == 2026 and day.month == 3]
    ['2026-03-07', '2026-03-08', '2026-03-09']
    """
    zone, day, changing = ZoneInfo(timezone), dt.date(_YEARS[0], 1, 1), []
    before = dt.datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
    while day.year <= _YEARS[1]:
        morrow = day + dt.timedelta(days=1)
        after = dt.datetime(morrow.year, morrow.month, morrow.day, tzinfo=zone).utcoffset()
        if after != before:
            # Where clocks change at midnight, the hour before it comes twice or the one behind it is missing.
            changing += [day - dt.timedelta(days=1), day, morrow]
        day, before = morrow, after
    return tuple(dict.fromkeys(changing))
