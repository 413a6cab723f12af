"""Large files: read in place by DuckDB as small files are read cell by cell, whatever the engine."""

import csv
import gzip
import io
import json
import os
import random
import stat
import time
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from ecrm_helpers.datasets import data_dir, load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake import load_orders
from ecrm_helpers.intake.scan import engines, find_sources, scan_orders
from ecrm_helpers.intake.scan.csvs import look_at
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.rfm import rfm

duckdb = pytest.importorskip("duckdb", reason="needs the extra [engines]")
EXPORTS = Path(__file__).parent / "fixtures" / "exports"
EXPECTED = tomllib.loads((EXPORTS / "expected.toml").read_text("utf-8"))
TEXTS = sorted(name for name in EXPECTED if name.endswith((".csv", ".txt")))
COLUMNS = ["customer_id", "ordered_at", "amount_cny", "refund_cny", "status"]
HEADER = "订单编号,客户编号,下单时间,实付款,订单状态\n"


def write(folder, text, name="orders.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path, **options):
    """Return the clean orders as a plain frame."""
    with scan_orders(path, engine="pandas", **options) as scanned:
        return scanned.orders, scanned


def comparable(orders):
    frame = pd.DataFrame({name: orders[name] for name in COLUMNS if name in orders})
    frame["ordered_at"] = frame["ordered_at"].dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    frame = frame.astype({name: "str" for name in ("customer_id", "status") if name in frame})
    return frame.sort_values(list(frame.columns), ignore_index=True)


def kinds(report):
    """Return what was changed; about products nothing is read, reasons and mixed zones are not told apart."""
    left_out = ("商品编号留空", "“buyer", "换成代号", "的时间按")
    return {
        one.what.partition("（")[0]
        for one in report.corrections
        if not any(word in one.what for word in left_out)
    }


def options_of(name):
    options = dict(EXPECTED[name].get("options", {}))
    if "rates" in options:
        options["rates"] = EXPORTS / options["rates"]
    return options


@pytest.mark.parametrize("name", TEXTS)
def test_a_large_file_is_read_as_a_small_one(name):
    """Every text file of the folder of odd exports: refused by both readers, or the same orders from both."""
    options = options_of(name)
    whole_only = {one: options.pop(one) for one in ("encoding", "keep_personal", "key") if one in options}
    try:
        small = load_orders(EXPORTS / name, **{**options, **whole_only, "keep_personal": ["customer_id"]})
    except DataError:
        with pytest.raises(DataError, match="提示："):
            read(EXPORTS / name, **options)
        return
    large, scanned = read(EXPORTS / name, **options)
    expected = comparable(small.orders)
    pd.testing.assert_frame_equal(comparable(large), expected[[one for one in expected if one in large]])
    assert scanned.currency == small.currency
    assert kinds(scanned.report) == kinds(small.report)
    if "status" not in large:
        assert (small.orders["status"] == "completed").all()
    if "refund_cny" not in large:
        assert not small.orders["refund_cny"].any()


TIMES = [
    "2026-06-01 10:00:00",
    "2026/6/1 9:05",
    "2026年6月1日 20:30",
    "2026-06-01T10:00:00Z",
    "2026-06-01T10:00:00+08:00",
    "20260601",
    "46174.5",
    "13/06/2026 10:00",
    "Jun 3, 2026 10:00",
    "2026-06-01 10:00:00.123",
    "2026-06-01 7:05 PM",
    "2026.6.1",
    "1990-04-15 02:30",
]
AMOUNTS = [
    "1.00",
    "￥1,234.50",
    "12",
    "0",
    "12.345",
    "US$5.00",
    "1 234,50",
    "１２．５０",
    "99 元",
    "+3.00",
    "1,234",
    "12,50",
    "1.234",
    ".5",
    "5.",
    "00012.50",
]
STATES = ["交易成功", "交易关闭", "已退款", "部分退款", "等待买家付款", "买家已付款", "Paid", "", "completed"]
REFUNDS = ["", "0", "1.00", "0.50", "-", "无", "￥0.10"]
IDS = ["C1", "='C2'", '="003"', "'004", "C 5", "张三", "C1 ", "\tC6", "C\u200b8", "7e1x"]


def any_export(choose):
    """Write an export of a few rows, as odd as exports come."""
    times, amounts = choose.sample(TIMES, 2), choose.sample(AMOUNTS, 2)
    lines = choose.random() < 0.4
    price = "商品金额" if lines and choose.random() < 0.5 else "实付款"
    header = [
        "订单编号",
        "客户编号",
        "下单时间",
        price,
        "退款金额",
        "订单状态",
        *(["商品编号"] if lines else []),
    ]
    rows = []
    for number in range(choose.randint(1, 7)):
        order = choose.randint(1, 3) if lines else number
        amount = amounts[order % 2] if price == "实付款" else choose.choice(amounts)
        customer = choose.choice([f"C{order}", f"C{order}", ""]) if lines else choose.choice(IDS)
        rows.append(
            [f"A{order}", customer, times[order % 2], amount, choose.choice(REFUNDS), choose.choice(STATES)]
        )
        rows[-1] += [f"P{number}"] if lines else []
    rows += rows[:1] if choose.random() < 0.3 else []
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


@pytest.mark.parametrize("seed", range(25))
def test_any_export_is_read_as_a_small_file_is(tmp_path, seed):
    choose = random.Random(seed)  # noqa: S311
    path = write(tmp_path, any_export(choose))
    options = {"bad_rows": choose.choice(["refuse", "drop"])}
    try:
        small = load_orders(path, keep_personal=["customer_id"], **options)
    except DataError:
        with pytest.raises(DataError):
            read(path, **options)
        return
    large, scanned = read(path, **options)
    expected = comparable(small.orders)
    pd.testing.assert_frame_equal(comparable(large), expected[[one for one in expected if one in large]])
    assert scanned.currency == small.currency


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
def test_every_engine_gives_the_classes_of_the_shipped_shop(engine):
    with scan_orders(data_dir() / "rongyu" / "orders.csv", engine=engine) as scanned:
        result = rfm(scanned.orders, as_of=scanned.as_of, columns={"order_id": None})
    pd.testing.assert_frame_equal(result, rfm(load_shop("rongyu").orders, as_of="2026-07-01"))


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
def test_clean_parquet_is_read_where_it_is(tmp_path, engine):
    orders = load_shop("rongyu").orders
    for half, rows in enumerate((orders.iloc[:9000], orders.iloc[9000:])):
        (tmp_path / "data" / f"year={half}").mkdir(parents=True)
        rows.to_parquet(tmp_path / "data" / f"year={half}" / "part.parquet")
    (tmp_path / "data" / "_SUCCESS").write_text("")
    with scan_orders(tmp_path / "data", engine=engine) as scanned:
        result = rfm(scanned.orders, as_of=scanned.as_of, columns={"order_id": None})
    assert not scanned.copied
    pd.testing.assert_frame_equal(result, rfm(orders, as_of="2026-07-01"))


@pytest.mark.parametrize(
    ("amounts", "sql_type"),
    [
        (["12.5", "1234.56", "0.07"], "DECIMAL(18, 2)"),
        (["12.5000", "1234.5600", "0.0700"], "DECIMAL(18, 4)"),
        (["12.5", "1234.56", "0.07"], "DOUBLE"),
        (["12.5", "1,234.56", "￥0.07"], "VARCHAR"),
    ],
)
def test_amounts_of_parquet_become_exact_hundredths(tmp_path, amounts, sql_type):
    target = tmp_path / "orders.parquet"
    with duckdb.connect() as connection:
        table = pd.DataFrame({"amount": amounts}).reset_index(names="n")
        connection.register("given", table)
        columns = (
            "'A' || n AS order_id, 'C' || n AS 客户编号, DATE '2026-06-01' + CAST(n AS INTEGER) AS 下单时间"
        )
        copied = f"SELECT {columns}, CAST(amount AS {sql_type}) AS 实付款 FROM given"  # noqa: S608
        connection.execute(f"COPY ({copied}) TO '{target}' (FORMAT parquet)").fetchall()
    orders, scanned = read(target)
    assert sorted(orders["amount_cny"]) == [7, 1250, 123456]
    assert scanned.as_of.isoformat() == "2026-06-04"


def test_half_a_cent_is_rounded_to_even_and_counted(tmp_path):
    path = write(tmp_path, HEADER + "A1,C1,2026-06-01,12.345,已完成\nA2,C2,2026-06-01,0.5,已完成\n")
    orders, scanned = read(path)
    assert sorted(orders["amount_cny"]) == [50, 1234]
    assert any("四舍六入五成双" in str(one) for one in scanned.report.corrections)


def test_bad_cell_is_named_by_file_row_and_column_and_not_dropped_unasked(tmp_path):
    good = write(tmp_path, HEADER + "A1,C1,2026-06-01 10:00:00,1.00,交易成功\n", "first.csv")
    rows = "A2,C2,2026-06-01 10:00:00,1.00,交易成功\nA3,C3,上周三,1.00,交易成功\nA4,C4,昨天,1.00,交易成功\n"
    bad = write(tmp_path, HEADER + rows, "second.csv")
    with pytest.raises(DataError, match=r"second.csv 第 3 行“下单时间”列是“上周三”.*另有 1 行") as raised:
        read([good, bad])
    assert "提示：" in str(raised.value)
    orders, scanned = read([good, bad], bad_rows="drop")
    assert len(orders) == 2
    assert scanned.report.rows == 4
    assert [(one.what, one.count) for one in scanned.report.corrections][:1] == [
        ("略过“下单时间”列不能用的行", 2)
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A2,,2026-06-01,1.00,交易成功", "第 3 行“客户编号”列是空的"),
        (",C2,2026-06-01,1.00,交易成功", "第 3 行“订单编号”列是空的"),
        ("A2,C2,,1.00,交易成功", "第 3 行“下单时间”列是空的"),
        ("A2,C2,2026-02-30,1.00,交易成功", "第 3 行“下单时间”列是“2026-02-30”"),
        ("A2,C2,2026-06-01 24:00:00,1.00,交易成功", "第 3 行“下单时间”列是“2026-06-01 24:00:00”"),
        ("A2,C2,2026-06-01,,交易成功", "第 3 行“实付款”列是空的"),
        ("A2,C2,2026-06-01,-1,交易成功", "第 3 行“实付款”列是“-1”，金额不能是负数"),
        ("A2,C2,2026-06-01,(1.00),交易成功", "金额不能是负数"),
        ("A2,C2,2026-06-01,十元,交易成功", "应是金额"),
        ("A2,1.2E+12,2026-06-01,1.00,交易成功", "科学计数法"),
        ("A2,C2,2026-06-01,1.00,待揽收", "待揽收"),
        ("A2,C2,2026-06-01,1.00", "第 3 行"),
    ],
)
def test_cells_that_cannot_be_used_are_refused(tmp_path, row, says):
    path = write(tmp_path, HEADER + "A1,C1,2026-06-01,1.00,交易成功\n" + row + "\n")
    with pytest.raises(DataError, match=says.replace("(", r"\(")):
        read(path)


