"""Classes and scores on tables small enough to check by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.rfm import (
    SEGMENTS,
    TEN,
    TEN_SEGMENTS,
    RFMSettings,
    caption,
    class_table,
    classify,
    fifths,
    quintiles,
    resolve_segment,
    rfm,
)

CODES = ["HHH", "HLH", "LHH", "LLH", "HHL", "HLL", "LHL", "LLL"]
NAMES = [
    "重要价值客户", "重要发展客户", "重要保持客户", "重要挽留客户",
    "一般价值客户", "一般发展客户", "一般保持客户", "一般挽留客户",
]  # fmt: skip


def one_of_each() -> pd.DataFrame:
    """Eight customers, one per class under the mean split: R mean 60, F mean 3, M mean 50,000."""
    high = {"R": 20, "F": 5, "M": 90_000}
    low = {"R": 100, "F": 1, "M": 10_000}
    value = {"H": high, "L": low}
    return pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(8)],
            "recency_days": [value[code[0]]["R"] for code in CODES],
            "frequency": [value[code[1]]["F"] for code in CODES],
            "monetary": [value[code[2]]["M"] for code in CODES],
        }
    )


def test_the_eight_classes_have_their_names_in_their_order():
    assert [segment.code for segment in SEGMENTS] == CODES
    assert [segment.name for segment in SEGMENTS] == NAMES
    result = classify(one_of_each())
    assert result["code"].tolist() == CODES
    assert result["segment"].tolist() == NAMES
    assert result["r_high"].tolist() == [code[0] == "H" for code in CODES]
    assert result.attrs["thresholds"] == {"recency_days": 60.0, "frequency": 3.0, "monetary": 50_000.0}


def test_a_value_equal_to_the_mean_is_high():
    table = pd.DataFrame({"recency_days": [10, 20, 30], "frequency": [1, 2, 3], "monetary": [1, 2, 3]})
    assert classify(table)["code"].tolist() == ["HLL", "HHH", "LHH"]


def test_median_split():
    table = pd.DataFrame(
        {"recency_days": [1, 2, 3, 300], "frequency": [1, 1, 2, 9], "monetary": [10, 20, 30, 1000]}
    )
    result = classify(table, RFMSettings(as_of="2026-07-01", split="median"))
    assert result.attrs["thresholds"] == {"recency_days": 2.5, "frequency": 1.5, "monetary": 25.0}
    assert result["code"].tolist() == ["HLL", "HLL", "LHH", "LHH"]


def test_thresholds_split():
    settings = RFMSettings(
        as_of="2026-07-01", split="thresholds", recency_days=100, frequency=5, monetary=10_000
    )
    assert classify(one_of_each(), settings)["code"].tolist() == [
        "HHH", "HLH", "HHH", "HLH", "HHH", "HLH", "HHH", "HLH",
    ]  # fmt: skip


def test_customers_all_alike_are_all_high_and_in_the_lowest_fifth():
    table = pd.DataFrame({"recency_days": [30] * 7, "frequency": [1] * 7, "monetary": [100] * 7})
    assert set(classify(table)["code"]) == {"HHH"}
    assert set(quintiles(table)["f_score"]) == {1}


def test_equal_values_get_equal_scores():
    assert fifths([1, 1, 1, 1, 2, 2, 3, 4, 5, 5]).tolist() == [1, 1, 1, 1, 3, 3, 4, 4, 5, 5]
    assert fifths([5, 5, 4, 3, 1], reverse=True).tolist() == [1, 1, 3, 4, 5]


def test_ten_different_values_fill_the_fifths_evenly():
    values = np.random.default_rng(7).permutation(10)
    assert Counter(fifths(values).tolist()) == dict.fromkeys(range(1, 6), 2)


def test_the_most_recent_customer_scores_five():
    table = pd.DataFrame(
        {"recency_days": [1, 50, 100, 200, 400], "frequency": range(5), "monetary": range(5)}
    )
    assert quintiles(table)["r_score"].tolist() == [5, 4, 3, 2, 1]


def test_ten_segments_cover_every_cell_and_every_name_is_reached():
    assert set(TEN_SEGMENTS) == {(r, f) for r in range(1, 6) for f in range(1, 6)}
    assert set(TEN_SEGMENTS.values()) == set(TEN)
    assert len(TEN) == len({segment.name for segment in TEN}) == len({s.name_en for s in TEN}) == 10


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ((5, 5), "Champions"), ((4, 5), "Loyal Customers"), ((4, 2), "Potential Loyalists"),
        ((5, 1), "New Customers"), ((4, 1), "Promising"), ((3, 3), "Need Attention"),
        ((3, 1), "About to Sleep"), ((2, 3), "At Risk"), ((1, 5), "Can't Lose Them"), ((1, 1), "Hibernating"),
    ],
)  # fmt: skip
def test_the_corners_of_the_usual_map(cell, name):
    assert TEN_SEGMENTS[cell].name_en == name


def test_quintiles_names_by_r_and_f():
    table = pd.DataFrame(
        {"recency_days": [400, 200, 100, 50, 1], "frequency": [9, 1, 2, 3, 5], "monetary": [1] * 5}
    )
    result = quintiles(table)
    assert result["segment10_en"].tolist() == [
        "Can't Lose Them", "Hibernating", "About to Sleep", "Potential Loyalists", "Champions",
    ]  # fmt: skip
    assert result["segment10"].iloc[4] == "冠军客户"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("重要唤回", "重要保持客户"),
        ("重要唤回客户", "重要保持客户"),
        ("重要深耕客户", "重要发展客户"),
        ("新客户", "一般发展客户"),
        (" 重要价值 ", "重要价值客户"),
        ("lll", "一般挽留客户"),
        ("ＨＨＬ", "一般价值客户"),
    ],
)
def test_aliases_and_codes_find_the_class(given, name):
    assert resolve_segment(given).name == name


def test_no_alias_names_two_classes():
    names = [name for s in SEGMENTS for name in (s.code, s.name, *s.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("given", ["重要客户", "", None, 7])
def test_an_unknown_class_is_refused(given):
    with pytest.raises(SettingsError, match="不是八类客户的名字"):
        resolve_segment(given)


def test_every_class_has_an_aim_and_a_strategy_of_its_own():
    for classes in (SEGMENTS, TEN):
        assert len({s.strategy for s in classes}) == len({s.aim for s in classes}) == len(classes)
        assert all(10 <= len(s.strategy) <= 60 and s.strategy.endswith("。") for s in classes)


def test_class_table_counts_customers_and_revenue():
    table = class_table(classify(one_of_each().iloc[[0, 0, 7]]))
    assert table["segment"].tolist() == NAMES
    assert table["customers"].tolist() == [2, 0, 0, 0, 0, 0, 0, 1]
    assert table["revenue"].tolist() == [180_000, 0, 0, 0, 0, 0, 0, 10_000]
    assert table["customer_share"].sum() == pytest.approx(1)
    assert table.loc[7, "revenue_share"] == pytest.approx(1 / 19)
    assert table.loc[0, ["mean_recency_days", "mean_frequency", "mean_monetary"]].tolist() == [20, 5, 90_000]
    assert table.loc[1, ["mean_recency_days", "mean_frequency", "mean_monetary"]].isna().all()
    assert table.loc[0, "strategy"] == SEGMENTS[0].strategy


def test_class_table_of_the_ten_segments():
    table = class_table(quintiles(one_of_each()))
    assert table["segment"].tolist() == [segment.name for segment in TEN]
    assert table["customers"].sum() == 8


def test_revenue_is_the_total_even_where_m_is_the_mean():
    orders = pd.DataFrame(
        {
            "customer_id": ["A", "A"],
            "order_id": ["1", "2"],
            "ordered_at": pd.to_datetime(["2026-06-01", "2026-06-02"], utc=True),
            "status": "completed",
            "amount_cny": [100, 300],
            "refund_cny": 0,
        }
    )
    result = rfm(orders, as_of="2026-07-01", measure="mean")
    assert result["monetary"].tolist() == [200]
    assert class_table(result)["revenue"].sum() == 400
    assert "平均每单金额" in caption(result)
    assert caption(result).startswith("截至 2026-07-01（不含当天）；此前全部订单")
    with pytest.raises(DataError, match="统计口径"):
        caption(one_of_each())


def test_no_revenue_leaves_the_share_open():
    table = one_of_each().assign(monetary=0)
    assert class_table(classify(table))["revenue_share"].isna().all()


@pytest.mark.parametrize("score", [classify, quintiles])
def test_scoring_does_not_modify_the_table_and_keeps_its_notes(score):
    table = one_of_each()
    table.attrs["as_of"] = "2026-07-01"
    before = table.copy(deep=True)
    result = score(table)
    pd.testing.assert_frame_equal(table, before)
    assert result.attrs["as_of"] == "2026-07-01"
    assert "thresholds" not in table.attrs


@pytest.mark.parametrize("score", [classify, quintiles])
@pytest.mark.parametrize(
    ("table", "said"),
    [
        (one_of_each().iloc[:0], "客户表是空的"),
        (one_of_each().drop(columns="monetary"), "缺少这些列：monetary"),
        (pd.concat([one_of_each(), one_of_each()[["monetary"]]], axis=1), "monetary 列有空格子"),
        (one_of_each().assign(frequency=np.nan), "frequency 列有空格子"),
        (one_of_each().assign(recency_days="十天"), "recency_days 列有空格子或不是数字"),
        ([1, 2, 3], "收到的是 list"),
    ],
)
def test_a_customer_table_that_cannot_be_scored(score, table, said):
    with pytest.raises(DataError, match="提示：") as caught:
        score(table)
    assert said in str(caught.value)


def test_class_table_needs_classes():
    with pytest.raises(DataError, match="还没有分类"):
        class_table(one_of_each())
