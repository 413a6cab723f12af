"""The model against an independent one in plain Python, on random frames of each engine and on CDNOW."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections import defaultdict
from fractions import Fraction
from statistics import median
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecrm_helpers.datasets import load_cdnow
from ecrm_helpers.errors import DataError
from ecrm_helpers.rfm import RFMSettings, classify, customer_table, quintiles

COUNTED = ("completed", "partly_refunded")
PHASES = (Phase.explicit, Phase.generate)  # a failure is told at once: shrinking 40 rows takes minutes
AS_OF = dt.date(2026, 7, 1)
NAMES = {
    "HHH": "重要价值客户", "HLH": "重要发展客户", "LHH": "重要保持客户", "LLH": "重要挽留客户",
    "HHL": "一般价值客户", "HLL": "一般发展客户", "LHL": "一般保持客户", "LLL": "一般挽留客户",
}  # fmt: skip


def reference(rows, *, as_of, timezone, window_days=None, measure="total"):
    """Count by hand, from rows (customer, order, at, status, amount, refund), with exact fractions."""
    first = as_of - dt.timedelta(days=window_days) if window_days else dt.date.min
    mine = defaultdict(list)
    for customer, order, at, status, amount, refund in rows:
        day = at.astimezone(ZoneInfo(timezone)).date()
        if customer is not None and status in COUNTED and first <= day < as_of:
            mine[customer].append((day, order, amount - refund))
    result = {}
    for customer in sorted(mine):
        recency = (as_of - max(day for day, _, _ in mine[customer])).days
        frequency = len({order for _, order, _ in mine[customer]})
        total = sum(net for _, _, net in mine[customer])
        # Half up: the whole part of x + 1/2.
        mean = (Fraction(total, frequency) + Fraction(1, 2)).__floor__()
        result[customer] = (recency, frequency, mean if measure == "mean" else total)
    return result


def reference_codes(table, split):
    """H or L on R, F and M, with exact means."""
    middle = []
    for k in range(3):
        values = [row[k] for row in table.values()]
        middle.append(Fraction(sum(values), len(values)) if split == "mean" else median(values))
    return {
        who: "HL"[row[0] > middle[0]] + "HL"[row[1] < middle[1]] + "HL"[row[2] < middle[2]]
        for who, row in table.items()
    }


def reference_scores(table):
    """Fifths by definition: count who is smaller."""
    rows, n = table.values(), len(table)
    return {
        who: (
            5 * sum(other[0] > row[0] for other in rows) // n + 1,
            5 * sum(other[1] < row[1] for other in rows) // n + 1,
            5 * sum(other[2] < row[2] for other in rows) // n + 1,
        )
        for who, row in table.items()
    }


def native(rows, engine):
    columns = ("customer_id", "order_id", "ordered_at", "status", "amount_cny", "refund_cny")
    data = {name: [row[k] for row in rows] for k, name in enumerate(columns)}
    if engine == "pandas":
        frame = pd.DataFrame(data).astype(dict.fromkeys(columns[4:], "int64"))
        frame = frame.astype(dict.fromkeys(("customer_id", "order_id", "status"), "str"))
        return frame.assign(ordered_at=pd.to_datetime(data["ordered_at"], utc=True))
    text, number, time = pl.String, pl.Int64, pl.Datetime("us", "UTC")
    kinds = dict(zip(columns, (text, text, time, text, number, number), strict=True))
    frame = pl.DataFrame(data, schema=kinds)
    return frame.lazy() if engine == "polars lazy" else frame


moments = st.integers(0, 60 * 24 * 100).map(
    lambda minutes: dt.datetime(2026, 3, 25, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
lines = st.tuples(
    st.sampled_from(["C1", "C2", "C10", "c3", "客4", None]),
    st.integers(1, 30).map(str),
    moments,
    st.sampled_from([*COUNTED, "cancelled", "refunded", None]),
    st.integers(0, 500),
    st.integers(0, 100),
)


@settings(max_examples=120, deadline=None, derandomize=True, database=None, phases=PHASES)
@given(
    rows=st.lists(lines, min_size=1, max_size=40),
    engine=st.sampled_from(["pandas", "polars", "polars lazy"]),
    options=st.fixed_dictionaries(
        {
            "timezone": st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]),
            "window_days": st.sampled_from([None, 1, 30]),
            "measure": st.sampled_from(["total", "mean"]),
            "split": st.sampled_from(["mean", "median"]),
        }
    ),
)
def test_random_frames_agree_with_the_reference(rows, engine, options):
    split = options["split"]
    expected = reference(rows, as_of=AS_OF, **{name: options[name] for name in options if name != "split"})
    chosen = RFMSettings(as_of=AS_OF, **options)
    if not expected:
        with pytest.raises(DataError, match="没有"):
            customer_table(native(rows, engine), chosen)
        return
    table = customer_table(native(rows, engine), chosen)
    assert _plain(table, "recency_days", "frequency", "monetary") == expected
    classes = classify(table, chosen)
    assert dict(zip(classes["customer_id"], classes["code"], strict=True)) == reference_codes(expected, split)
    assert classes["segment"].tolist() == [NAMES[code] for code in classes["code"]]
    assert _plain(quintiles(table), "r_score", "f_score", "m_score") == reference_scores(expected)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, phases=PHASES)
@given(rows=st.lists(lines, min_size=2, max_size=40), data=st.data())
def test_the_order_of_rows_and_the_engine_play_no_part(rows, data):
    shuffled = data.draw(st.permutations(rows))
    rows = [("C0", "0", dt.datetime(2026, 5, 1, tzinfo=dt.UTC), "completed", 100, 0), *rows]
    chosen = RFMSettings(as_of=AS_OF)
    expected = quintiles(classify(customer_table(native(rows, "pandas"), chosen), chosen))
    for engine in ("pandas", "polars", "polars lazy"):
        table = customer_table(native([*shuffled, rows[0]], engine), chosen)
        pd.testing.assert_frame_equal(quintiles(classify(table, chosen)), expected)


def _plain(table, *names):
    columns = [table[name].tolist() for name in names]
    return {who: tuple(row) for who, *row in zip(table["customer_id"], *columns, strict=True)}


@pytest.fixture(scope="module")
def raw_cdnow():
    files = importlib.metadata.files("lifetimes") or []
    path = next(file.locate() for file in files if file.name == "CDNOW_master.txt")
    parts = [line.split() for line in path.read_text("utf-8").splitlines()[1:] if line.strip()]
    return [(who, day, round(float(dollars) * 100)) for who, day, _, dollars in parts]


def test_cdnow_has_its_published_size(raw_cdnow):
    # Fader, Hardie & Lee (2005): 23,570 customers, 69,659 transactions from January 1997 to June 1998.
    orders = load_cdnow().orders
    assert len(orders) == len(raw_cdnow) == 69_659
    assert orders["customer_id"].nunique() == len({row[0] for row in raw_cdnow}) == 23_570


def test_cdnow_customers_counted_by_hand(raw_cdnow):
    shop = load_cdnow()
    table = customer_table(shop.orders, RFMSettings(as_of=shop.as_of, timezone=shop.timezone))
    assert len(table) == 23_570
    assert int(table["frequency"].sum()) == 69_659
    by_hand = {
        "00001": (546, 1, 1_177),  # one order of 11.77 dollars on 1 January 1997
        "00002": (535, 2, 8_900),  # two orders on 12 January 1997: 12.00 + 77.00
        "00003": (34, 6, 15_646),  # last on 28 May 1998; 20.76 + 20.76 + 19.54 + 57.45 + 20.96 + 16.99
    }
    found = _plain(table, "recency_days", "frequency", "monetary")
    assert {who: found[who] for who in by_hand} == by_hand


@pytest.mark.parametrize("split", ["mean", "median"])
def test_cdnow_agrees_with_the_reference(raw_cdnow, split):
    shop = load_cdnow()
    rows = [
        (who, str(n), dt.datetime.strptime(day, "%Y%m%d").replace(tzinfo=dt.UTC), "completed", cents, 0)
        for n, (who, day, cents) in enumerate(raw_cdnow)
    ]
    table = reference(rows, as_of=shop.as_of.date(), timezone="UTC")
    chosen = RFMSettings(as_of=shop.as_of, timezone="UTC", split=split)
    result = classify(customer_table(shop.orders, chosen), chosen)
    assert _plain(result, "recency_days", "frequency", "monetary") == table
    assert dict(zip(result["customer_id"], result["code"], strict=True)) == reference_codes(table, split)
