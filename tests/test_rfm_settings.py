"""RFM options: what is refused, and in which words."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.rfm import RFMSettings, classify, customer_table, rfm

THREE = {"recency_days": 90, "frequency": 3, "monetary": 50_000}


@pytest.mark.parametrize(
    "as_of",
    ["2026-07-01", dt.date(2026, 7, 1), pd.Timestamp("2026-07-01"), np.datetime64("2026-07-01"), "2026/7/1"],
)
def test_as_of_is_a_date(as_of):
    assert RFMSettings(as_of=as_of).day == dt.date(2026, 7, 1)


@pytest.mark.parametrize(
    "as_of",
    [
        *("七月一日", "", 20260701, "2026-07-01 08:00", "2026-07-01T00:00Z", pd.NaT, True),
        # pandas reads a date out of each of these, and a guessed one
        *("01/07/2026", "26-07-01", "2026", "2026-07", "July 2026", "2026-07/01", "0026-07-01"),
    ],
)
def test_anything_else_is_refused(as_of):
    with pytest.raises(SettingsError, match="应是一个日期"):
        RFMSettings(as_of=as_of)


def test_a_missing_as_of_is_never_today():
    with pytest.raises(SettingsError, match="没有给统计截止日"):
        RFMSettings()
    with pytest.raises(SettingsError, match="没有给统计截止日"):
        rfm(pd.DataFrame())


def test_the_line_an_explorer_copies_is_accepted():
    pasted = {"split": "thresholds", **THREE, "as_of": "2026-07-01"}
    assert RFMSettings(**pasted).monetary == 50_000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"split": "average"}, "'mean'、'median'、'thresholds'"),
        ({"measure": "sum"}, "'total'、'mean'"),
        ({"split": "thresholds", "recency_days": 90}, "还缺：frequency、monetary"),
        ({"frequency": 3}, "门槛不会起作用"),
        ({"split": "thresholds", **THREE, "monetary": "500"}, "monetary 应是不小于 0 的数"),
        ({"split": "thresholds", **THREE, "frequency": -1}, "frequency 应是不小于 0 的数"),
        ({"split": "thresholds", **THREE, "frequency": float("nan")}, "frequency 应是不小于 0 的数"),
        ({"split": "thresholds", **THREE, "recency_days": True}, "recency_days 应是不小于 0 的数"),
        ({"window_days": 0}, "window_days 应是正整数"),
        ({"window_days": 30.5}, "window_days 应是正整数"),
        ({"window_days": 10_000_000}, "最多一百年"),
        ({"timezone": "Beijing"}, "不认识时区"),
        ({"timezone": ""}, "不认识时区"),
        ({"timezone": 8}, "不认识时区"),
        ({"statuses": "completed"}, "statuses 应是"),
        ({"statuses": ()}, "statuses 应是"),
        ({"statuses": [1]}, "statuses 应是"),
        ({"statuses": 5}, "statuses 应是"),
        ({"statuses": None}, "statuses 应是"),
        ({"split": "thresholds", **THREE, "monetary": float("inf")}, "monetary 应是不小于 0 的数"),
        ({"split": "thresholds", **THREE, "monetary": np.float32("inf")}, "monetary 应是不小于 0 的数"),
        ({"split": "thresholds", **THREE, "monetary": 10**400}, "monetary 应是不小于 0 的数"),
        ({"window_days": float("inf")}, "window_days 应是正整数"),
        ({"net_of_refunds": "yes"}, "只能是 True 或 False"),
        ({"columns": {"buyer": "x"}}, "不是本模型用到的列"),
        ({"columns": {"amount_cny": None}}, "不能省略"),
        ({"columns": 5}, "columns 应是列名对照表"),
        ({"columns": ["buyer"]}, "columns 应是列名对照表"),
        ({"columns": {"customer_id": 3}}, "对应的列名应是文字"),
    ],
)
def test_an_option_out_of_range_is_explained(options, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        RFMSettings(as_of="2026-07-01", **options)
    assert said in str(caught.value)


@pytest.mark.parametrize("option", [{"split": "median"}, {"split": "thresholds", **THREE}])
def test_ten_segments_do_not_pretend_to_use_a_split(option):
    with pytest.raises(SettingsError, match='scheme="ten" 按五等分打分，用不上 split'):
        rfm(pd.DataFrame(), as_of="2026-07-01", scheme="ten", **option)


def test_the_pasted_dict_alone_is_explained():
    pasted = {"split": "thresholds", **THREE, "as_of": "2026-07-01"}
    table = pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary": [1]})
    for call in (customer_table, classify):
        with pytest.raises(
            SettingsError, match=r"收到的是 dict。\n提示：.*settings = RFMSettings\(\*\*settings\)"
        ):
            call(table, pasted)


def test_a_misspelt_option_is_named():
    with pytest.raises(SettingsError, match="没有这样的选项：spilt"):
        rfm(pd.DataFrame(), as_of="2026-07-01", spilt="mean")
    with pytest.raises(SettingsError, match="scheme 不能是 'nine'"):
        rfm(pd.DataFrame(), as_of="2026-07-01", scheme="nine")
