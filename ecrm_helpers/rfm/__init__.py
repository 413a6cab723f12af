"""RFM: value customers by how recently, how often and for how much they bought.

One implementation for every table engine: orders are filtered and grouped where they are (pandas, PyArrow,
Polars, DuckDB, Dask, Ibis, PySpark; files larger than memory through the lazy ones), collected once at one
row per customer and scored in numpy, so every engine gives identical classes. A large pandas or PyArrow
frame is grouped by DuckDB where that is installed, without being copied. ``settings`` holds the choices,
``table`` the customer grain, ``schemes`` the scores, ``segments`` the names.

R is the number of days from the last order to the as-of date: **fewer is better**. Say R 高（近）, never a
bare "high R".
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import rfm as say
from ecrm_helpers.rfm.schemes import caption, class_table, classes_of, classify, fifths, quintiles
from ecrm_helpers.rfm.segments import SEGMENTS, TEN, TEN_SEGMENTS, Segment, TenSegment, resolve_segment
from ecrm_helpers.rfm.settings import THRESHOLDS, RFMSettings
from ecrm_helpers.rfm.table import customer_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "SEGMENTS",
    "TEN",
    "TEN_SEGMENTS",
    "RFMSettings",
    "Segment",
    "TenSegment",
    "caption",
    "class_table",
    "classes_of",
    "classify",
    "customer_table",
    "fifths",
    "quintiles",
    "resolve_segment",
    "rfm",
]


def rfm(
    orders: Any, *, as_of: Any = None, scheme: Literal["eight", "ten"] = "eight", **settings: Any
) -> pd.DataFrame:
    """Go from orders to classified customers in one call.

    Parameters
    ----------
    orders : table of any engine
        pandas, PyArrow, Polars, DuckDB, Dask, Ibis or PySpark; see :func:`customer_table`.
    as_of : str or date
        Required: the first day that no longer counts.
    scheme : {'eight', 'ten'}, default="eight"
        The eight classes (:func:`classify`) or fifths and ten segments (:func:`quintiles`).
    **settings
        Every other field of :class:`RFMSettings`; no split and thresholds with ``scheme="ten"``.

    Returns
    -------
    pandas.DataFrame
        One row per customer, sorted by ``customer_id``.

    Raises
    ------
    SettingsError, DataError

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["A", "B"], "order_id": ["1", "2"], "status": ["completed", "completed"],
    ...     "ordered_at": pd.to_datetime(["2026-06-20", "2026-01-02"], utc=True),
    ...     "amount_cny": [30000, 10000], "refund_cny": [0, 0],
    ... })
    >>> rfm(orders, as_of="2026-07-01")[["customer_id", "segment"]].values.tolist()
    [['A', '重要价值客户'], ['B', '一般保持客户']]
    """
    known = [field.name for field in fields(RFMSettings)]
    unknown = [name for name in settings if name not in known]
    if unknown:
        message = say.unknown_option(unknown, [*known, "scheme"])
        raise SettingsError(message)
    if scheme not in ("eight", "ten"):
        message = say.bad_choice("scheme", scheme, ("eight", "ten"))
        raise SettingsError(message)
    ignored = [name for name in ("split", *THRESHOLDS) if name in settings] if scheme == "ten" else []
    if ignored:
        message = say.split_unused(ignored)
        raise SettingsError(message)
    chosen = RFMSettings(as_of=as_of, **settings)
    table = customer_table(orders, chosen)
    return classify(table, chosen) if scheme == "eight" else quintiles(table)
