"""A shop as frozen tables."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Shop"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shop:
    """One shop's tables; data/datapackage.json describes every column in Chinese and English."""

    id: str  # "rongyu", "heting", "cdnow", "complete_journey", or "own" for a folder of one's own
    name: str  # Chinese name
    name_en: str  # English name
    as_of: pd.Timestamp  # the first local day not in the data; recency counts back from it
    timezone: str  # of local dates
    currency: str = "CNY"  # of all *_cny columns, which are hundredths of it (fen, cents)
    owner: str | None = None  # student id, for a shop from `my_shop`
    customers: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    orders: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    products: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    contacts: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    tickets: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    surveys: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    campaigns: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    campaign_sends: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    rates: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    countries: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    promotions: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    holidays: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
