"""Cells of a shop's own table as values of one field of our schema; every distinct cell is read once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.intake.cells import parse_ids, plain_text, uniques
from ecrm_helpers.intake.columns import heading
from ecrm_helpers.intake.money import currency_code, parse_money
from ecrm_helpers.intake.table_columns import codes_of
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.messages import intake_tables as say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["Reading", "Values", "marked", "read_field"]

_MONEY = {"price_cny", "cost_cny", "cost_per_send"}
_MINUTES = {"handling_hours": 60, "first_response_minutes": 1}  # minutes in one of the column's units
_UNITS = (
    dict.fromkeys(("天", "日", "d", "day", "days"), 1440)
    | dict.fromkeys(("小时", "时", "h", "hr", "hrs", "hour", "hours"), 60)
    | dict.fromkeys(("分钟", "分", "m", "min", "mins", "minute", "minutes"), 1)
)  # in minutes
_SECONDS = {"秒", "秒钟", "s", "sec", "secs", "second", "seconds"}
_NUMBER = r"(\d{1,12}(?:\.\d{1,12})?)"
_SPAN = re.compile(rf"{_NUMBER}\s*([a-z]+|[天日小时分钟秒]+)")
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
_SCORES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "satisfaction": {
            **dict.fromkeys(("非常满意", "很满意", "十分满意"), 5),
            **dict.fromkeys(("满意", "比较满意"), 4),
            **dict.fromkeys(("一般", "中立"), 3),
            **dict.fromkeys(("不满意", "不太满意"), 2),
            **dict.fromkeys(("非常不满意", "很不满意"), 1),
        }
    }
)
_TRUE = {"true", "是", "有", "y", "yes", "1", "1.0", "t", "√", "✓", "对", "同意", "已同意"}
_FALSE = {"false", "否", "无", "没有", "n", "no", "0", "0.0", "f", "×", "✗", "错", "不同意", "未同意"}
_YES = {"opened": "打开", "ordered": "下单", "unsubscribed": "退订", "opted_in": "订阅"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file's cells are to be read."""

    file: str
    timezone: str
    currency: str
    day_first: bool | None = None
    date1904: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column -> word -> code


@dataclass(frozen=True, eq=False)
class Values:
    """A column's values, why a cell has none, and what was done to read them."""

    series: pd.Series
    reasons: NDArray[np.object_]  # Chinese, None where the cell was read or is empty
    done: str = ""  # Chinese, for the report


def read_field(cells: pd.Series, spec: Mapping[str, Any], header: str, how: Reading) -> Values:
    """Read a column of cells as one field.

    Parameters
    ----------
    cells : Series of object
        str, number, datetime or None; index: spreadsheet rows.
    spec : mapping
        Table Schema field.
    header : str
        As it stands in the file: its unit in brackets counts.
    how : Reading

    Returns
    -------
    Values
        Missing where the cell is empty or cannot be read; index as `cells`.

    Examples
    --------
    >>> how = Reading(file="a.csv", timezone="Asia/Shanghai", currency="CNY")
    >>> cells = pd.Series(["2小时30分", "1.5", None], dtype=object)
    >>> read_field(cells, {"name": "handling_hours", "type": "number"}, "处理时长", how).series.tolist()
    [2.5, 1.5, nan]
    """
    name, kind = spec["name"], spec["type"]
    if kind in {"date", "datetime"}:
        return _times(cells, kind, header, how)
    if name in _MONEY:
        return _money(cells, name, header, how)
    if name in _MINUTES:
        return _durations(cells, name, header)
    if kind == "string":
        return _texts(cells, spec, how)
    reader: Callable[[Any], Any]
    if kind == "boolean":
        reader, want = (lambda cell: _truth(cell, name)), say.WANT_BOOLEAN
    elif name.endswith("_percent"):
        reader, want = _percent, say.WANT_PERCENT
    elif kind == "integer":
        reader, want = (lambda cell: _whole(cell, _SCORES.get(name, {}))), say.WANT_INTEGER
    else:
        reader, want = _number, say.WANT_NUMBER
    found = uniques(cells)
    read = [reader(cell) for cell in found.cells]
    reasons = _objects([want if value is None else None for value in read])
    empty: Any = pd.NA if kind == "boolean" else np.nan
    values = [empty if value is None else value for value in read]
    dtype: Any = "boolean" if kind == "boolean" else "float64"
    spread = pd.array([*values, empty], dtype=dtype)[found.codes]
    return Values(pd.Series(spread, index=cells.index), found.spread(reasons, None))