def test_personal_cells_are_neither_read_nor_shown(tmp_path):
    header = "订单编号,手机号,收货地址,下单时间,实付款\n"
    path = write(tmp_path, header + "A1,1.38E+10,某路一号,2026-06-01,1.00\n")
    with pytest.raises(DataError) as raised:
        read(path)
    assert "1.38" not in str(raised.value)
    orders, scanned = read(write(tmp_path, header + "A1,13812345678,某路一号,2026-06-01,1.00\n"))
    assert list(orders) == ["customer_id", "ordered_at", "amount_cny"]
    assert scanned.report.personal == ("收货地址",)
    assert scanned.personal_id


def test_gb18030_that_begins_as_ascii_is_found_out(tmp_path):
    plain = "".join(f"A{n},C{n},2026-06-01 10:00:00,1.00,paid\n" for n in range(40_000))
    header = "order_id,customer_id,order_time,amount,status\n"
    path = write(tmp_path, header + plain + "B1,C1,2026-06-02,2.00,交易成功\n", encoding="gb18030")
    orders, _ = read(path)
    assert len(orders) == 40_001


def test_gzip_utf16_and_a_name_full_of_signs(tmp_path):
    text = HEADER + "A1,C1,2026-06-01,1.00,交易成功\n"
    zipped = tmp_path / "a.csv.gz"
    zipped.write_bytes(gzip.compress(text.encode("gb18030")))
    odd = write(tmp_path, text.replace("A1", "A2"), "b's [2026]*?.csv", "utf-16")
    orders, scanned = read([zipped, odd])
    assert len(orders) == 2
    assert scanned.report.files == ("a.csv.gz", "b's [2026]*?.csv")
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(zipped.read_bytes()[:-12])
    with pytest.raises(DataError, match=r"cut.csv.gz"):
        read(cut)


