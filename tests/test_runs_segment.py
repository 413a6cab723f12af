"""`ecrm rfm`: from order files to a class table and a file of customers."""

import csv
import json
import os
import stat

import pandas as pd
import pytest

from ecrm_helpers import cli
from ecrm_helpers.datasets import data_dir, load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake import pseudonyms
from ecrm_helpers.rfm import class_table, rfm
from ecrm_helpers.runs import segment, segment_output
from ecrm_helpers.runs.segment import segment_files
from ecrm_helpers.runs.segment_output import write_result

pytest.importorskip("duckdb", reason="needs the extra [engines]")

ORDERS = data_dir() / "rongyu" / "orders.csv"
HEADER = "订单编号,客户编号,下单时间,实付款,订单状态\n"
STATES = {
    "completed": "交易成功",
    "partly_refunded": "部分退款",
    "refunded": "已退款",
    "cancelled": "交易关闭",
}


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(["rfm", *map(str, arguments)])
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


@pytest.fixture
def expected():
    return rfm(load_shop("rongyu").orders, as_of="2026-07-01")


@pytest.fixture
def taobao(tmp_path):
    """Write the shipped shop as a Taobao-style export: yuan with separators, Chinese words, local times."""
    orders = load_shop("rongyu").orders
    local = orders["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y/%m/%d %H:%M:%S")
    export = pd.DataFrame(
        {
            "订单编号": '="' + orders["order_id"] + '"',
            "会员编号": orders["customer_id"] + "\t",
            "收货地址": "某路一号",
            "订单创建时间": local,
            "买家实际支付金额": [f"￥{one / 100:,.2f}" for one in orders["amount_cny"]],
            "退款金额": [f"{one / 100:.2f}" if one else "" for one in orders["refund_cny"]],
            "订单状态": orders["status"].map(STATES),
        }
    )
    path = tmp_path / "export.csv"
    export.to_csv(path, index=False, encoding="gb18030")
    return path


def write(folder, text, name="orders.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def plain(result):
    return result.astype({"customer_id": "str", "last_order": "datetime64[us]"})


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
def test_every_engine_gives_the_same_table_from_an_export(ecrm, expected, taobao, engine):
    out = taobao.with_name("customers.parquet")
    code, shown, err = ecrm(taobao, "--engine", engine, "--keep-ids", "--out", out)
    assert (code, err) == (0, "")
    assert f"用 {engine} 计算" in shown
    assert "2026-07-01" in shown
    pd.testing.assert_frame_equal(plain(pd.read_parquet(out)), plain(expected), check_column_type=False)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
def test_every_engine_gives_the_shipped_shops_table(ecrm, expected, tmp_path, engine):
    out = tmp_path / "customers.parquet"
    assert ecrm(ORDERS, "--engine", engine, "--keep-ids", "--out", out)[0] == 0
    pd.testing.assert_frame_equal(plain(pd.read_parquet(out)), plain(expected), check_column_type=False)


def test_class_table_is_printed_with_its_caption(ecrm, expected):
    code, out, _ = ecrm(ORDERS)
    assert code == 0
    for row in class_table(expected).itertuples():
        line = next(one for one in out.splitlines() if one.strip().startswith(row.segment))
        assert f"{row.customers:,}" in line
        assert f"{row.customer_share:.1%}" in line
        assert f"{row.revenue / 100:,.0f}" in line
    assert "截至 2026-07-01（不含当天）" in out
    assert "统计截止日取最后一单的第二天：2026-07-01" in out


def test_ten_segments_an_earlier_day_and_a_window(ecrm, tmp_path):
    out = tmp_path / "ten.csv"
    options = (
        "--scheme",
        "ten",
        "--as-of",
        "2026-01-01",
        "--window",
        "365",
        "--measure",
        "mean",
        "--keep-ids",
    )
    code, shown, err = ecrm(ORDERS, *options, "--out", out)
    assert (code, err) == (0, "")
    assert "冠军客户" in shown
    wanted = rfm(
        load_shop("rongyu").orders, as_of="2026-01-01", scheme="ten", window_days=365, measure="mean"
    )
    found = pd.read_csv(out, dtype={"customer_id": "str"}, parse_dates=["last_order"])
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_column_type=False)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("orders.csv", "用 pandas 计算：文件不大"),
        ("large.csv", "用 duckdb 计算：CSV 一共"),
        ("orders.parquet", "用 duckdb 计算：Parquet"),
    ],
)
def test_auto_says_which_engine_and_why(ecrm, tmp_path, monkeypatch, name, says):
    orders = load_shop("rongyu").orders.head(20)
    path = tmp_path / name
    orders.to_csv(path, index=False) if name.endswith("csv") else orders.to_parquet(path)
    if name == "large.csv":
        monkeypatch.setattr(segment, "CAREFUL_BYTES", 10)
    code, out, _ = ecrm(path)
    assert code == 0
    assert says in out


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_workbook_is_read_whole_whatever_computes(ecrm, tmp_path, engine):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["订单编号", "客户编号", "下单时间", "实付款"],
        ["A1", "0042", "2026-06-01 10:00", "1,234.50"],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    out = tmp_path / "a.csv"
    code, _, err = ecrm(tmp_path / "a.xlsx", "--engine", engine, "--keep-ids", "--out", out)
    assert (code, err) == (0, "")
    with out.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["customer_id"], row["monetary"], row["last_order"]) == ("0042", "123450", "2026-06-01")


