"""A teacher's files to a shop's folder and back: joined by one key, whole or not at all, reported."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrm_helpers.cli import main
from ecrm_helpers.datasets import load_shop
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.datasets.reading import empty_tables
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake import build_shop, load_orders, load_table, write_shop, writing

ORDERS = """订单编号,买家会员名,收货人姓名,订单创建时间,买家实际支付金额,订单状态
TB1,春风,王芳,2026-06-01 10:00:00,100.00,交易成功
TB2,小满,李强,2026-06-20 23:30:00,59.90,交易成功
TB3,春风,王芳,2026-06-30 23:59:00,¥20.00,交易成功
"""
TICKETS = (
    "工单号,买家会员名,订单号,创建时间,类型\nA1,春风,TB1,2026-06-05,物流延误\nA2,小满,TB2,2026-06-25,破损\n"
)
SURVEYS = "订单号,评价时间,满意度,NPS\nTB1,2026-06-06,2,3\nTB3,2026-07-01,5,9\n"
CUSTOMERS = "买家会员名,省份,注册时间,接收营销\n春风,福建,2025-01-01,是\n秋实,浙江,2025-02-01,否\n"
KEY = b"sixteen bytes at least"


@pytest.fixture
def files(tmp_path):
    made = {}
    for name, text in {
        "orders": ORDERS,
        "tickets": TICKETS,
        "surveys": SURVEYS,
        "customers": CUSTOMERS,
    }.items():
        made[name] = tmp_path / f"{name}.csv"
        made[name].write_text(text, "utf-8")
    return made


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ── build ──
def test_orders_alone_become_a_shop(files, tmp_path):
    report = build_shop(files["orders"], tmp_path / "我的店")
    shop = load_shop(tmp_path / "我的店")
    assert (shop.id, shop.name, shop.currency, shop.timezone) == ("own", "我的店", "CNY", "Asia/Shanghai")
    assert shop.orders["amount_cny"].tolist() == [10000, 5990, 2000]
    assert len(shop.customers) == 2
    assert report.orders.orders == 3


def test_the_as_of_day_is_the_day_after_the_last_local_order_and_is_told(files, tmp_path):
    report = build_shop(files["orders"], tmp_path / "店")  # 23:59 in Shanghai is still 30 June
    assert load_shop(tmp_path / "店").as_of == pd.Timestamp("2026-07-01")
    assert "统计日 2026-07-01（最后一笔订单的次日）" in str(report)


def test_an_as_of_day_of_ones_own_says_how_many_orders_lie_behind_it(files, tmp_path):
    report = build_shop(files["orders"], tmp_path / "店", as_of="2026-06-20")
    assert load_shop(tmp_path / "店").as_of == pd.Timestamp("2026-06-20")
    assert "统计日 2026-06-20（给定）" in str(report)
    assert "统计日当天和以后的订单，分析时不计入：2 处" in str(report)


def test_all_tables_join_by_their_codes(files, tmp_path):
    tables = {name: files[name] for name in ("tickets", "surveys", "customers")}
    build_shop(files["orders"], tmp_path / "店", **tables)
    shop = load_shop(tmp_path / "店")
    codes = set(shop.orders["customer_id"])
    assert len(codes) == 2
    assert all(code.startswith("K") and len(code) == 13 for code in codes)
    assert set(shop.tickets["customer_id"]) == set(shop.surveys["customer_id"]) | codes == codes
    assert codes < set(shop.customers["customer_id"])  # 秋实 never ordered


def test_nobodys_name_is_written(files, tmp_path):
    tables = {name: files[name] for name in ("tickets", "surveys", "customers")}
    build_shop(files["orders"], tmp_path / "店", **tables)
    written = b"".join(contents(tmp_path / "店").values()).decode()
    assert not any(name in written for name in ("春风", "小满", "秋实", "王芳", "李强"))


def test_buyers_the_customers_table_lacks_are_added_and_counted(files, tmp_path):
    report = build_shop(files["orders"], tmp_path / "店", customers=files["customers"])
    customers = load_shop(tmp_path / "店").customers
    assert len(customers) == 3
    assert customers["opted_in"].tolist() == [True, False, pd.NA]
    assert "客户表里没有、但下过单的客户，按订单补上：1 处" in str(report)


def test_a_key_gives_the_same_codes_again_and_no_key_those_of_the_file(files, tmp_path):
    def codes(name, **options):
        build_shop(files["orders"], tmp_path / name, **options)
        return load_shop(tmp_path / name).orders["customer_id"].tolist()

    assert codes("a") == codes("b")
    keyed = codes("c", key=KEY)
    assert keyed != codes("d")
    change(files["orders"], "59.90", "69.90")
    assert codes("e", key=KEY) == keyed
    assert codes("f") != codes("a1", key=KEY)


def test_ids_that_are_not_personal_can_be_kept(files, tmp_path):
    for name in ("orders", "tickets"):
        change(files[name], "买家会员名", "客户编号")
        change(files[name], "春风", "C1")
        change(files[name], "小满", "C2")
    build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"], keep_ids=True)
    shop = load_shop(tmp_path / "店")
    assert set(shop.orders["customer_id"]) == set(shop.tickets["customer_id"]) == {"C1", "C2"}


def test_one_personal_column_makes_codes_of_all_ids(files, tmp_path):
    change(files["orders"], "买家会员名", "客户编号")
    report = build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"], keep_ids=True)
    shop = load_shop(tmp_path / "店")
    assert set(shop.tickets["customer_id"]) == set(shop.orders["customer_id"])
    assert shop.orders["customer_id"].str.startswith("K").all()
    assert "各表的客户编号都换成了代号" in str(report)


def test_an_unknown_order_is_named_by_its_row_or_left_out(files, tmp_path):
    change(files["tickets"], "TB2", "TB9")
    with pytest.raises(DataError, match=r"tickets\.csv 第 3 行“订单号”列是“TB9”，订单表里没有"):
        build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"])
    assert not (tmp_path / "店").exists()
    report = build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"], bad_rows="drop")
    assert load_shop(tmp_path / "店").tickets["ticket_id"].tolist() == ["A1"]
    assert "投诉工单里指向不存在的客户、订单或活动的行，略去：1 处（第 3 行）" in str(report)


def test_a_stranger_is_named_by_row_without_the_id(files, tmp_path):
    change(files["tickets"], "小满", "路人")
    with pytest.raises(DataError, match=r"第 3 行“买家会员名”列的编号客户表里没有") as caught:
        build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"])
    assert "路人" not in str(caught.value)


def test_a_catalogue_with_holes_is_refused(files, tmp_path):
    change(files["orders"], "订单状态", "订单状态,商品编号")
    change(files["orders"], "交易成功", "交易成功,P7")
    products = tmp_path / "products.csv"
    products.write_text("商品编号,成本\nP8,3.00\n", "utf-8")
    with pytest.raises(DataError, match="3 笔订单的商品在商品表里没有，例如“P7”"):
        build_shop(files["orders"], tmp_path / "店", products=products)


def test_rates_convert_orders_and_are_kept(files, tmp_path):
    change(files["orders"], "100.00", "US$ 100.00")
    change(files["orders"], "59.90", "¥59.90")
    rates = tmp_path / "汇率.csv"
    rates.write_text("生效日期,币种,汇率\n2026-01-01,美元,7.1234\n", "utf-8")
    build_shop(files["orders"], tmp_path / "店", rates=rates)
    shop = load_shop(tmp_path / "店")
    assert shop.orders["amount_cny"].tolist() == [71234, 5990, 2000]
    assert shop.rates["cny_per_unit"].tolist() == [7.1234]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"key": KEY, "keep_ids": True}, "只能选一个"),
        ({"campaign_sends": "x.csv"}, "却没有营销活动表"),
        ({"mappings": {"visits": {}}}, "没有叫 'visits' 的表"),
        (
            {"mappings": {"campaign_sends": {"opened": "看了"}}},
            r"没有给出这张表的文件(?s:.*)--campaign-sends",
        ),
        ({"words": {"type": {"碎了": "damaged"}}}, r"没有哪一列叫 'type'(?s:.*)可以写：status；"),
        ({"as_of": "2026-7-1x"}, "统计日应当写成"),
    ],
)
def test_options_that_do_not_fit_are_named(files, tmp_path, options, says):
    with pytest.raises(SettingsError, match=says):
        build_shop(files["orders"], tmp_path / "店", **options)
    assert not (tmp_path / "店").exists()


# ── the folder ──
@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_only_the_owner_may_read_it(files, tmp_path):
    old = os.umask(0)
    try:
        build_shop(files["orders"], tmp_path / "店")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "店").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "店").iterdir()} == {0o600}


def test_nothing_is_left_beside_it(files, tmp_path):
    build_shop(files["orders"], tmp_path / "店", tickets=files["tickets"])
    build_shop(files["orders"], tmp_path / "店", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*(p.name for p in files.values()), "店"]
    )
    assert set(contents(tmp_path / "店")) == {"shop.json", "orders.csv"}


def test_an_existing_shop_is_replaced_only_when_told(files, tmp_path):
    build_shop(files["orders"], tmp_path / "店", name="旧")
    with pytest.raises(SettingsError, match="--force"):
        build_shop(files["orders"], tmp_path / "店", name="新")
    assert load_shop(tmp_path / "店").name == "旧"
    build_shop(files["orders"], tmp_path / "店", name="新", force=True)
    assert load_shop(tmp_path / "店").name == "新"


def test_an_empty_folder_is_used(files, tmp_path):
    (tmp_path / "店").mkdir()
    build_shop(files["orders"], tmp_path / "店")
    assert load_shop(tmp_path / "店").id == "own"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("extra", ["论文.docx", "orders.csv"])
def test_other_peoples_files_are_never_replaced(files, tmp_path, force, extra):
    (tmp_path / "店").mkdir()
    (tmp_path / "店" / extra).write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match="里有别的文件"):
        build_shop(files["orders"], tmp_path / "店", force=force)
    assert (tmp_path / "店" / extra).read_text("utf-8") == "mine"


def test_a_note_put_into_a_shop_is_not_lost_by_force(files, tmp_path):
    build_shop(files["orders"], tmp_path / "店")
    (tmp_path / "店" / "备忘.txt").write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match=r"备忘\.txt"):
        build_shop(files["orders"], tmp_path / "店", force=True)


def test_a_file_in_the_way_is_named(files, tmp_path):
    (tmp_path / "店").write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match="不是普通文件夹"):
        build_shop(files["orders"], tmp_path / "店", force=True)


def no_space(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["_write", "_put"])
def test_a_write_that_fails_leaves_the_old_shop(files, tmp_path, monkeypatch, step):
    folder = build_shop(files["orders"], tmp_path / "店", name="旧").folder
    before, beside = contents(folder), set(tmp_path.iterdir())
    monkeypatch.setattr(writing, step, no_space)
    with pytest.raises(DataError, match="磁盘满了"):
        build_shop(files["orders"], folder, name="新", force=True)
    assert contents(folder) == before
    assert set(tmp_path.iterdir()) == beside


def test_the_old_shop_comes_back_when_the_new_one_cannot_take_its_place(files, tmp_path, monkeypatch):
    folder = build_shop(files["orders"], tmp_path / "店", name="旧").folder
    before, rename = contents(folder), Path.rename

    def once(path, target):
        if path.parent.name.startswith(".ecrm-") and path.name == "店":
            no_space()
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(DataError, match="磁盘满了"):
        build_shop(files["orders"], folder, name="新", force=True)
    assert contents(folder) == before


@pytest.mark.parametrize("step", [1, 2])
def test_the_old_shop_survives_an_interruption_between_the_two_renames(files, tmp_path, monkeypatch, step):
    folder = build_shop(files["orders"], tmp_path / "店", name="旧").folder
    before, beside, rename, done = contents(folder), set(tmp_path.iterdir()), Path.rename, []

    def interrupted(path, target):
        moved = rename(path, target) if len(done) != 1 or step == 1 else None
        done.append(path)
        if len(done) == step:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_shop(files["orders"], folder, name="新", force=True)
    assert contents(folder) == before
    assert set(tmp_path.iterdir()) == beside


def test_what_a_killed_run_left_is_cleared_and_the_old_shop_put_back(files, tmp_path, monkeypatch):
    folder = build_shop(files["orders"], tmp_path / "店", name="旧").folder
    before, beside, rename, done = contents(folder), set(tmp_path.iterdir()), Path.rename, []

    def killed(path, target):
        if done:
            raise KeyboardInterrupt
        done.append(rename(path, target))

    with monkeypatch.context() as patched:  # killed between the renames, and nothing could be tidied
        patched.setattr(Path, "rename", killed)
        patched.setattr(writing.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            build_shop(files["orders"], folder, name="新", force=True)
    assert not folder.exists()
    with pytest.raises(SettingsError, match="已经是一家店铺"):
        build_shop(files["orders"], folder)
    assert contents(folder) == before
    assert set(tmp_path.iterdir()) == beside


@pytest.mark.parametrize("text", ["{}", "[1]", "not json", '{"format": 1}', ""])
def test_a_folder_with_another_programs_shop_json_is_not_replaced(files, tmp_path, text):
    (tmp_path / "别家").mkdir()
    (tmp_path / "别家" / "shop.json").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="里有别的文件"):
        build_shop(files["orders"], tmp_path / "别家", force=True)
    assert (tmp_path / "别家" / "shop.json").read_text("utf-8") == text


def test_a_table_that_breaks_the_schema_is_never_put_in_place(files, tmp_path):
    loaded = load_orders(files["orders"])
    surveys = empty_tables(own_schemas())["surveys"]
    bad = pd.DataFrame({**{name: [None] for name in surveys}, "survey_id": ["S1"], "satisfaction": [9]})
    frame = bad.astype({name: surveys[name].dtype for name in ("customer_id", "order_id", "answered_on")})
    with pytest.raises(DataError, match=r"店/surveys\.csv"):
        write_shop(tmp_path / "店", loaded, tables={"surveys": frame})
    assert not (tmp_path / "店").exists()


def test_a_table_no_shop_has_is_named(files, tmp_path):
    with pytest.raises(SettingsError, match="visits"):
        write_shop(tmp_path / "店", load_orders(files["orders"]), tables={"visits": pd.DataFrame()})


# ── round trip ──
def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other[list(one)].reset_index(drop=True))


def test_what_was_read_is_what_is_loaded(files, tmp_path):
    loaded = load_orders(files["orders"], key=KEY)
    tables = {
        name: load_table(files[name], name, key=KEY, orders=loaded.orders).frame
        for name in ("tickets", "surveys")
    }
    write_shop(tmp_path / "店", loaded, tables=tables)
    shop = load_shop(tmp_path / "店")
    same(loaded.orders, shop.orders)
    for name, frame in tables.items():
        same(frame, getattr(shop, name))


def test_control_characters_in_texts_become_blanks(files, tmp_path):
    products = pd.DataFrame(
        {"product_id": ["P1", "P2"], "name_zh": ["茉莉\r\n花茶", "红\x00茶"]}, dtype="str"
    )
    write_shop(tmp_path / "店", load_orders(files["orders"]), tables={"products": products})
    assert load_shop(tmp_path / "店").products["name_zh"].tolist() == ["茉莉 花茶", "红 茶"]


def test_a_table_without_rows_is_kept_as_one(files, tmp_path):
    empty = empty_tables(own_schemas())["tickets"]
    write_shop(tmp_path / "店", load_orders(files["orders"]), tables={"tickets": empty})
    same(empty, load_shop(tmp_path / "店").tickets)


TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8).filter(str.strip)
MOMENTS = st.datetimes(pd.Timestamp("2001-01-01"), pd.Timestamp("2090-01-01")).map(
    lambda at: pd.Timestamp(at).floor("s").tz_localize("UTC")
)
DAYS = st.one_of(st.none(), st.dates(pd.Timestamp("2001-01-01").date(), pd.Timestamp("2090-01-01").date()))
PRODUCTS = st.lists(
    st.tuples(TEXT, st.one_of(st.none(), TEXT), st.one_of(st.none(), st.integers(0, 10**9))),
    max_size=5,
    unique_by=lambda row: row[0],
)
ROWS = st.lists(st.tuples(TEXT, MOMENTS, st.integers(0, 10**12), DAYS), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, products=PRODUCTS)
def test_any_shop_survives_writing_and_loading(files, tmp_path, rows, products):
    orders = pd.DataFrame(
        {
            "order_id": [f"O{n}" for n in range(len(rows))],
            "customer_id": pd.Series([row[0] for row in rows], dtype="str"),
            "ordered_at": pd.Series([row[1] for row in rows]).astype("datetime64[us, UTC]"),
            "status": "completed",
            "currency": "CNY",
            "amount": pd.Series([row[2] for row in rows], dtype="int64"),
            "amount_cny": pd.Series([row[2] for row in rows], dtype="int64"),
            "refund_cny": 0,
            "promised_on": pd.to_datetime(pd.Series([row[3] for row in rows])).astype("datetime64[us]"),
        }
    )
    catalogue = pd.DataFrame(
        {
            "product_id": pd.Series([row[0] for row in products], dtype="str"),
            "name_zh": pd.Series([row[1] for row in products], dtype="str"),
            "price_cny": pd.Series([row[2] for row in products], dtype="float64"),
        }
    )
    if catalogue["price_cny"].notna().all():
        catalogue["price_cny"] = catalogue["price_cny"].astype("int64")
    loaded = load_orders(files["orders"])
    write_shop(
        tmp_path / "往返", type(loaded)(orders=orders, report=loaded.report, currency="CNY", timezone="UTC"),
        tables={"products": catalogue}, force=True,
    )  # fmt: skip
    shop = load_shop(tmp_path / "往返")
    same(orders, shop.orders)
    same(catalogue, shop.products)


# ── the command ──
@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


def test_the_command_writes_the_shop_and_prints_the_report(ecrm, files, tmp_path):
    change(files["orders"], "订单创建时间", "成了的时间")
    change(files["tickets"], "类型", "毛病")
    change(files["tickets"], "破损", "碎了")
    code, out, err = ecrm(
        "shop", files["orders"], "--out", tmp_path / "店", "--tickets", files["tickets"], "--surveys",
        files["surveys"], "--name", "小满茶铺", "--as-of", "2026-07-02", "--key", tmp_path / "店铺.key",
        "--map", "ordered_at=成了的时间", "--map", "tickets.type=毛病", "--word", "type:碎了=damaged",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "没有读入的个人信息列：收货人姓名" in out
    assert "店铺“小满茶铺”已写到" in out
    shop = load_shop(tmp_path / "店")
    assert shop.tickets["type"].tolist() == ["late_delivery", "damaged"]
    assert json.loads((tmp_path / "店" / "shop.json").read_text("utf-8"))["as_of"] == "2026-07-02"
    assert (tmp_path / "店铺.key").exists()


def test_the_command_takes_several_files_of_orders(ecrm, files, tmp_path):
    more = tmp_path / "七月.csv"
    header, first, *_ = ORDERS.splitlines()
    more.write_text(f"{header}\n{first.replace('TB1', 'TB7').replace('06-01', '07-01')}\n", "utf-8")
    assert ecrm("shop", files["orders"], more, "--out", tmp_path / "店")[0] == 0
    assert len(load_shop(tmp_path / "店").orders) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--map", "ordered_at"), 1, "--map 后面的 'ordered_at' 看不懂"),
        (("--word", "type=damaged"), 1, "--word 后面的 'type=damaged' 看不懂"),
        (("--tickets", "nowhere.csv"), 1, "nowhere.csv"),
        (("--bad-rows", "skip"), 2, "选项 --bad-rows 后面的值不能用"),
        (("--timezone", "Mars/Base"), 1, "Mars/Base"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_said_in_chinese(
    ecrm, files, tmp_path, *, arguments, code, says
):
    found, _, err = ecrm("shop", files["orders"], "--out", tmp_path / "店", *arguments)
    assert found == code
    assert says in err
    assert "提示：" in err
    assert "Traceback" not in err
    assert not (tmp_path / "店").exists()


def test_help_is_in_chinese(ecrm):
    code, out, _ = ecrm("shop", "--help")
    assert code == 0
    assert "用法：" in out
    assert not any(word in out for word in ("Usage", "Options", "Show this", "default"))
