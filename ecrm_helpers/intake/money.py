"""Amounts as exports write them, in exact decimals; currencies and conversion by a dated rate table."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import Parsed, Uniques, plain_text, uniques
from ecrm_helpers.messages import intake_cells as say

if TYPE_CHECKING:
    from fractions import Fraction

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["DOLLAR", "Money", "currency_code", "digits_of", "multiply", "parse_currencies", "parse_money"]

_LONGEST = 60  # letters of an amount with all its signs
LARGEST = 10**13  # units of any currency; its hundredths and a rate fit 64 bits
DOLLAR = "$"  # some dollar, of which country is not said
_DIGITS = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"), 0) | dict.fromkeys(
    ("KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"), 3
)
_CODES = frozenset({
    "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "MOP", "KRW", "AUD", "CAD", "NZD", "SGD", "CHF",
    "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BYN", "KZT", "BRL",
    "MXN", "CLP", "COP", "PEN", "ARS", "INR", "IDR", "MYR", "THB", "VND", "PHP", "PKR", "BDT", "LKR",
    "AED", "SAR", "QAR", "KWD", "BHD", "OMR", "JOD", "ILS", "EGP", "MAD", "TND", "ZAR", "NGN", "KES",
    "UGX", "XAF", "XOF", "ISK", "PYG", "UYU", "IQD", "LYD",
})  # fmt: skip
_NAMES = {
    "人民币": "CNY", "元": "CNY", "圆": "CNY", "rmb": "CNY", "cn¥": "CNY", "¥": "CNY", "块": "CNY",
    "人民币元": "CNY", "美元": "USD", "美金": "USD", "us$": "USD", "us": "USD", "usd$": "USD",
    "$us": "USD", "$": DOLLAR, "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "日元": "JPY",
    "日圆": "JPY", "jp¥": "JPY", "円": "JPY", "港币": "HKD", "港元": "HKD", "hk$": "HKD", "台币": "TWD",
    "新台币": "TWD", "nt$": "TWD", "韩元": "KRW", "₩": "KRW", "澳元": "AUD", "a$": "AUD", "au$": "AUD",
    "加元": "CAD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "s$": "SGD", "新加坡元": "SGD", "卢布": "RUB",
    "₽": "RUB", "руб": "RUB", "руб.": "RUB", "r$": "BRL", "雷亚尔": "BRL", "₺": "TRY", "zł": "PLN",
    "兹罗提": "PLN", "₹": "INR", "฿": "THB", "泰铢": "THB", "₫": "VND", "mx$": "MXN", "比索": "MXN",
    "rm": "MYR", "rp": "IDR", "₪": "ILS", "₴": "UAH", "chf": "CHF", "瑞士法郎": "CHF", "د.إ": "AED",
}  # fmt: skip
_PARTS = re.compile(r"([^\d.,+−()-]*)([+−-]?)([^\d.,+−()-]*)([\d.,]+)([^\d,+−()-]*)")
_NO_BLANKS = re.compile(r"(?<!\d)\s+|\s+(?!\d)|\s(?=\d{3}(?!\d))")  # none but between groups of thousands
_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+")
_DOT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d+(?:,\d*)?|,\d+")
_UNCLEAR_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, eq=False)
class Money:
    """A column of amounts, not yet in units: how many digits count depends on the currency."""

    found: Uniques
    amounts: list[Decimal | None]  # per distinct cell
    signs: NDArray[np.object_]  # per row: currency code, DOLLAR or None
    reasons: NDArray[np.object_]
    comma: bool = False  # whether the decimal sign is a comma

    def units(self, digits: int) -> Parsed:
        """Return the amounts in units of ``10 ** -digits``, rounded half to even.

        Returns
        -------
        Parsed
            Values: int64. Flag ``rounded``.
        """
        scaled = [Decimal(0) if one is None else one.scaleb(digits) for one in self.amounts]
        whole = [one.quantize(Decimal(1), rounding=ROUND_HALF_EVEN) for one in scaled]
        rounded = np.array([a != b for a, b in zip(scaled, whole, strict=True)], dtype=bool)
        values = np.array([int(one) for one in whole], dtype=np.int64)
        return Parsed(
            self.found.spread(values, 0), self.reasons, {"rounded": self.found.spread(rounded, empty=False)}
        )


def digits_of(currency: str) -> int:
    """Return the digits behind the point of a currency's minor unit (ISO 4217).

    Examples
    --------
    >>> digits_of("CNY"), digits_of("JPY"), digits_of("KWD")
    (2, 0, 3)
    """
    return _DIGITS.get(currency, 2)


def currency_code(text: object) -> str | None:
    """Read a currency's name, code or sign.

    Returns
    -------
    str or None
        ISO code, :data:`DOLLAR` for a bare "$", None for anything else.

    Examples
    --------
    >>> [currency_code(text) for text in ("US $", "人民币", "￥", "eur", "?")]
    ['USD', 'CNY', 'CNY', 'EUR', None]
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain_text(text))).lower().replace("￥", "¥")
    if plain.upper() in _CODES:
        return plain.upper()
    if plain in _NAMES:
        return _NAMES[plain]
    both = re.fullmatch(r"([a-z]{3})[^a-z]?|.*\(([a-z]{3})\)|.*-([a-z]{3})", plain)
    code = next((part.upper() for part in both.groups() if part), "") if both else ""
    return code if code in _CODES else None


