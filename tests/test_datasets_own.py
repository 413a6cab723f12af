"""A shop of one's own: whose it is, the same every time, another for each student, with all classes."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.datasets import clean_student_id, courses, load_shop, my_shop, own
from ecrm_helpers.errors import SettingsError

PER_CUSTOMER = ("customers", "orders", "contacts", "tickets", "surveys", "campaign_sends")


@pytest.fixture(autouse=True)
def nobody_logged_in(monkeypatch):
    monkeypatch.delenv("ECRM_STUDENT", raising=False)
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    monkeypatch.setattr(own, "_session", {})


def test_customers_are_those_with_the_lowest_hashes():
    salt = courses()["crossborder_crm"]["salt"]
    everybody = load_shop("rongyu").customers["customer_id"]
    hashes = {name: hashlib.sha256(f"{salt}|20230142|{name}".encode()).hexdigest() for name in everybody}
    expected = sorted(sorted(everybody, key=hashes.get)[:400])
    assert my_shop("20230142").customers["customer_id"].tolist() == expected


def test_every_table_is_cut_down_to_the_same_customers():
    whole, mine = load_shop("rongyu"), my_shop("20230142")
    kept = set(mine.customers["customer_id"])
    for name in PER_CUSTOMER:
        table, part = getattr(whole, name), getattr(mine, name)
        expected = table[table["customer_id"].isin(kept)].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, expected)
    assert len(mine.products) == len(whole.products)
    assert len(mine.campaigns) == len(whole.campaigns)


def test_a_table_nobody_asks_for_is_not_cut():
    mine = my_shop("20230142")
    assert "tickets" not in vars(mine)
    assert mine.tickets is mine.tickets
    assert not hasattr(mine, "suppliers")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_holds_ones_own_tables_and_nobody_elses(again):
    mine = my_shop("20230142")
    made = again(mine)
    assert (made.owner, made.as_of) == (mine.owner, mine.as_of)
    assert set(vars(made)) == {field.name for field in fields(mine)}
    for name in PER_CUSTOMER:
        pd.testing.assert_frame_equal(getattr(made, name), getattr(mine, name))


def test_the_same_student_gets_the_same_shop():
    first, second = my_shop("20230142"), my_shop("20230142")
    pd.testing.assert_frame_equal(first.orders, second.orders)


def test_students_courses_and_assignments_differ():
    shops = [
        my_shop("20230142"),
        my_shop("20230143"),
        my_shop("20230142", assignment="unit7"),
    ]
    names = [set(shop.customers["customer_id"]) for shop in shops]
    assert max(len(a & b) for a, b in pairwise([*names, names[0]])) < 60  # by chance 400²/6000 ≈ 27
    assert my_shop("20230142", course="ecommerce_crm").id == "heting"


@pytest.fixture(scope="module")
def classes():
    """Mean-split class counts of 200 students' shops, one row a student."""
    shop, salt = load_shop("rongyu"), courses()["crossborder_crm"]["salt"]
    orders = shop.orders[shop.orders["status"].isin(["completed", "partly_refunded"])]
    orders = orders.assign(net=orders["amount_cny"] - orders["refund_cny"])
    table = orders.groupby("customer_id").agg(
        last=("ordered_at", "max"), f=("order_id", "size"), m=("net", "sum")
    )
    days = (pd.Timestamp("2026-06-30T16:00Z") - table["last"]).dt.days
    everybody = shop.customers["customer_id"].tolist()
    counts = []
    for number in range(200):
        student = f"2023{number:04d}"
        start = f"{salt}|{student}|"
        chosen = sorted(
            everybody, key=lambda name, start=start: hashlib.sha256(f"{start}{name}".encode()).digest()
        )
        chosen = chosen[:400]
        mine, r = table.reindex(chosen).dropna(), days.reindex(chosen).dropna()
        code = 4 * (r <= r.mean()) + 2 * (mine["f"] >= mine["f"].mean()) + (mine["m"] >= mine["m"].mean())
        counts.append(np.bincount(code, minlength=8))
    return np.array(counts)


def test_every_student_has_customers_in_all_eight_classes(classes):
    assert classes.min() >= 3


def test_a_friends_class_counts_are_not_ones_own(classes):
    assert len({tuple(row) for row in classes}) == len(classes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20230142", "20230142"),
        (" ２０２３０１４２ ", "20230142"),
        ("Ec.23_01-42", "ec.23_01-42"),
        ("a" * 32, "a" * 32),
    ],
)
def test_ids_are_normalised(text, expected):
    assert clean_student_id(text) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "张三", "2023 0142", "a" * 33, "../etc", "a|b", "a\nb", 20230142, None]
)
def test_ids_that_cannot_be_used_are_explained(text):
    with pytest.raises(SettingsError, match=r"不能用[\s\S]*\n提示："):
        clean_student_id(text)


def test_marking_counts_before_the_hub_and_the_argument_before_both(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "grader")
    assert my_shop().owner == "grader"
    monkeypatch.setenv("ECRM_STUDENT", "20230142")
    assert my_shop().owner == "20230142"
    assert my_shop("20230143").owner == "20230143"


def test_a_bad_id_in_the_environment_names_its_source(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "zhang@school")
    with pytest.raises(SettingsError, match="JUPYTERHUB_USER"):
        my_shop()


def test_the_id_is_asked_for_once_a_session(monkeypatch):
    asked = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or "２０２３０１４２")
    assert my_shop().owner == my_shop().owner == "20230142"
    assert len(asked) == 1


def test_a_mistyped_id_is_not_remembered(monkeypatch):
    answers = iter(["我的学号", "20230142"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    with pytest.raises(SettingsError, match="我的学号"):
        my_shop()
    assert my_shop().owner == "20230142"


@pytest.mark.parametrize("error", [EOFError, NotImplementedError])
def test_with_nobody_to_ask_the_error_says_what_to_do(monkeypatch, error):
    def silent(prompt):
        raise error

    monkeypatch.setattr("builtins.input", silent)
    with pytest.raises(SettingsError, match="提示：把学号写进括号"):
        my_shop()


def test_one_line_tells_whose_shop_it_is(capsys):
    mine = my_shop("20230142")
    line = f"学号尾号 0142 的店铺：榕屿家居，400 位客户，{len(mine.orders):,} 笔订单，统计日 2026-07-01。\n"
    assert capsys.readouterr().out == line


def test_unknown_course_lists_the_known_ones():
    for course in ("crm", ["crossborder_crm"]):
        with pytest.raises(SettingsError, match="crossborder_crm、ecommerce_crm"):
            my_shop("20230142", course=course)


def test_a_number_of_customers_may_come_from_numpy():
    assert len(my_shop("20230142", customers=np.int64(300)).customers) == 300


@pytest.mark.parametrize("customers", [0, -1, 6001, 2.5, True, "400"])
def test_impossible_numbers_of_customers_are_explained(customers):
    with pytest.raises(SettingsError, match="1 到 6,000"):
        my_shop("20230142", customers=customers)