def test_files_are_private_and_never_overwritten_unasked(ecrm, tmp_path):
    for name in ("a.csv", "a.xlsx", "a.parquet"):
        out = tmp_path / name
        assert ecrm(ORDERS, "--out", out)[0] == 0
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        before = out.read_bytes()
        code, shown, err = ecrm(ORDERS, "--out", out)
        assert code == 1
        assert f"{out} 已经有了" in err
        assert shown == ""  # told before anything is read
        assert out.read_bytes() == before
        assert ecrm(ORDERS, "--out", out, "--force")[0] == 0
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.parquet", "a.xlsx"]  # noqa: PTH208
    assert ecrm(ORDERS, "--out", tmp_path / "a.docx")[0] == 1


def test_ids_never_become_formulas_and_are_not_spoiled(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    ids = ["=1+1", "+86", "-x", "@a", "#N/A", "007"]
    rows = "".join(
        f"A{n},{one},2026-06-0{n + 1},1.00,交易成功\n" for n, one in enumerate(ids) if one != "#N/A"
    )
    made = segment_files(write(tmp_path, HEADER + rows), keep_ids=True)
    made.result.loc[0, "customer_id"] = "#N/A"
    ids = list(made.result["customer_id"])
    for kind in ("csv", "xlsx", "parquet"):
        write_result(made.result, made.classes, tmp_path / f"a.{kind}", choices=made.choices)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row["customer_id"] for row in csv.DictReader(file)]
    assert found == [f"'{one}" if one[0] in "=+-@" else one for one in ids]
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["客户", "各类", "口径"]
    cells = [row[0] for row in book["客户"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ids
    assert {cell.data_type for cell in cells} == {"s"}
    assert list(pd.read_parquet(tmp_path / "a.parquet")["customer_id"]) == ids


def test_settings_go_with_the_file(ecrm, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    parquet = pytest.importorskip("pyarrow.parquet")
    for kind in ("xlsx", "parquet"):
        assert ecrm(ORDERS, "--split", "median", "--out", tmp_path / f"a.{kind}")[0] == 0
    noted = json.loads(parquet.read_schema(tmp_path / "a.parquet").metadata[b"ecrm"])
    assert (noted["as_of"], noted["split"], noted["timezone"]) == ("2026-07-01", "median", "Asia/Shanghai")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["口径"]
    told = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert told["统计截止日（不含当天）"] == "2026-07-01"
    assert told["高低从哪里分"] == "median"
    assert told["F 从多少单起算高"] == noted["frequency_from"]


def test_more_customers_than_a_sheet_has_rows_are_refused(tmp_path, monkeypatch):
    made = segment_files(ORDERS)
    monkeypatch.setattr(segment_output, "XLSX_ROWS", 100)
    with pytest.raises(DataError, match=r"一张 Excel 表最多放 99 行。\n提示：.*\.parquet"):
        write_result(made.result, made.classes, tmp_path / "a.xlsx", choices=made.choices)
    assert not list(tmp_path.iterdir())


def test_interrupted_writing_leaves_nothing(ecrm, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    out = tmp_path / "a.csv"
    out.write_text("old")
    monkeypatch.setattr(segment_output, "_batches", interrupted)
    code, _, err = ecrm(ORDERS, "--out", out, "--force")
    assert code == 1
    assert "已中断" in err
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_interrupted_query_ends_as_any_interrupted_command_does(ecrm, tmp_path, monkeypatch):
    def interrupted(*arguments, **options):
        message = "Query interrupted"
        raise RuntimeError(message)

    monkeypatch.setattr("ecrm_helpers.intake.scan.stage.run", interrupted)
    code, _, err = ecrm(ORDERS, "--engine", "duckdb", "--temp", tmp_path, "--out", tmp_path / "a.csv")
    assert (code, err.strip()) == (1, "已中断。")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_ids_become_codes_unless_they_are_to_be_kept(tmp_path, engine):
    path = write(tmp_path, HEADER + "A1,B7,2026-06-01,1.00,交易成功\nA2,B8,2026-06-02,1.00,交易成功\n")
    key = tmp_path / "shop.key"
    first = segment_files(path, engine=engine, key=key)
    again = segment_files(path, engine="polars", key=key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(first.result["customer_id"]) == list(again.result["customer_id"])
    wanted = pseudonyms(pd.Series(["B7", "B8"]), key.read_bytes().strip())
    assert list(first.result["customer_id"]) == sorted(wanted)
    derived = segment_files(path, engine=engine)
    assert list(derived.result["customer_id"]) == list(segment_files(path).result["customer_id"])
    assert set(derived.result["customer_id"]).isdisjoint({"B7", "B8", *wanted})
    assert list(segment_files(path, engine=engine, keep_ids=True).result["customer_id"]) == ["B7", "B8"]
    with pytest.raises(SettingsError, match="只能写一个"):
        segment_files(path, key=key, keep_ids=True)


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
@pytest.mark.parametrize("header", ["客户编号", "买家邮箱"])
def test_personal_ids_become_codes_even_when_ids_are_kept(tmp_path, engine, header):
    text = HEADER.replace("客户编号", header) + "A1,ann@example.org,2026-06-01,1.00,交易成功\n"
    options = {"mapping": {"customer_id": header}}
    made = segment_files(write(tmp_path, text), engine=engine, keep_ids=True, **options)
    assert made.result["customer_id"].str.fullmatch("K[0-9a-f]{12}").all()
    assert made.choices["customer_ids"] == "codes"


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_own_shop_folder_keeps_its_codes_zone_and_day(ecrm, tmp_path, engine):
    orders = load_shop("rongyu").orders
    orders.assign(ordered_at=orders["ordered_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_csv(
        tmp_path / "orders.csv", index=False
    )
    told = {"format": 1, "name": "我的店", "name_en": "mine", "as_of": "2026-08-01"}
    told |= {"timezone": "Asia/Tokyo", "currency": "JPY"}
    (tmp_path / "shop.json").write_text(json.dumps(told), "utf-8")
    code, out, err = ecrm(tmp_path, "--engine", engine, "--out", tmp_path / "out.parquet")
    assert (code, err) == (0, "")
    assert "取店铺文件夹里写的：2026-08-01" in out
    assert "金额(JPY)" in out
    wanted = rfm(orders, as_of="2026-08-01", timezone="Asia/Tokyo")
    found = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(plain(found), plain(wanted), check_column_type=False)


@pytest.mark.parametrize(
    ("row", "options", "says"),
    [
        ("A1,C1,上周,1.00,交易成功", (), "--bad-rows drop"),
        ("A1,C1,01/07/2026,1.00,交易成功", (), "先写日就加 --day-first"),
        ("A1,C1,2026-06-01,$1.00,交易成功", (), "--currency USD"),
        ("A1,C1,2026-06-01,1.00,妥了", (), "--status 妥了=completed"),
        ("A1,C1,2026-06-01,1.00,交易成功", ("--map", "x"), "--map 应写成"),
        ("A1,C1,2026-06-01,1.00,交易成功", ("--as-of", "今天"), "统计截止日"),
        ("A1,C1,2026-06-01,1.00,交易成功", ("--cluster", "tcp://127.0.0.1:1"), "--cluster 只能"),
    ],
)
def test_advice_names_this_commands_options(ecrm, tmp_path, row, options, says):
    code, _, err = ecrm(write(tmp_path, HEADER + row + "\n"), *options)
    assert code == 1
    assert err.startswith("出错了：")
    assert says in err
    assert "提示：" in err


def test_words_columns_and_days_can_be_told(ecrm, tmp_path):
    text = "单据,人,几时,钱,走到哪\nA1,C1,01/07/2026,1.00,妥了\n"
    maps = ("order_id=单据", "customer_id=人", "ordered_at=几时", "amount=钱", "status=走到哪")
    options = [word for one in maps for word in ("--map", one)]
    code, out, err = ecrm(write(tmp_path, text), *options, "--status", "妥了=completed", "--day-first")
    assert (code, err) == (0, "")
    assert "2026-07-02" in out


def test_bad_rows_are_counted_when_they_are_dropped(ecrm, tmp_path):
    text = HEADER + "A1,C1,2026-06-01,1.00,交易成功\nA2,C2,上周,1.00,交易成功\n"
    for engine in ("pandas", "duckdb"):
        code, out, _ = ecrm(write(tmp_path, text), "--engine", engine, "--bad-rows", "drop")
        assert code == 0
        assert "略过“下单时间”列不能用的行" in out


def test_orders_in_several_currencies_need_rates(ecrm, tmp_path):
    header = "订单编号,客户编号,下单时间,实付款,币种\n"
    path = write(tmp_path, header + "A1,C1,2026-06-01,10.00,USD\nA2,C1,2026-06-02,10.00,CNY\n")
    rates = write(tmp_path, "valid_from,currency,cny_per_unit\n2026-01-01,USD,7.25\n", "rates.csv")
    for engine in ("pandas", "duckdb"):
        code, _, err = ecrm(path, "--engine", engine)
        assert code == 1
        assert "--rates" in err
        out = tmp_path / f"{engine}.csv"
        assert ecrm(path, "--engine", engine, "--rates", rates, "--out", out)[0] == 0
        with out.open(encoding="utf-8-sig", newline="") as file:
            assert [row["monetary"] for row in csv.DictReader(file)] == ["8250"]


def test_a_dask_cluster_computes_when_its_address_is_given(ecrm, expected, tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra [engines]")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, host="127.0.0.1",
        protocol="tcp",
    ) as cluster:  # fmt: skip
        out = tmp_path / "a.parquet"
        address = cluster.scheduler_address
        assert address.startswith("tcp://127.0.0.1:")
        code, _, err = ecrm(
            ORDERS,
            "--engine",
            "dask",
            "--cluster",
            address,
            "--temp",
            tmp_path / "t",
            "--keep-ids",
            "--out",
            out,
        )
    assert (code, err) == (0, "")
    pd.testing.assert_frame_equal(plain(pd.read_parquet(out)), plain(expected), check_column_type=False)
    assert not list((tmp_path / "t").iterdir())


def test_a_cluster_that_does_not_answer_is_named(ecrm, monkeypatch):
    pytest.importorskip("distributed", reason="needs the extra [engines]")
    from ecrm_helpers.intake.scan import engines  # noqa: PLC0415

    monkeypatch.setattr(engines, "_PATIENCE", 1)
    code, _, err = ecrm(ORDERS, "--engine", "dask", "--cluster", "tcp://127.0.0.1:9")
    assert code == 1
    assert "连不上集群 tcp://127.0.0.1:9" in err


def test_spark_where_it_is_installed(ecrm, expected, tmp_path):
    pytest.importorskip("pyspark", reason="pyspark and Java are not part of any extra")
    out = tmp_path / "a.parquet"
    code, _, _ = ecrm(ORDERS, "--engine", "spark", "--keep-ids", "--out", out)
    assert code == 0
    pd.testing.assert_frame_equal(plain(pd.read_parquet(out)), plain(expected), check_column_type=False)


def test_help_is_in_chinese(ecrm):
    code, out, _ = ecrm("--help")
    assert code == 0
    assert "用法：" in out
    assert "--scheme" in out
    assert not any(word in out for word in ("Usage", "Options:", "Show this", "default:"))


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_an_encoding_that_is_not_recognised_can_be_said(ecrm, tmp_path, engine):
    file = tmp_path / "western.csv"
    text = "Order ID,Customer ID,Order Date,Total,Status\n1,A7,2026-06-01,10.50,Terminé\n"
    file.write_bytes(text.encode("cp1252"))
    options = ("--engine", engine, "--currency", "EUR", "--status", "Terminé=completed")
    code, _, err = ecrm(file, *options)
    assert code == 1
    assert "--encoding cp1252" in err
    code, out, err = ecrm(file, *options, "--encoding", "cp1252")
    assert (code, err) == (0, "")
    assert "western.csv（CP1252）" in out
    code, _, err = ecrm(file, *options, "--encoding", "no-such")
    assert code == 1
    assert "western.csv" in err
    assert "提示" in err
