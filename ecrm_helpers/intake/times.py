"""Times as exports write them: ISO, Chinese, English, Excel serial numbers; the day is never guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import Parsed, plain_text, uniques
from ecrm_helpers.messages import intake_cells as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["parse_times"]

YEARS = (1990, 2100)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001  Excel knows no zones
_SERIALS = (32_000, 73_500)  # days from 1987 to 2101
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=\D|\d{6}(?!\d)|$)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ENGLISH = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?:([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?|(\d{1,2})[\s-]([a-z]{3,9})\.?,?)[\s-](\d{4})"
)
_CLOCK = re.compile(
    r"[\st,]*(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})(?:[.,](\d{1,9}))?)?"
    r"\s*[分秒]?\s*(am|pm|a\.m\.|p\.m\.)?\s*(z|utc|gmt|pst|pdt)?\s*(?:([+-])(\d{2}):?(\d{2}))?(?:\s*\([^)]*\))?"
)
_DIGITS_CLOCK = re.compile(r"(\d{2})(\d{2})(\d{2})")
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "pst": -480, "pdt": -420}
_NO_ZONE = -(10**6)
_TWELVE = 12


@dataclass(frozen=True)
class _Time:
    """A cell's time: when the order of day and month is open, both readings."""

    at: dt.datetime | None
    offset: int = _NO_ZONE  # minutes east of UTC
    other: dt.datetime | None = None  # the month-first reading beside the day-first one in `at`
    open: bool = False
    serial: bool = False
    why: str | None = None


def parse_times(
    column: pd.Series,
    *,
    timezone: str = "Asia/Shanghai",
    day_first: bool | None = None,
    date1904: bool = False,
    header: str = "",
    file: str = "",
) -> Parsed:
    """Read times; those without a zone are the shop's wall clock.

    Parameters
    ----------
    column : Series of cells
        str, number (Excel serial), datetime or None; index: spreadsheet rows.
    timezone : str, default="Asia/Shanghai"
    day_first : bool, optional
        How 01/07/2026 reads. When None, a cell such as 13/07/2026 must prove it for the column.
    date1904 : bool, default=False
        Whether serial numbers count from 1904.
    header, file : str
        For messages.

    Returns
    -------
    Parsed
        Values: datetime64[us] in UTC, NaT where empty or wrong. Flags ``serial`` (Excel serial numbers),
        ``day_proved`` and ``month_proved`` (which stands first, told by
        other cells), ``twice`` (an hour that the clocks went through
        twice, taken as the first), ``skipped`` (an hour the clocks left out, moved behind it).

    Raises
    ------
    DataError
        If nothing tells day from month, or the cells contradict each other.

    Examples
    --------
    >>> cells = pd.Series(["2026年7月1日 13:05", "2026-07-01T05:05:00Z", 46204.5], dtype=object)
    >>> parse_times(cells).values.astype(str).tolist()
    ['2026-07-01T05:05:00.000000', '2026-07-01T05:05:00.000000', '2026-07-01T04:00:00.000000']
    """
    found = uniques(column)
    naive = _fast(found.cells)
    reasons = np.full(len(naive), None, dtype=object)
    offsets = np.full(len(naive), _NO_ZONE, dtype=np.int64)
    serial, swapped = np.zeros(len(naive), dtype=bool), np.zeros(len(naive), dtype=bool)
    others = np.flatnonzero(np.isnat(naive))
    cells = [found.cells[at] for at in others]
    times = [_read(cell, date1904=date1904) for cell in cells]
    days_first, proof = _order(cells, times, (file, header), day_first=day_first)
    for at, one in zip(others.tolist(), times, strict=True):
        chosen = one.at if days_first or not one.open else one.other
        offsets[at], serial[at], swapped[at] = one.offset, one.serial, one.open and one.at != one.other
        if chosen is None:
            reasons[at] = one.why or say.WANT_TIME
            continue
        naive[at] = np.datetime64(chosen, "us")
    years = naive.astype("datetime64[Y]").astype(np.int64) + 1970
    outside = ~np.isnat(naive) & ((years < YEARS[0]) | (years > YEARS[1]))
    reasons[outside], naive[outside] = say.WRONG_YEAR, np.datetime64("NaT")
    utc, twice, skipped = _to_utc(naive, offsets, timezone)
    flags = {
        "serial": serial,
        "day_proved": swapped & (proof and days_first),
        "month_proved": swapped & (proof and not days_first),
        "twice": twice,
        "skipped": skipped,
        "zoned": offsets != _NO_ZONE,
    }
    return Parsed(
        found.spread(utc, np.datetime64("NaT", "us")),
        found.spread(reasons, say.EMPTY),
        {name: found.spread(flag, empty=False) for name, flag in flags.items()},
    )


def _fast(cells: list[Any]) -> NDArray[np.datetime64]:
    """Read the one most common form for all distinct cells at once; NaT for any other."""
    naive = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    if not cells or not all(isinstance(cell, str) for cell in cells):
        return naive
    texts = pd.Series(cells, dtype="str")
    read = pd.to_datetime(texts, format="%Y-%m-%d %H:%M:%S", errors="coerce").astype("datetime64[us]")
    exact = (texts.str.len() == len("2026-07-01 00:00:00")).to_numpy()
    naive[exact] = read.to_numpy()[exact]
    return naive