def test_days_on_which_clocks_change_are_read_as_in_small_files(tmp_path):
    hours = pd.date_range("2026-03-07", "2026-03-10", freq="30min", inclusive="left")
    hours = hours.append(pd.date_range("2026-10-31", "2026-11-03", freq="30min", inclusive="left"))
    texts = [str(one) for one in hours]
    rows = "".join(f"A{n},C{n:03},{one},1.00,paid\n" for n, one in enumerate(texts))
    orders, _ = read(write(tmp_path, HEADER + rows), timezone="America/New_York")
    small = parse_times(pd.Series(texts, dtype=object), timezone="America/New_York")
    found = orders.sort_values("customer_id")["ordered_at"].dt.tz_convert("UTC").dt.tz_localize(None)
    assert (found.to_numpy().astype("datetime64[us]") == small.values).all()  # noqa: PD011


def test_the_machines_own_zone_plays_no_part(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        orders, scanned = read(write(tmp_path, HEADER + "A1,C1,2026-06-01 00:30,1.00,paid\n"))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert orders["ordered_at"].dt.tz_convert("UTC").astype("str").tolist() == ["2026-05-31 16:30:00+00:00"]
    assert scanned.as_of.isoformat() == "2026-06-02"


def test_rows_exported_twice_count_once(tmp_path):
    row = "A1,C1,2026-06-01,1.00,交易成功\n"
    first, second = (
        write(tmp_path, HEADER + row),
        write(tmp_path, HEADER + row + row.replace("A1", "A2"), "b.csv"),
    )
    orders, scanned = read([first, second])
    assert len(orders) == 2
    assert ("删去完全相同的重复行", 1) in [(one.what, one.count) for one in scanned.report.corrections]


def test_repeated_ids_are_lines_only_when_something_says_so(tmp_path):
    rows = "A1,C1,2026-06-01,1.00,交易成功\nA1,C1,2026-06-01,2.00,交易成功\n"
    path = write(tmp_path, HEADER + rows)
    with pytest.raises(DataError, match=r"A1.*\n提示：如果一行是一件商品，写 --grain line"):
        read(path)
    orders, _ = read(path, grain="order")
    assert len(orders) == 2
    orders, _ = read(path, grain="line", mapping={"line_amount": "实付款", "amount": None})
    assert orders["amount_cny"].tolist() == [300]


def test_repeated_ids_in_clean_parquet_are_refused_too(tmp_path):
    orders = load_shop("rongyu").orders.drop(columns=["product_id"]).iloc[[0, 1, 1]]
    orders = orders.assign(amount_cny=[1, 2, 3], refund_cny=0)
    orders.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="订单号出现了不止一行"):
        read(tmp_path / "a.parquet")


