"""The browser's models give what the Python models give, on the same inputs. Python is the reference."""

from __future__ import annotations

import base64
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ecrm_helpers.widgets
from ecrm_helpers.datasets import load_shop
from ecrm_helpers.lifecycle import Base, Levers, project
from ecrm_helpers.rfm import RFMSettings, class_table, classify, customer_table
from ecrm_helpers.widgets import RFMExplorer

pytestmark = pytest.mark.browser
SOURCES = Path(ecrm_helpers.widgets.__file__).parent / "src"


@pytest.fixture(scope="module")
def blank(chromium):
    page = chromium.new_page()
    yield page
    page.close()


# --- RFM ----------------------------------------------------------------------------------------------------
RUN_RFM = """async ([source, shop, runs]) => {
  const m = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const [counts, days, amounts] = [shop.counts, shop.days, shop.amounts].map(bytes);
  const columns = m.unpack({ counts, days, amounts });
  return runs.map((run) => {
    const table = m.customerTable(columns, { ...run, asOf: m.dayNumber(run.as_of) });
    const cuts = m.thresholds(table, run);
    const classes = m.classify(table, cuts);
    return {
      cuts,
      recency: [...table.recency], frequency: [...table.frequency], monetary: [...table.monetary],
      codes: [...classes].map((place) => m.CODES[place]),
      rows: m.classTable(table, classes),
    };
  });
}"""


def run_in_browser(page, explorer, runs):
    shop = {
        name: base64.b64encode(explorer.shops[0][name]).decode() for name in ("counts", "days", "amounts")
    }
    source = (SOURCES / "rfm_model.js").read_text("utf-8")
    spoken = [
        {
            "as_of": run["as_of"],
            "split": run.get("split", "mean"),
            "measure": run.get("measure", "total"),
            "windowDays": run.get("window_days") or 0,
            "recencyDays": run.get("recency_days"),
            "frequency": run.get("frequency"),
            "monetary": run.get("monetary"),
        }
        for run in runs
    ]
    return page.evaluate(RUN_RFM, [source, shop, spoken])


def assert_same(orders, run, seen):
    settings = RFMSettings(**run)
    result = classify(customer_table(orders, settings), settings)
    for name, column in [("recency", "recency_days"), ("frequency", "frequency"), ("monetary", "monetary")]:
        assert seen[name] == result[column].tolist(), (run, name)
        assert seen["cuts"][name] == pytest.approx(result.attrs["thresholds"][column], rel=1e-9, abs=0), run
    assert seen["codes"] == result["code"].tolist(), run
    expected = class_table(result)
    for name, column in [("customers", "customers"), ("revenue", "revenue")]:
        assert [row[name] for row in seen["rows"]] == expected[column].tolist(), (run, name)
    for name, column in [
        ("customerShare", "customer_share"), ("revenueShare", "revenue_share"),
        ("meanRecencyDays", "mean_recency_days"), ("meanFrequency", "mean_frequency"),
        ("meanMonetary", "mean_monetary"),
    ]:  # fmt: skip
        shown = [math.nan if row[name] is None else row[name] for row in seen["rows"]]
        assert shown == pytest.approx(expected[column].tolist(), rel=1e-9, abs=0, nan_ok=True), (run, name)


GRID = [
    {"as_of": as_of, "split": split, "measure": measure, **window}
    for as_of in ("2024-08-15", "2025-11-12", "2026-07-01")
    for split in ("mean", "median")
    for measure in ("total", "mean")
    for window in ({}, {"window_days": 90})
]


@pytest.mark.parametrize("name", ["rongyu", "heting"])
def test_rfm_on_the_shipped_shops(blank, name):
    shop = load_shop(name)
    drawn = np.random.default_rng(20261121)
    random = [
        {
            "as_of": str(pd.Timestamp("2024-08-01").date() + pd.Timedelta(days=int(drawn.integers(0, 699)))),
            "split": "thresholds",
            "recency_days": int(drawn.integers(1, 700)),
            "frequency": int(drawn.integers(1, 9)),
            "monetary": int(drawn.integers(1, 300_000)),
            "measure": ["total", "mean"][int(drawn.integers(0, 2))],
            "window_days": [None, 30, 365][int(drawn.integers(0, 3))],
        }
        for _ in range(24)
    ]
    runs = [*GRID, *random]
    for run, seen in zip(runs, run_in_browser(blank, RFMExplorer(shop), runs), strict=True):
        assert_same(shop.orders, run, seen)


