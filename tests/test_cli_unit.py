"""`ecrm unit` from a shop's own XLSX, as a teacher types it."""

from __future__ import annotations

import datetime as dt
import os

import openpyxl
import pytest

from ecrm_helpers.cli import main
from ecrm_helpers.intake.shopfolder import build_shop
from ecrm_helpers.runs.unit import UnitRun

UNIT = "crossborder_crm/unit3"


@pytest.fixture
def export(tmp_path):
    """A Taobao-like workbook of 60 orders with a buyer's nick, name and phone."""
    book = openpyxl.Workbook()
    book.active.append(
        ["订单编号", "买家会员名", "收货人姓名", "联系手机", "订单付款时间", "买家实际支付金额"]
    )
    for number in range(60):
        at = dt.datetime(2025, 1, 1, 9) + dt.timedelta(days=5 * number)  # noqa: DTZ001  as Excel stores it
        book.active.append(
            [f"25{number:06d}", f"买家{number % 25}号", "王小芳", "13800138000", at, 12.5 + number]
        )
    path = tmp_path / "my_orders.xlsx"
    book.save(path)
    return path


def ecrm(*arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return ended.value.code


def test_from_an_export_to_a_notebook_and_a_page_without_personal_data(export, tmp_path, capfd):
    assert ecrm("unit", UNIT, "--orders", export, "--out", tmp_path / "out") == 0
    told = capfd.readouterr()
    assert told.out.count("60 笔订单，25 位客户") == 1  # the data report
    assert "没有读入的个人信息列：收货人姓名、联系手机" in told.out
    assert ".ecrm-unit" not in told.out
    assert told.err == ""
    for path in (tmp_path / "out").rglob("*.*"):
        text = path.read_text("utf-8")
        assert not [word for word in ("王小芳", "13800138000", "买家3号", str(tmp_path)) if word in text], (
            path
        )
    assert "自己的店" in (tmp_path / "out/unit3.html").read_text("utf-8")


def test_an_unreadable_cell_is_named_before_anything_runs(export, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", pytest.fail)
    book = openpyxl.load_workbook(export)
    book.active["F3"] = "赠品"
    book.save(export)
    assert ecrm("unit", UNIT, "--orders", export, "--out", tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert "3" in said
    assert "买家实际支付金额" in said
    assert not (tmp_path / "out").exists()


@pytest.fixture
def ran(monkeypatch):
    """Replace the run: what it was asked for."""
    asked = {}

    def run(unit, out, **options):
        asked.update(options, unit=unit)
        return UnitRun(out / "unit3.ipynb", None, None)

    monkeypatch.setattr("ecrm_helpers.runs.unit.run_unit", run)
    return asked


@pytest.mark.parametrize("arguments", [(), ("--shop", "rongyu")])
def test_without_orders_the_shipped_shop_is_used(ran, tmp_path, arguments):
    assert ecrm("unit", UNIT, "--out", tmp_path, *arguments) == 0
    assert (ran["shop"], ran["build"]) == ("rongyu", None)
    assert (ran["page"], ran["instructor"], ran["force"]) == (True, False, False)


def test_a_shops_folder_is_copied_without_what_is_not_its_table(ran, export, tmp_path):
    folder = tmp_path / "mine"
    build_shop(export, folder)
    (folder / "key.txt").write_text("secret", "utf-8")
    assert ecrm("unit", UNIT, "--shop", folder, "--out", tmp_path / "out", "--no-html", "--instructor") == 0
    ran["build"](tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["orders.csv", "shop.json"]
    if os.name == "posix":
        copies = (tmp_path / "copy", *(tmp_path / "copy").iterdir())
        assert [path.stat().st_mode & 0o077 for path in copies] == [0, 0, 0]
    assert (ran["page"], ran["instructor"]) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--shop", "nowhere"), "nowhere"),
        (("--shop", "rongyu", "--orders", "a.xlsx"), "只能写一个"),
        (("--tickets", "t.csv", "--campaign-sends", "s.csv"), "--tickets、--campaign-sends 要和 --orders"),
        (("--orders", "none.xlsx"), "none.xlsx"),
    ],
)
def test_what_does_not_fit_is_told_in_chinese(tmp_path, capsys, arguments, says):
    assert ecrm("unit", UNIT, "--out", tmp_path / "out", *arguments) == 1
    said = capsys.readouterr().err
    assert says in said
    assert "提示：" in said
    assert not (tmp_path / "out").exists()


def test_an_unknown_unit_is_told_with_the_list(tmp_path, capsys):
    assert ecrm("unit", "unit99", "--out", tmp_path / "out") == 1
    assert UNIT in capsys.readouterr().err


def test_help_is_chinese(capsys):
    assert ecrm("unit", "--help") == 0
    shown = capsys.readouterr().out
    assert "课程/单元" in shown
    assert "--orders" in shown


@pytest.mark.parametrize(
    "options", [("--name", "店"), ("--keep-ids",), ("--day-first",), ("--grain", "auto")]
)
def test_options_about_reading_are_not_passed_over_where_nothing_is_read(
    ran, export, tmp_path, capsys, options
):
    build_shop(export, tmp_path / "mine")
    arguments = ("--shop", tmp_path / "mine", "--out", tmp_path / "out", *options)
    assert ecrm("unit", UNIT, *arguments) == 1
    assert f"{options[0]} 要和 --orders 一起用" in capsys.readouterr().err
    assert ran == {}