def parse_currencies(column: pd.Series) -> Parsed:
    """Read a column of currencies; values are ISO codes or :data:`DOLLAR`, None where empty."""
    found = uniques(column)
    codes = np.array([*(currency_code(cell) for cell in found.cells), None], dtype=object)[:-1]
    reasons = np.array([*(None if code else say.WANT_CURRENCY for code in codes), None], dtype=object)[:-1]
    return Parsed(found.spread(codes, None), found.spread(reasons, None))


def parse_money(column: pd.Series, *, decimal: str | None = None, header: str = "", file: str = "") -> Money:
    """Read amounts exactly, with their currency signs; negative and textual ones are given a reason.

    Parameters
    ----------
    column : Series of cells
    decimal : {'.', ','}, optional
        The decimal sign. When None it must follow from the column: 1,234.50 or 12.5 prove a point,
        1.234,50 or 12,5 a comma; 1.234 alone proves nothing. Without any proof 1,234 is a thousand.
    header, file : str
        For messages.

    Raises
    ------
    DataError
        If the column has both signs, or nothing but cells such as 1.234.

    Examples
    --------
    >>> import pandas as pd
    >>> money = parse_money(pd.Series(["¥1,234.50", "US $12.345", 8.0], dtype=object))
    >>> money.units(2).values.tolist(), money.signs.tolist()
    ([123450, 1234, 800], ['CNY', 'USD', None])
    """
    found = uniques(column)
    parts = [_split(cell) for cell in found.cells]
    comma = _comma_decimal([one[0] for one in parts], found, decimal, (file, header))
    amounts, reasons = [], []
    for number, _, reason in parts:
        amount = None if reason else _decimal(number, comma=comma)
        too_large = amount is not None and amount >= LARGEST
        amounts.append(None if too_large else amount)
        reasons.append(
            reason or (say.TOO_LARGE if too_large else None if amount is not None else say.WANT_AMOUNT)
        )
    signs = np.array([*(sign for _, sign, _ in parts), None], dtype=object)[:-1]
    why = np.array([*reasons, None], dtype=object)[:-1]
    return Money(found, amounts, found.spread(signs, None), found.spread(why, say.EMPTY), comma)