@pytest.mark.parametrize("change", ["missing", "unknown", "blank", "refund"])
def test_parquet_that_only_looks_clean_is_cleaned(tmp_path, change):
    orders = load_shop("rongyu").orders.head(50).assign(status="completed", refund_cny=0)
    if change == "missing":
        orders.loc[3, "customer_id"] = None
    elif change == "unknown":
        orders.loc[3, "status"] = "交易成功"
    elif change == "blank":
        orders.loc[3, "customer_id"] = " " + orders.loc[3, "customer_id"]
    else:
        orders.loc[3, "refund_cny"] = orders.loc[3, "amount_cny"]
    path = tmp_path / "a.parquet"
    orders.to_parquet(path)
    if change == "missing":
        with pytest.raises(DataError, match=r"a.parquet 第 4 行“customer_id”列是空的"):
            read(path)
        return
    found, scanned = read(path)
    assert scanned.copied
    assert set(found["customer_id"]) <= set(load_shop("rongyu").orders["customer_id"])
    assert (found["status"] == "completed").sum() == (49 if change == "refund" else 50)


def test_what_is_written_aside_is_private_and_gone_afterwards(tmp_path):
    temp = tmp_path / "temp"
    path = write(tmp_path, HEADER + "A1,C1,2026-06-01,1.00,交易成功\n")
    with scan_orders(path, temp=temp):
        (made,) = temp.iterdir()
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert list(made.rglob("*.parquet"))
    assert not list(temp.iterdir())
    with pytest.raises(RuntimeError, match="stop"), scan_orders(path, temp=temp):
        raise RuntimeError("stop")
    with pytest.raises(DataError), scan_orders(write(tmp_path, HEADER + "A1,,,,\n"), temp=temp):
        pass
    assert not list(temp.iterdir())


def test_a_mapping_and_a_shops_own_words_are_obeyed(tmp_path):
    text = "单据,人,几时,钱,走到哪\nA1,C1,2026-06-01,1.00,妥了\n"
    mapping = {
        "order_id": "单据",
        "customer_id": "人",
        "ordered_at": "几时",
        "amount": "钱",
        "status": "走到哪",
    }
    orders, _ = read(write(tmp_path, text), mapping=mapping, statuses={"妥了": "completed"})
    assert orders["status"].tolist() == ["completed"]
    with pytest.raises(DataError, match=r"妥了.*--status"):
        read(write(tmp_path, text), mapping=mapping)


