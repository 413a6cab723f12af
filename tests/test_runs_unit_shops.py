"""Unit 3 on shops of one's own, as `ecrm unit` runs it: small, foreign, monotonous, with other tables."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.runs.unit import run_unit

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "notebooks/crossborder_crm/unit3.ipynb"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKDOWN = "*店* [点](https://a.example) ![图](https://a.example/a.png) $x$"
MARKED = {"indicators-shop", "unhappy-path", "lift-read", "price-money", "forecast"}


def orders(customers, rows, *, days=300, currency="CNY", start="2025-03-01T02:00:00Z"):
    """Return `rows` orders of `customers` customers, spread evenly; each buys once if they are as many."""
    number = np.arange(rows)
    at = pd.Timestamp(start) + pd.to_timedelta(number * days * 86_400 // rows, unit="s")
    amount = 500 + number * 7_919 % 90_000
    return pd.DataFrame(
        {
            "order_id": [f"N{one}" for one in number],
            "customer_id": [f"C{one}" for one in number * 31 % customers],
            "ordered_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "status": "completed",
            "currency": currency,
            "amount": amount,
            "amount_cny": amount,
            "refund_cny": 0,
        }
    )


def write_shop(folder, table, *, name="小店", zone="Asia/Shanghai", as_of=None, **tables):
    folder.mkdir()
    last = pd.Timestamp(table["ordered_at"].max()).tz_convert(zone)
    said = {
        "format": 1,
        "name": name,
        "name_en": "A shop",
        "as_of": as_of or f"{last + pd.Timedelta(days=1):%Y-%m-%d}",
        "timezone": zone,
        "currency": table["currency"].iloc[0],
    }
    (folder / "shop.json").write_text(json.dumps(said), "utf-8")
    for stem, frame in {"orders": table, **tables}.items():
        frame.to_csv(folder / f"{stem}.csv", index=False)


def tiny(folder):
    """Thirty customers, sixty orders, nothing else."""
    write_shop(folder, orders(30, 60))


def once(folder):
    """Thirty customers who bought once, all on one day."""
    write_shop(folder, orders(30, 30, days=0))


def yen(folder):
    """A shop that counts in yen."""
    write_shop(folder, orders(200, 500, currency="JPY"), zone="Asia/Tokyo")


def rich(folder):
    """Customers of two places, surveys, tickets, campaigns, dates of delivery; an as-of day years later."""
    table = orders(300, 1_500, days=700, currency="EUR")
    day, number = pd.to_datetime(table["ordered_at"]).dt.tz_localize(None), np.arange(1_500)
    table["promised_on"] = (day + pd.Timedelta(days=10)).dt.strftime("%Y-%m-%d")
    table["delivered_on"] = (day + pd.to_timedelta(3 + number % 15, unit="D")).dt.strftime("%Y-%m-%d")
    one = table.head(600)
    surveys = pd.DataFrame(
        {
            "survey_id": [f"S{place}" for place in range(600)],
            "customer_id": one["customer_id"],
            "order_id": one["order_id"],
            "answered_on": one["delivered_on"],
            "satisfaction": 1 + number[:600] * 7 % 5,
        }
    )
    tickets = pd.DataFrame(
        {
            "ticket_id": ["T1"],
            "customer_id": ["C1"],
            "opened_at": ["2026-01-01T00:00:00Z"],
            "type": ["late_delivery"],
        }
    )
    customers = pd.DataFrame({"customer_id": sorted(set(table["customer_id"]))})
    customers["country"] = np.where(np.arange(300) % 2, "DE", EVIL)
    campaigns = pd.DataFrame({"campaign_id": ["M1"], "sent_on": ["2026-01-02"]})
    sends = pd.DataFrame({"campaign_id": ["M1"], "customer_id": ["C1"]})
    write_shop(
        folder,
        table,
        name=f"{EVIL}{MARKDOWN}",
        zone="Europe/Berlin",
        as_of="2028-06-01",
        surveys=surveys,
        tickets=tickets,
        customers=customers,
        campaigns=campaigns,
        campaign_sends=sends,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs unit 3 on a shop once and gives (notebook, page)."""

    @cache
    def run_on(build):
        out = tmp_path_factory.mktemp(build.__name__)
        done = run_unit("crossborder_crm/unit3", out / "out", project=ROOT, build=build)
        return nbformat.read(done.notebook, as_version=nbformat.NO_CONVERT), done.page.read_text("utf-8")

    return run_on


each_shop = pytest.mark.parametrize("build", [tiny, once, yen, rich], ids=lambda build: build.__name__)


def said(notebook, cell_id):
    (cell,) = [cell for cell in notebook.cells if cell.id == cell_id]
    data = [output.data for output in cell.outputs if "data" in output]
    return "\n".join(str(one.get("text/markdown", "")) for one in data)