def multiply(units: NDArray[np.int64], factor: Fraction) -> NDArray[np.int64]:
    """Multiply whole units by a fraction, rounding half to even, exactly.

    Examples
    --------
    >>> from fractions import Fraction
    >>> multiply(np.array([1, 3, 5]), Fraction(1, 2)).tolist()
    [0, 2, 2]
    """
    if factor == 1 or len(units) == 0:
        return units.astype(np.int64)
    top, bottom = factor.numerator, factor.denominator
    fits = int(np.abs(units).max()) * top < 2**62 and bottom < 2**61
    whole: Any = units.astype(np.int64 if fits else object) * top
    quotient, rest = whole // bottom, whole % bottom
    up = (2 * rest > bottom) | ((2 * rest == bottom) & (quotient % 2 == 1))
    return (quotient + up.astype(np.int64)).astype(np.int64)


def _split(cell: object) -> tuple[str, str | None, str | None]:  # noqa: C901, PLR0911  one per form
    """Return a cell's number as text, its currency, and why it is no amount."""
    if isinstance(cell, int | float):
        text = f"{cell:.15g}"  # 84.5, where a formula left 84.49999999999999
        if "e" in text or "n" in text:
            text = format(Decimal(text), "f") if "e" in text else "nan"
        return ("", None, say.NEGATIVE) if cell < 0 else (f"={text.lstrip('-')}", None, None)
    if not isinstance(cell, str):
        return "", None, say.WANT_AMOUNT
    if _PLAIN.fullmatch(cell):
        return cell, None, None
    if len(cell) > _LONGEST:
        return "", None, say.WANT_AMOUNT
    text = unicodedata.normalize("NFKC", plain_text(cell))
    text = re.sub(r"(?<=\d)['’](?=\d{3})", "", _NO_BLANKS.sub("", text))
    if not text:
        return "", None, say.EMPTY
    if re.fullmatch(r"\(.*\d.*\)|\D*\(\D*\d[^()]*\)", text):
        return "", None, say.NEGATIVE
    match = _PARTS.fullmatch(text)
    if match is None:
        return "", None, say.WANT_AMOUNT
    if match[2] in "-−" and match[2] and match[4].strip("0.,"):
        return "", None, say.NEGATIVE
    words = [part for part in (match[1] + match[3], match[5]) if part]
    codes = [currency_code(word) for word in words]
    if None in codes or len({code for code in codes if code != DOLLAR}) > 1:
        return "", None, say.WANT_AMOUNT
    sign = next((code for code in codes if code != DOLLAR), codes[0] if codes else None)
    return match[4], sign, None


def _comma_decimal(numbers: list[str], found: Uniques, decimal: str | None, where: tuple[str, str]) -> bool:
    """Return whether the column writes a decimal comma."""
    if decimal is not None:
        return decimal == ","
    texts = [(number, index) for index, number in enumerate(numbers) if number and number[0] != "="]
    point = next((index for number, index in texts if _proves(number, ".", ",")), None)
    comma = next((index for number, index in texts if _proves(number, ",", ".")), None)
    if point is not None and comma is not None:
        message = say.decimals_contradict(*where, found.cells[point], found.cells[comma])
        raise DataError(message)
    unclear = next((index for number, index in texts if _UNCLEAR_DOT.fullmatch(number)), None)
    if unclear is not None and point is None and comma is None:
        message = say.decimals_unclear(*where, found.cells[unclear])
        raise DataError(message)
    return comma is not None


def _proves(number: str, mark: str, group: str) -> bool:
    """Tell whether a number's form leaves only `mark` as decimal sign."""
    if mark not in number:
        return number.count(group) > 1 and bool(
            re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}}){{2,}}", number)
        )
    if number.count(mark) > 1:
        return False
    if group in number:
        return number.rindex(group) < number.index(mark)
    head, tail = number.split(mark)
    return len(tail) != 3 or head in {"", "0"} or len(head) > 3  # noqa: PLR2004  a group of thousands has three


def _decimal(number: str, *, comma: bool) -> Decimal | None:
    if number.startswith("="):
        return Decimal(number[1:]) if number != "=nan" else None
    if not (_DOT_GROUPS if comma else _COMMA_GROUPS).fullmatch(number):
        return None
    plain = number.replace(".", "").replace(",", ".") if comma else number.replace(",", "")
    return Decimal(plain)