def marked(where: NDArray[np.bool_], reason: str) -> NDArray[np.object_]:
    """Return the reason for the rows marked, None for the others.

    Examples
    --------
    >>> marked(np.array([False, True]), "不能空着").tolist()
    [None, '不能空着']
    """
    reasons = np.full(len(where), None, dtype=object)
    reasons[where] = reason
    return reasons


def _spared(empty: NDArray[np.bool_], reasons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the reasons without those of empty cells."""
    kept = reasons.copy()
    kept[empty] = None
    return kept


def _times(cells: pd.Series, kind: str, header: str, how: Reading) -> Values:
    parsed = parse_times(
        cells,
        timezone=how.timezone,
        day_first=how.day_first,
        date1904=how.date1904,
        header=header,
        file=how.file,
    )
    utc = pd.Series(pd.DatetimeIndex(parsed.values).tz_localize("UTC"), index=cells.index)
    reasons = _spared(cells.isna().to_numpy(), parsed.reasons)
    values = utc.dt.floor("s").astype("datetime64[us, UTC]")
    if kind == "date":
        values = values.dt.tz_convert(how.timezone).dt.tz_localize(None).dt.normalize()
    return Values(values, reasons)


def _money(cells: pd.Series, name: str, header: str, how: Reading) -> Values:
    """Read prices: our own column names and headers in cents hold minor units, others whole ones."""
    money = parse_money(cells, header=header, file=how.file)
    minor = heading(header) == heading(name) or re.search(r"[(（](分|cents?|fen)[)）]", header.lower())
    parsed = money.units(0 if minor else 2)
    foreign = np.array([sign not in {None, how.currency, "$"} for sign in money.signs], dtype=bool)
    reasons = parsed.reasons.copy()
    reasons[foreign] = say.other_currency(how.currency)
    reasons = _spared(cells.isna().to_numpy(), reasons)
    amounts = parsed.values.astype("float64")  # noqa: PD011  no pandas object
    amounts[np.array([reason is not None for reason in reasons]) | cells.isna().to_numpy()] = np.nan
    return Values(pd.Series(amounts, index=cells.index), reasons, say.MINOR_UNITS if minor else "")


def _durations(cells: pd.Series, name: str, header: str) -> Values:
    """Read times taken: 2小时30分, 02:30:00, or a number in the unit that the header names."""
    unit = _header_unit(header)
    factor = Decimal(_MINUTES[name] if unit is None else unit)
    found = uniques(cells)
    minutes = [_minutes(cell, factor) for cell in found.cells]
    reasons = _objects([say.WANT_DURATION if one is None else None for one in minutes])
    ours = Decimal(_MINUTES[name])
    read = np.array([np.nan if one is None else float(one / ours) for one in minutes], dtype="float64")
    values = found.spread(read, np.nan)
    converted = unit is not None and factor != ours
    done = say.converted_unit(header, name) if converted else ""
    if name == "first_response_minutes":  # whole minutes in our schema; half a minute is one
        values = np.ceil(values)
    return Values(pd.Series(values, index=cells.index), found.spread(reasons, None), done)


def _header_unit(header: str) -> Decimal | None:
    """Minutes in the unit that stands in a header's brackets or at its end."""
    text = unicodedata.normalize("NFKC", header).lower().strip()
    match = re.search(r"\(([^()]*)\)\s*$", text) or re.search(
        r"[_ ](minutes|mins?|hours?|days?|seconds?)$", text
    )
    word = match[1].strip().removeprefix("单位:").strip() if match else ""
    if word in _SECONDS:
        return Decimal(1) / 60
    return Decimal(_UNITS[word]) if word in _UNITS else None


def _minutes(cell: Any, factor: Decimal) -> Decimal | None:
    number = _number(cell)
    if number is not None:
        return Decimal(repr(number)) * factor if number >= 0 else None
    text = unicodedata.normalize("NFKC", plain_text(cell)).lower()
    clock = _CLOCK.fullmatch(text)
    if clock:
        return Decimal(int(clock[1]) * 60 + int(clock[2])) + Decimal(int(clock[3] or 0)) / 60
    parts = _SPAN.findall(text)
    if not parts or re.sub(r"\s", "", _SPAN.sub("", text)):
        return None
    total = Decimal(0)
    for amount, word in parts:
        if word in _SECONDS:
            total += Decimal(amount) / 60
        elif word in _UNITS:
            total += Decimal(amount) * _UNITS[word]
        else:
            return None
    return total


def _texts(cells: pd.Series, spec: Mapping[str, Any], how: Reading) -> Values:
    name, allowed = spec["name"], spec.get("constraints", {}).get("enum")
    if name.endswith("_id"):
        parsed = parse_ids(cells)
        reasons = _spared(cells.isna().to_numpy(), parsed.reasons)
        return Values(_text_series(parsed.values, cells), reasons)
    own = {heading(word): code for word, code in how.words.get(name, {}).items()}
    codes = codes_of(name, allowed) | own if allowed else own
    found = uniques(cells)
    read: list[str | None] = []
    for cell in found.cells:
        text = (
            plain_text(cell) if isinstance(cell, str) else f"{cell:.15g}" if _is_number(cell) else str(cell)
        )
        if name == "currency" and not own:
            read.append(currency_code(text))
        else:
            read.append(codes.get(heading(text), None if allowed else text) or None)
    want = say.want_word(name, allowed) if allowed else say.WANT_TEXT
    reasons = _objects([want if word is None else None for word in read])
    return Values(_text_series(found.spread(_objects(read), None), cells), found.spread(reasons, None))


def _text_series(values: np.ndarray, cells: pd.Series) -> pd.Series:
    return pd.Series(pd.array(values, dtype="str"), index=cells.index)


def _truth(cell: Any, name: str) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = unicodedata.normalize("NFKC", f"{cell:.15g}" if _is_number(cell) else plain_text(cell)).lower()
    yes = _YES.get(name, "")
    if text in _TRUE or (yes and text in {yes, f"已{yes}", f"是({yes})"}):
        return True
    return False if text in _FALSE or (yes and text in {f"未{yes}", f"没{yes}", f"不{yes}"}) else None


def _whole(cell: Any, words: Mapping[str, int]) -> float | None:
    if isinstance(cell, str) and heading(cell) in words:
        return float(words[heading(cell)])
    number = _number(re.sub(r"\s*[分星颗]$", "", plain_text(cell)) if isinstance(cell, str) else cell)
    return number if number is not None and number.is_integer() and abs(number) < 2**53 else None


def _percent(cell: Any) -> float | None:
    """Read "20%" or 20; "8折" is 20 % off."""
    text = unicodedata.normalize("NFKC", plain_text(cell)) if isinstance(cell, str) else ""
    part = re.fullmatch(r"(\d(?:\.\d)?|\d\d)\s*折", text)
    if part:
        digits = part[1].replace(".", "")
        return float(100 - int(digits) * (10 if len(digits) == 1 else 1))
    return _whole(text.rstrip("% ") if text else cell, {})


def _number(cell: Any) -> float | None:
    if _is_number(cell):
        return float(cell) if np.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = unicodedata.normalize("NFKC", plain_text(cell)).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,12})?", text) else None


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