@each_shop
def test_runs_without_a_word_outside_and_without_a_missing_number(run, build):
    notebook, _ = run(build)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type in {"stream", "error"}] == []
    data = [output.get("data", {}) for output in outputs]
    text = "\n".join(str(one.get(kind, "")) for one in data for kind in ("text/plain", "text/markdown"))
    assert re.findall(r"\bnan\b|NaN|NaT|\binf\b|None|<NA>", text) == []


@each_shop
def test_says_at_the_top_what_is_not_about_this_shop(run, build):
    assert "讲的仍是榕屿家居" in said(run(build)[0], "setup")


@pytest.mark.parametrize("build", [tiny, once, yen], ids=lambda build: build.__name__)
def test_says_in_one_line_each_what_a_shop_of_orders_alone_has_not(run, build):
    for cell_id in MARKED - ({"forecast"} if build is yen else set()):
        text = said(run(build)[0], cell_id)
        assert re.search("没有|拟合不了", text), cell_id
        assert len(text.splitlines()) == 1, cell_id


def test_names_the_shops_own_money(run):
    assert "（JPY）" in str(run(yen)[0].cells)
    assert "EUR" in said(run(rich)[0], "indicators-shop")


def test_where_all_bought_once_f_tells_nothing_and_it_says_so(run):
    assert "人人只买过一单" in said(run(once)[0], "mean-median")


def test_a_shop_with_surveys_and_deliveries_gets_its_own_figure(run):
    assert re.search(r"比例多 \*\*-?[\d.]+ 个百分点", said(run(rich)[0], "unhappy-path"))


def test_scores_that_tell_nothing_are_not_said_to_drive_customers_away(run):
    """Nobody fails to come back there, whatever the score."""
    assert "满意度越低，不一定越不再来" in said(run(rich)[0], "unhappy-path")


def test_value_is_counted_in_the_shops_own_money(run):
    notebook, _ = run(yen)
    assert "一位客户约值 **220 JPY**" in said(notebook, "clv-table")
    assert "元" not in said(notebook, "clv-table")


def test_grades_tell_small_differences_apart(run):
    assert "人均消费约是小客户的 1.4 倍" in said(run(rich)[0], "grades")


@pytest.mark.parametrize(("build", "too_short"), [(tiny, True), (rich, False)], ids=["tiny", "rich"])
def test_data_shorter_than_the_rule_are_not_read_as_loyalty(run, build, too_short):
    assert ("还没有谁能算流失" in said(run(build)[0], "stages-now")) == too_short


def test_campaigns_not_drawn_by_lot_are_not_read_as_a_trial(run):
    assert "没有抽签的对照组" in said(run(rich)[0], "lift-read")


def test_the_shops_foreign_words_stay_words_on_the_page(run):
    _, page = run(rich)
    body = page.partition("<main")[2].partition("</main>")[0]
    assert "&lt;script&gt;alert(1)" in body
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert MARKDOWN in body
    assert "a.example" not in "".join(re.findall(r'(?:href|src)="[^"]*"', body))


def test_the_notebook_shows_the_shops_name_as_it_is_written(run):
    assert r"\*店\* \[点\]\(https\://a\.example\)" in said(run(rich)[0], "setup")


@pytest.mark.parametrize(("rows", "explored"), [(100_000, 100_000), (250_000, 100_000)])
def test_a_large_shop_is_explored_by_whole_customers_drawn_by_their_ids(
    tmp_path, monkeypatch, capsys, rows, explored
):
    monkeypatch.setattr("IPython.display.Markdown", str)
    table = orders(5_000, rows, days=700)
    write_shop(tmp_path / "large", table)
    cells = {cell.id: cell.source for cell in nbformat.read(UNIT, as_version=nbformat.NO_CONVERT).cells}
    names = {"SHOP": str(tmp_path / "large"), "REVEAL": True}
    exec(cells["setup"], names)  # noqa: S102  the unit's own cell
    drawn, everyone = names["explored"].orders, names["shop"].orders
    assert len(drawn) == pytest.approx(explored, rel=0.05)
    assert len(names["people"]) == 5_000  # tables and figures count everyone
    of_the_drawn = everyone["customer_id"].isin(set(drawn["customer_id"]))
    assert sorted(drawn["order_id"]) == sorted(everyone.loc[of_the_drawn, "order_id"])
    assert ("抽出的约 40% 的客户，表和图仍用全部" in capsys.readouterr().out) == (rows > explored)
    names["shop_again"] = names["shop"]
    again = cells["setup"].replace("select_shop(SHOP)", "replace(shop_again, orders=shop_again.orders[::-1])")
    exec(again, names)  # noqa: S102
    assert set(names["explored"].orders["order_id"]) == set(drawn["order_id"])


@each_shop
def test_the_page_holds_the_explorers_and_quizzes_and_stays_light(run, build):
    _, page = run(build)
    assert page.count('<div class="widget" data-model="') == 9
    assert len(page.encode()) < 3_000_000
