"""The calculation as spreadsheet formulas; only functions that Excel 2010, WPS and LibreOffice share.

Each function mirrors one of `grades.totals`; a test has LibreOffice compute both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ecrm_helpers.grades.policies import Missing

__all__ = ["combined", "level", "mean", "product", "rounded", "text"]

NOISE = 9  # digits: floats that stand for 84.5 are 84.5 again, and 84.49999999 is not


def text(value: str) -> str:
    """Quote a text inside a formula.

    Examples
    --------
    >>> text("缺")
    '"缺"'
    """
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def combined(
    cells: Sequence[str],
    weights: Sequence[str],
    *,
    missing: Missing,
    otherwise: str,
    full: Sequence[str] = (),
    finish: Callable[[str], str] = str,
) -> str:
    """Weigh cells, treating those without a number as the policy says.

    Parameters
    ----------
    cells, weights : sequence of str
        Of equal length.
    missing : {'pending', 'zero', 'leave_out'}
    otherwise : str
        Shown when there is no result.
    full : sequence of str, optional
        Cells with each one's full marks: shares of them are weighed.
    finish : callable
        Put around the result.

    Examples
    --------
    >>> combined(["F6", "G6"], ["F$4", "G$4"], missing="pending", otherwise="缺")
    'IF(COUNT(F6,G6)=2,(F6*F$4+G6*G$4)/(F$4+G$4),"缺")'
    >>> combined(["F6", "G6"], ["F$4", "G$4"], missing="zero", otherwise="缺")
    '(N(F6)*F$4+N(G6)*G$4)/(F$4+G$4)'
    """
    pairs = list(zip(cells, weights, strict=True))
    factors = (
        [f"{weight}/{out_of}" for weight, out_of in zip(weights, full, strict=True)] if full else weights
    )
    known = "+".join(f"N({cell})*{factor}" for cell, factor in zip(cells, factors, strict=True))
    whole = "+".join(weights)
    if missing == "zero":
        return finish(f"({known})/({whole})")
    count = f"COUNT({','.join(cells)})"
    if missing == "leave_out":
        present = "+".join(f"ISNUMBER({cell})*{weight}" for cell, weight in pairs)
        return f"IF({count}=0,{text(otherwise)},{finish(f'({known})/({present})')})"
    every = "+".join(f"{cell}*{factor}" for cell, factor in zip(cells, factors, strict=True))
    return f"IF({count}={len(pairs)},{finish(f'({every})/({whole})')},{text(otherwise)})"


def product(first: str, second: str, *, missing: Missing, otherwise: str) -> str:
    """Multiply a mark by another in percent.

    Examples
    --------
    >>> product("F6", "G6", missing="pending", otherwise="缺")
    'IF(COUNT(F6,G6)=2,F6*G6/100,"缺")'
    """
    if missing == "zero":
        return f"N({first})*N({second})/100"
    return f"IF(COUNT({first},{second})=2,{first}*{second}/100,{text(otherwise)})"


def rounded(formula: str, digits: int) -> str:
    """Round half up as `RoundHalfUp` does, from a float that may stand a hair off its exact value."""
    return f"ROUND(ROUND({formula},{NOISE}),{digits})"


def level(cell: str, levels: Iterable[tuple[str, str]], *, otherwise: str) -> str:
    """Name the level of a total.

    Parameters
    ----------
    cell : str
    levels : iterable of (name, lowest)
        Cells, highest first.
    otherwise : str
    """
    found = text(otherwise)
    for name, lowest in reversed(list(levels)):
        found = f"IF({cell}>={lowest},{name},{found})"
    return f"IF(ISNUMBER({cell}),{found},{text(otherwise)})"


def mean(values: str, counted: str, *, missing: Missing, otherwise: str) -> str:
    """Mean of a column over the students who have a number in another.

    Parameters
    ----------
    values, counted : str
        Ranges of equal height.
    missing : {'pending', 'zero', 'leave_out'}
        'zero': a counted student without a value counts as 0.
    otherwise : str
    """
    who = f"ISNUMBER({counted})" if missing == "zero" else f"ISNUMBER({counted})*ISNUMBER({values})"
    number = f"SUMPRODUCT({who}*1)"
    return f"IF({number}=0,{text(otherwise)},SUMPRODUCT({who}*1,{values})/{number})"
