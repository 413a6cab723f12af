"""Score customers: high or low on each of R, F and M, or in fifths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import rfm as say
from ecrm_helpers.orders import check_kind
from ecrm_helpers.rfm.segments import SEGMENTS, TEN, TEN_SEGMENTS, resolve_segment
from ecrm_helpers.rfm.settings import RFMSettings

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Classes", "caption", "class_table", "classes_of", "classify", "fifths", "quintiles"]

_MEASURED = ("recency_days", "frequency", "monetary")


def classify(table: pd.DataFrame, settings: RFMSettings | None = None) -> pd.DataFrame:
    """Put every customer into one of the eight classes.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer with ``recency_days``, ``frequency``, ``monetary`` (fen), for example from
        :func:`customer_table`. Never modified.
    settings : RFMSettings, optional
        Only its split and thresholds are used here; mean split when None.

    Returns
    -------
    pandas.DataFrame
        `table` with ``r_high``, ``f_high``, ``m_high`` (bool), ``code`` ("HLH": R, F, M) and ``segment``.
        F and M are high when at least the limit, R when at most the limit (fewer days: more recent).
        ``.attrs["thresholds"]`` holds the three limits, ``.attrs["split"]`` their origin.

    Raises
    ------
    SettingsError
        If `settings` is no RFMSettings.
    DataError
        If `table` is empty, lacks a column, or has gaps in it.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [10, 200], "frequency": [4, 1], "monetary": [90000, 5000]})
    >>> list(classify(table)["segment"])
    ['重要价值客户', '一般挽留客户']
    """
    found = classes_of(table, settings)
    result = table.assign(
        r_high=found.r_high,
        f_high=found.f_high,
        m_high=found.m_high,
        code=_words(_CODES, found.which),
        segment=_words(_NAMES, found.which),
    )
    result.attrs = found.attrs
    return result


_CODES = [f"{r}{f}{m}" for r in "LH" for f in "LH" for m in "LH"]
_NAMES = [resolve_segment(code).name for code in _CODES]


@dataclass(frozen=True)
class Classes:
    """What :func:`classify` writes beside a table, as arrays of its length; `attrs` as on its result."""

    r_high: NDArray[np.bool_]
    f_high: NDArray[np.bool_]
    m_high: NDArray[np.bool_]
    attrs: dict[Hashable | None, Any]

    @property
    def which(self) -> NDArray[np.intp]:
        """The class as a number: 0 is LLL, 7 is HHH."""
        return 4 * self.r_high + 2 * self.f_high + self.m_high

    @property
    def code(self) -> NDArray[np.object_]:
        """The class as a text, "HLH": R, F, M."""
        return np.array(_CODES, dtype=object)[self.which]


def classes_of(table: pd.DataFrame, settings: RFMSettings | None = None) -> Classes:
    """Return the classes of :func:`classify` alone, without a table around them.

    Raises
    ------
    SettingsError, DataError
        As in :func:`classify`.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [10, 200], "frequency": [4, 1], "monetary": [90000, 5000]})
    >>> classes_of(table).code.tolist()
    ['HHH', 'LLL']
    """
    if settings is not None:
        check_kind(settings, RFMSettings, "settings")
    recency, frequency, monetary = _measures(table)
    split = "mean" if settings is None else settings.split
    limits = _limits(split, (recency, frequency, monetary), settings)
    return Classes(
        recency <= limits["recency_days"],
        frequency >= limits["frequency"],
        monetary >= limits["monetary"],
        {**table.attrs, "split": split, "thresholds": limits},
    )


def _words(words: list[str], which: NDArray[Any]) -> Any:
    """Repeat few words often: turning a million objects into pandas texts takes ten times as long."""
    return pd.array(words, dtype="str").take(which)


def _limits(split: str, measured: tuple[NDArray[Any], ...], settings: RFMSettings | None) -> dict[str, float]:
    if split == "thresholds":
        return {name: float(getattr(settings, name)) for name in _MEASURED}
    if split == "median":
        return {name: float(np.median(values)) for name, values in zip(_MEASURED, measured, strict=True)}
    # The sum of integers is exact, so a value equal to a whole mean is never lost to rounding.
    return {name: float(values.sum() / len(values)) for name, values in zip(_MEASURED, measured, strict=True)}


def fifths(values: ArrayLike, *, reverse: bool = False) -> NDArray[np.int8]:
    """Score values 1 to 5 by fifths: ``floor(5 · number of smaller values / n) + 1``.

    Equal values get equal scores and the order of rows plays no part, unlike ``pd.qcut`` (which raises on
    ties) or ``rank(method="first")``. The price: fifths need not be equally full.

    Parameters
    ----------
    values : array-like of shape (n,)
    reverse : bool, default=False
        Count larger values instead, for measures where less is better.

    Returns
    -------
    ndarray of int8, shape (n,)

    Examples
    --------
    >>> fifths([1, 1, 1, 2, 9]).tolist()
    [1, 1, 1, 4, 5]
    >>> fifths([3, 30, 300], reverse=True).tolist()
    [4, 2, 1]
    """
    array = np.asarray(values)
    ranked, n = np.sort(array), len(array)
    score = np.ones(n, dtype=np.int8)
    for k in range(1, 5):
        # 5 · #smaller ≥ k · n exactly if the ceil(k · n / 5)-th smallest value is itself smaller.
        count = -(-k * n // 5)
        score += array < ranked[n - count] if reverse else array > ranked[count - 1]
    return score


def quintiles(table: pd.DataFrame) -> pd.DataFrame:
    """Score every customer 1 to 5 on R, F and M and name one of the ten segments.

    Parameters
    ----------
    table : pandas.DataFrame
        As in :func:`classify`. Never modified.

    Returns
    -------
    pandas.DataFrame
        `table` with ``r_score`` (5 = most recent), ``f_score``, ``m_score`` (int8, 1 to 5, see
        :func:`fifths`), ``segment10`` and ``segment10_en``, which depend on R and F only.

    Raises
    ------
    DataError
        As in :func:`classify`.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [5, 90], "frequency": [6, 1], "monetary": [90000, 5000]})
    >>> quintiles(table)[["r_score", "f_score", "segment10"]].values.tolist()
    [[3, 3, '需要关注客户'], [1, 1, '沉睡客户']]
    """
    recency, frequency, monetary = _measures(table)
    r_score, f_score, m_score = fifths(recency, reverse=True), fifths(frequency), fifths(monetary)
    cell = 5 * (r_score.astype(np.intp) - 1) + f_score - 1
    names = {"segment10": _words(_TEN_ZH, cell), "segment10_en": _words(_TEN_EN, cell)}
    result = table.assign(r_score=r_score, f_score=f_score, m_score=m_score, **names)
    result.attrs = dict(table.attrs)
    return result


_CELLS = [TEN_SEGMENTS[r, f] for r in range(1, 6) for f in range(1, 6)]
_TEN_ZH = [cell.name for cell in _CELLS]
_TEN_EN = [cell.name_en for cell in _CELLS]


def class_table(result: pd.DataFrame) -> pd.DataFrame:
    """Count customers and revenue per class, every class a row, in the fixed order.

    Parameters
    ----------
    result : pandas.DataFrame
        From :func:`classify` (eight rows) or :func:`quintiles` (ten rows).

    Returns
    -------
    pandas.DataFrame
        ``segment``, ``code`` (the English name for the ten), ``customers`` (int), ``customer_share``,
        ``revenue`` (int, fen), ``revenue_share``, ``mean_recency_days``, ``mean_frequency``,
        ``mean_monetary`` (fen), ``strategy``. A class without customers has zeros and empty (NaN) means;
        revenue shares are NaN when there is no revenue at all.

    Raises
    ------
    DataError
        If `result` carries no classes.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [10, 200], "frequency": [4, 1], "monetary": [90000, 10000]})
    >>> class_table(classify(table))[["segment", "customers", "revenue_share"]].values[0].tolist()
    ['重要价值客户', 1, 0.9]
    """
    if not isinstance(result, pd.DataFrame) or not {"segment", "segment10"} & set(result.columns):
        message = say.not_scored()
        raise DataError(message)
    if "segment" in result.columns:
        column, classes = "segment", [(s.name, s.code, s.strategy) for s in SEGMENTS]
    else:
        column, classes = "segment10", [(s.name, s.name_en, s.strategy) for s in TEN]
    names = [name for name, _, _ in classes]
    paid = result["total"] if "total" in result.columns else result["monetary"]
    groups = result.assign(_paid=paid).groupby(column, observed=True)
    counted = groups.agg(
        customers=("_paid", "size"),
        revenue=("_paid", "sum"),
        mean_recency_days=("recency_days", "mean"),
        mean_frequency=("frequency", "mean"),
        mean_monetary=("monetary", "mean"),
    ).reindex(names)
    counted[["customers", "revenue"]] = counted[["customers", "revenue"]].fillna(0).astype("int64")
    revenue = int(counted["revenue"].sum())
    shown = pd.DataFrame(
        {
            "segment": names,
            "code": [code for _, code, _ in classes],
            "customers": counted["customers"].to_numpy(),
            "customer_share": counted["customers"].to_numpy() / len(result),
            "revenue": counted["revenue"].to_numpy(),
            "revenue_share": counted["revenue"].to_numpy() / (revenue or np.nan),
            **{name: counted[name].to_numpy() for name in counted.columns if name.startswith("mean_")},
            "strategy": [strategy for _, _, strategy in classes],
        }
    )
    shown.attrs = dict(result.attrs)
    return shown


def caption(table: pd.DataFrame, *, unit: str = "分") -> str:
    """Return the line to print beside a table: as-of date, window, what R and M are.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`customer_table` or anything made of it here.
    unit : str, default="分"
        The unit M is shown in.

    Raises
    ------
    DataError
        If the table does not carry its settings.
    """
    if not {"as_of", "window_days", "measure", "net_of_refunds"} <= set(table.attrs):
        message = say.no_settings()
        raise DataError(message)
    notes = table.attrs
    return say.caption(
        as_of=notes["as_of"],
        window_days=notes["window_days"],
        measure=notes["measure"],
        net=notes["net_of_refunds"],
        unit=unit,
    )


def _measures(table: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    if not isinstance(table, pd.DataFrame):
        message = say.not_a_table(table)
        raise DataError(message)
    missing = [name for name in _MEASURED if name not in table.columns]
    if missing:
        message = say.column_missing(missing)
        raise DataError(message)
    if table.empty:
        message = say.no_rows()
        raise DataError(message)
    for name in _MEASURED:
        column = table[name]
        if column.ndim == 1 and isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
            continue  # whole numbers have no gaps
        if not pd.api.types.is_numeric_dtype(column) or column.hasnans:
            message = say.not_numbers(name)
            raise DataError(message)
    recency, frequency, monetary = (table[name].to_numpy() for name in _MEASURED)
    return recency, frequency, monetary