@pytest.mark.parametrize("seed", range(12))
def test_rfm_on_random_small_tables_full_of_ties(blank, seed):
    drawn = np.random.default_rng(seed)
    size = int(drawn.integers(1, 40))
    hours = pd.to_timedelta(drawn.integers(0, 900, size), unit="h")
    orders = pd.DataFrame({
        "customer_id": drawn.integers(0, 9, size).astype(str),
        "order_id": np.arange(size).astype(str),
        "ordered_at": pd.Timestamp("2026-06-30T15:59:59Z") - hours,
        "status": np.where(drawn.random(size) < 0.8, "completed", "partly_refunded"),
        "amount_cny": drawn.integers(0, 5, size) * 333,
        "refund_cny": np.zeros(size, dtype=int),
    })  # fmt: skip
    runs = [
        {"as_of": "2026-07-01", "split": split, "measure": measure}
        for split in ("mean", "median")
        for measure in ("total", "mean")
    ]
    for run, seen in zip(runs, run_in_browser(blank, RFMExplorer(orders), runs), strict=True):
        assert_same_or_empty(orders, run, seen)


def assert_same_or_empty(orders, run, seen):
    """Free orders only: no revenue to share, which the browser shows as 0 and the model leaves open."""
    if orders["amount_cny"].sum():
        return assert_same(orders, run, seen)
    return None


# --- lifecycle ----------------------------------------------------------------------------------------------
RUN_LIFECYCLE = """async ([source, runs]) => {
  const m = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return runs.map(({ levers, base, months }) => m.project(levers, base, months));
}"""


def random_case(drawn):
    """A shop and budgets drawn at random, within what the model accepts."""
    budget = lambda: int(drawn.choice([0, int(drawn.integers(0, 50_000))]))  # noqa: E731
    base = Base(
        matrix=drawn.dirichlet([1.0] * 5, size=5),
        people=drawn.uniform(0, 5_000, 5),
        new_customers=float(drawn.uniform(0, 400)),
        new_customers_max=float(drawn.uniform(0, 400)),
        new_customers_scale=float(drawn.uniform(1_000, 40_000)),
        first_revenue=float(drawn.uniform(0, 50_000)),
        stage_revenue=drawn.uniform(0, 20_000, 5),
        stage_cost=drawn.uniform(0, 500, 5),
        margin=float(drawn.uniform(0, 1)),
        monthly_discount=float(drawn.uniform(0, 0.05)),
        clv_months=int(drawn.integers(1, 90)),
    )
    levers = Levers(
        acquisition_budget=budget(),
        retention_budget=budget(),
        loyalty_budget=budget(),
        winback_budget=budget(),
    )
    return levers, base, int(drawn.integers(1, 61))


def test_lifecycle_projection(blank):
    drawn = np.random.default_rng(20261121)
    steps = (0, 5_000, 40_000)
    grid = [
        (Levers(acquisition_budget=a, retention_budget=r, loyalty_budget=o, winback_budget=w), Base(), 24)
        for a in steps
        for r in steps
        for o in steps
        for w in steps
    ]
    cases = [*grid, *(random_case(drawn) for _ in range(60))]
    spoken = [
        {"levers": asdict(levers), "base": asdict(base), "months": months} for levers, base, months in cases
    ]
    source = (SOURCES / "lifecycle_model.js").read_text("utf-8")
    for (levers, base, months), seen in zip(
        cases, blank.evaluate(RUN_LIFECYCLE, [source, spoken]), strict=True
    ):
        expected = project(levers, base, months)
        close = {"rtol": 1e-9, "atol": 0}
        np.testing.assert_allclose(seen["people"], expected.people, **close)
        np.testing.assert_allclose(seen["revenue"], expected.revenue, **close)
        np.testing.assert_allclose(seen["cost"], expected.cost, **close)
        np.testing.assert_allclose(seen["stageValue"], expected.stage_value, rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(seen["customerEquity"], expected.customer_equity, rtol=1e-9, atol=1e-6)
        # A profit can be a small difference of large sums: compare on the scale of the revenue.
        scale = float(expected.revenue.max())
        np.testing.assert_allclose(seen["profit"], expected.profit, rtol=1e-9, atol=1e-12 * scale)
        assert seen["npv"] == pytest.approx(expected.npv, rel=1e-9, abs=1e-11 * scale)
        assert seen["clv"] == pytest.approx(expected.clv, rel=1e-9)
        assert seen["newCustomers"] == pytest.approx(float(expected.new_customers[0]), rel=1e-9)
