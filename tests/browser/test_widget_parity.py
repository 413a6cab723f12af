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
from ecrm_helpers.value import (
    BENEFITS,
    COSTS,
    break_even_retention,
    clv,
    clv_curve,
    clv_sensitivity,
    compare_perceived,
    net_clv,
    payback,
    perceived_value,
    save_on_service,
)
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


# --- customer value -----------------------------------------------------------------------------------------
RUN_CLV = """async ([source, runs, periods]) => {
  const m = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return runs.map(({ settings, newMargin }) => ({
    clv: m.clv(settings), net: m.netClv(settings), payback: m.payback(settings),
    curve: m.clvCurve(settings, periods), levers: m.sensitivity(settings),
    edge: settings.margin > 0 ? m.breakEvenRetention(settings, newMargin) : null,
  }));
}"""
PERIODS = 40


def clv_cases():
    """Corners of what the explorer lets one set, and 300 cases drawn between them."""
    names = ("margin", "retention", "discount", "acquisition_cost", "first_period")
    grid = [
        dict(zip(names, (margin, retention, discount, cost, first), strict=True))
        for margin in (0.01, 100)
        for retention in (0, 0.6, 0.99)
        for discount in (0, 0.1, 1)
        for cost in (0, 100, 150, 1e6)
        for first in ("immediate", "end")
    ]
    drawn = np.random.default_rng(20261122)
    values = (
        lambda: round(float(drawn.uniform(1, 900)), 2),
        lambda: round(float(drawn.uniform(0, 0.99)), 2),
        lambda: round(float(drawn.uniform(0, 0.4)), 2),
        lambda: float(drawn.choice([0, int(drawn.integers(1, 2_000))])),
        lambda: str(drawn.choice(["immediate", "end"])),
    )
    return [*grid, *(dict(zip(names, (draw() for draw in values), strict=True)) for _ in range(300))]


def test_customer_value(blank):
    cases = clv_cases()
    source = (SOURCES / "clv_model.js").read_text("utf-8")
    runs = [{"settings": case, "newMargin": 1.2 * case["margin"]} for case in cases]
    for case, seen in zip(cases, blank.evaluate(RUN_CLV, [source, runs, PERIODS]), strict=True):
        cost = case["acquisition_cost"]
        gross = {name: value for name, value in case.items() if name != "acquisition_cost"}
        close = {"rel": 1e-9, "abs": 1e-12 * (1 + cost)}
        assert seen["clv"] == pytest.approx(clv(**gross), **close), case
        assert seen["net"] == pytest.approx(net_clv(**case), **close), case
        assert seen["payback"] == payback(**case), case
        curve = clv_curve(**case, periods=PERIODS)
        for column in ("survivors", "discounted", "cumulative", "net"):
            expected = curve[column].to_numpy()
            np.testing.assert_allclose(seen["curve"][column], expected, rtol=1e-9, atol=1e-12 * (1 + cost))
        levers = clv_sensitivity(**case)
        assert [row["lever"] for row in seen["levers"]] == levers.index.tolist()
        # A gain is a small difference of large sums: compare on the scale of the sums.
        scale = 1e-12 * (abs(clv(**gross)) + cost) + 1e-300
        for column, name in (("value", "value"), ("improved", "improved"), ("net", "net_clv")):
            shown = [row[column] for row in seen["levers"]]
            np.testing.assert_allclose(shown, levers[name], rtol=1e-9, atol=scale)
        shown = [row["gain"] for row in seen["levers"]]
        np.testing.assert_allclose(shown, levers["gain"], rtol=1e-9, atol=10_000 * scale)
        edge = break_even_retention(**gross, new_margin=1.2 * case["margin"])
        assert seen["edge"] == pytest.approx(edge, rel=1e-9, abs=1e-12), case


RUN_PERCEIVED = """async ([source, runs]) => {
  const m = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return runs.map(({ own, rival, weights, sides, settings, assumed }) => {
    const [ours, theirs] = [own, rival].map((scores) => m.perceivedValue(scores, weights, sides));
    const saved = m.saveOnService(settings, { scores: own, weights, sides }, assumed);
    const loss = Number.isFinite(saved.breakEvenLoss) ? saved.breakEvenLoss : "inf";
    return { ours, gaps: m.comparePerceived(ours, theirs), saved: { ...saved, breakEvenLoss: loss } };
  });
}"""


def test_perceived_value_and_the_assumption(blank):
    drawn = np.random.default_rng(7)
    eight = (*BENEFITS, *COSTS)
    runs = []
    for settings in clv_cases()[-120:]:
        own, rival, weights = (
            dict(zip(eight, map(float, drawn.integers(1, 6, 8)), strict=True)) for _ in range(3)
        )
        runs.append({
            "own": own, "rival": rival, "weights": weights,
            "sides": {"benefits": list(BENEFITS), "costs": list(COSTS)},
            "settings": settings,
            "assumed": {
                "saving": float(drawn.uniform(0, 0.3)) * settings["margin"],
                "serviceLoss": float(drawn.choice([0, drawn.uniform(0, 3)])),
                "retentionLoss": float(drawn.uniform(0, 0.5)),
            },
        })  # fmt: skip
    source = (SOURCES / "clv_model.js").read_text("utf-8")

    def split(scores):
        return {name: scores[name] for name in BENEFITS}, {name: scores[name] for name in COSTS}

    for run, seen in zip(runs, blank.evaluate(RUN_PERCEIVED, [source, runs]), strict=True):
        ours, theirs = (
            perceived_value(*split(run[shop]), weights=run["weights"]) for shop in ("own", "rival")
        )
        close = {"rel": 1e-9, "abs": 1e-12}
        for name in ("benefit", "cost", "difference", "ratio"):
            assert seen["ours"][name] == pytest.approx(getattr(ours, name), **close)
        assert seen["ours"]["parts"] == pytest.approx(dict(ours.parts), **close)
        assert seen["gaps"] == pytest.approx(compare_perceived(ours, theirs), **close)
        found = save_on_service(
            *split(run["own"]),
            weights=run["weights"],
            saving=run["assumed"]["saving"],
            service_loss=run["assumed"]["serviceLoss"],
            retention_loss=run["assumed"]["retentionLoss"],
            **run["settings"],
        )
        for shown, name in [
            ("margin", "margin"), ("service", "service"), ("difference", "difference"),
            ("retention", "retention"), ("netBefore", "net_before"), ("netAfter", "net_after"),
            ("breakEvenRetention", "break_even_retention"),
        ]:  # fmt: skip
            assert seen["saved"][shown] == pytest.approx(getattr(found, name), rel=1e-9, abs=1e-9), name
        edge = "inf" if math.isinf(found.break_even_loss) else pytest.approx(found.break_even_loss, rel=1e-6)
        assert seen["saved"]["breakEvenLoss"] == edge