def _read(cell: object, *, date1904: bool) -> _Time:
    if isinstance(cell, dt.datetime):
        return _Time(cell.replace(tzinfo=None)) if cell.tzinfo is None else _zoned(cell)
    epoch = _EPOCH_1904 if date1904 else _EPOCH
    if isinstance(cell, int | float):
        return _serial(float(cell), epoch)
    text = unicodedata.normalize("NFKC", plain_text(cell)).lower()
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text), epoch)
    for pattern, dates in (
        (_YEAR_FIRST, _year_first),
        (_COMPACT, _year_first),
        (_YEAR_LAST, _year_last),
        (_ENGLISH, _english),
    ):
        match = pattern.match(text)
        if match:
            return _with_clock(dates(match), text[match.end() :])
    return _Time(None, why=say.ERROR_VALUE if text.startswith("#") else say.WANT_TIME)


def _zoned(cell: dt.datetime) -> _Time:
    offset = cell.utcoffset() or dt.timedelta()
    return _Time(cell.replace(tzinfo=None), int(offset.total_seconds() // 60))


def _serial(number: float, epoch: dt.datetime) -> _Time:
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return _Time(None, why=say.WANT_TIME)
    seconds = round(number * 86_400)
    return _Time(epoch + dt.timedelta(seconds=seconds), serial=True)


def _day(year: str, month: str | int, day: str) -> dt.datetime | None:
    try:
        return dt.datetime(int(year), int(month), int(day))  # noqa: DTZ001  the wall clock
    except ValueError:
        return None


def _year_first(match: re.Match[str]) -> _Time:
    return _Time(_day(match[1], match[2], match[3]))


def _year_last(match: re.Match[str]) -> _Time:
    day_first = _day(match[4], match[3], match[1])
    return _Time(day_first, other=_day(match[4], match[1], match[3]), open=True)


def _english(match: re.Match[str]) -> _Time:
    month = _MONTHS.get(match[1] or match[4])
    return _Time(_day(match[5], month, match[2] or match[3]) if month else None)


def _with_clock(time: _Time, rest: str) -> _Time:
    if not rest.strip():
        return time
    match = _CLOCK.fullmatch(rest) or _DIGITS_CLOCK.fullmatch(rest.strip())
    if match is None:
        return _Time(None, why=say.WANT_TIME)
    if match.re is _DIGITS_CLOCK:
        span = _span(match[1], match[2], match[3], "", "")
        offset = _NO_ZONE
    else:
        span = _span(match[2], match[3], match[4] or "0", match[1] or "", match[6] or "")
        offset = _ZONES[match[7]] if match[7] else _NO_ZONE
        if match[8]:
            offset = (int(match[9]) * 60 + int(match[10])) * (1 if match[8] == "+" else -1)
    if span is None:
        return _Time(None, why=say.WANT_TIME)
    at, other = (None if one is None else one + span for one in (time.at, time.other))
    return _Time(at, offset, other, time.open)


def _span(hour: str, minute: str, second: str, chinese: str, english: str) -> dt.timedelta | None:
    """Return the time of day, or None for one that no clock shows."""
    hours, minutes, seconds = int(hour), int(minute), int(second)
    if hours > 23 or minutes > 59 or seconds > 59:  # noqa: PLR2004
        return None
    half = {"下午": "pm", "晚上": "pm", "上午": "am", "凌晨": "am", "中午": "pm"}.get(
        chinese, english[:1] and english[:1] + "m"
    )
    if (chinese == "晚上" and hours in {0, _TWELVE}) or (half == "am" and hours > _TWELVE):
        return None  # the night before or after; 上午 15:00
    if chinese == "中午" and hours in {10, 11}:
        half = "am"
    if half and hours <= _TWELVE:
        hours = hours % _TWELVE + (_TWELVE if half == "pm" else 0)
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _order(
    cells: list[Any], times: list[_Time], where: tuple[str, str], *, day_first: bool | None
) -> tuple[bool, bool]:
    """Return whether the day stands first, and whether cells of the column proved it."""
    opened = [(cell, one) for cell, one in zip(cells, times, strict=True) if one.open]
    only_day = [cell for cell, one in opened if one.at is not None and one.other is None]
    only_month = [cell for cell, one in opened if one.at is None and one.other is not None]
    if only_day and only_month:
        message = say.dates_contradict(*where, only_day[0], only_month[0])
        raise DataError(message)
    if opened and any(isinstance(cell, dt.datetime) for cell in cells):
        message = say.dates_half_converted(*where, opened[0][0])
        raise DataError(message)
    if day_first is not None:
        if (day_first and only_month) or (not day_first and only_day):
            message = say.day_first_wrong(*where, (only_month or only_day)[0], day_first=day_first)
            raise DataError(message)
        return day_first, False
    if only_day or only_month:
        return bool(only_day), True
    unclear = [cell for cell, one in opened if one.at != one.other]
    if unclear:
        message = say.dates_unclear(*where, unclear[0])
        raise DataError(message)
    return True, False


def _to_utc(
    naive: NDArray[np.datetime64], offsets: NDArray[np.int64], timezone: str
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_], NDArray[np.bool_]]:
    utc = naive.copy()
    zoned = offsets != _NO_ZONE
    utc[zoned] -= offsets[zoned].astype("timedelta64[m]")
    local = pd.DatetimeIndex(naive[~zoned])
    strict = local.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    first = local.tz_localize(timezone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT")
    moved = local.tz_localize(
        timezone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward"
    )
    utc[~zoned] = moved.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    twice, skipped = np.zeros(len(naive), dtype=bool), np.zeros(len(naive), dtype=bool)
    twice[~zoned] = np.asarray(strict.isna()) & np.asarray(first.notna())
    skipped[~zoned] = np.asarray(first.isna()) & np.asarray(moved.notna())
    return utc, twice, skipped