def test_own_shop_folder_brings_its_zone_and_currency(tmp_path):
    orders = load_shop("rongyu").orders.head(5).assign(ordered_at="2026-06-01T03:00:00Z")
    orders.to_csv(tmp_path / "orders.csv", index=False)
    told = {
        "format": 1,
        "name": "我的店",
        "name_en": "mine",
        "timezone": "America/New_York",
        "currency": "USD",
    }
    (tmp_path / "shop.json").write_text(json.dumps({**told, "as_of": "2026-07-01"}), "utf-8")
    _, scanned = read(tmp_path)
    assert (scanned.timezone, scanned.currency) == ("America/New_York", "USD")
    assert (
        scanned.as_of.isoformat() == "2026-06-01"
    )  # three in the morning in London is still May in New York


def test_sources_are_patterns_folders_and_files_of_one_kind(tmp_path):
    for name in ("b.csv", "a.csv", "c.txt"):
        write(tmp_path, HEADER, name)
    assert [one.name for one in find_sources(str(tmp_path / "*.csv")).files] == ["a.csv", "b.csv"]
    for given, says in (
        (tmp_path / "nowhere.csv", "找不到订单文件"),
        (str(tmp_path / "x*.csv"), "找不到订单文件"),
        ([tmp_path / "a.csv", str(tmp_path / "*.csv")], "写了两次"),
        (tmp_path, "没有 Parquet 文件"),
    ):
        with pytest.raises(DataError, match=says):
            find_sources(given)
    (tmp_path / "a.parquet").write_bytes(b"")
    with pytest.raises(DataError, match="一次只能读一种文件"):
        find_sources([tmp_path / "a.csv", tmp_path / "a.parquet"])
    with pytest.raises(DataError, match=r"不认识 a.doc"):
        find_sources(write(tmp_path, "x", "a.doc"))


def test_files_of_different_exports_are_refused(tmp_path):
    first = write(tmp_path, HEADER + "A1,C1,2026-06-01,1.00,交易成功\n")
    other = write(tmp_path, HEADER.replace(",订单状态", "") + "A2,C1,2026-06-01,1.00\n", "b.csv")
    with pytest.raises(DataError, match=r"orders.csv 和 b.csv 的列对不上：只有其中一个有“订单状态”"):
        read([first, other])


def test_truncated_parquet_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    load_shop("rongyu").orders.head(9).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"a.parquet 读不下去"):
        read(path)


def test_engines_and_clusters_are_checked_before_anything_is_read(monkeypatch):
    with pytest.raises(SettingsError, match="没有 'mysql' 这个计算引擎"):
        engines.check_engine("mysql")
    with pytest.raises(SettingsError, match="--cluster 只能"):
        engines.check_engine("duckdb", "tcp://127.0.0.1:1")
    with pytest.raises(SettingsError, match="tcp://主机:端口"):
        engines.check_engine("dask", "127.0.0.1:8786")
    monkeypatch.setattr(engines, "_installed", lambda package: False)
    with pytest.raises(DataError, match="没有装 polars"):
        engines.check_engine("polars")
    with pytest.raises(DataError, match="Java"):
        engines.check_engine("spark")


def test_duckdb_stays_within_its_memory_and_asks_nobody(tmp_path):
    with engines.duckdb_connection(tmp_path, memory=64 << 20) as connection:
        settings = connection.execute(
            "SELECT current_setting('memory_limit'), current_setting('temp_directory'), "
            "current_setting('autoinstall_known_extensions')"
        ).fetchall()
    assert settings == [("64.0 MiB", str(tmp_path), False)]


def test_the_beginning_of_a_large_file_ends_between_records(tmp_path, monkeypatch):
    monkeypatch.setattr("ecrm_helpers.intake.scan.csvs._LOOK", 4_096)
    long = '"' + "长\n" * 3_000 + '"'
    path = write(
        tmp_path,
        HEADER.strip() + ",备注\n" + f"A1,C1,2026-06-01,1.00,paid,短\nA2,C2,2026-06-01,1.00,paid,{long}\n",
    )
    (tmp_path / "look").mkdir()
    found = look_at(path, tmp_path / "look")
    assert (found.encoding, found.delimiter, len(found.headers)) == ("UTF-8", ",", 6)
    assert not os.listdir(tmp_path / "look")  # noqa: PTH208
