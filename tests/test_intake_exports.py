"""Small broken and odd exports: each ends in its message, or in its orders with every change counted.

`fixtures/exports/expected.toml` says for every file how it is read and what must come out. A file ending in
.xlsx.json is a workbook written out as text: it is built here, so that a reviewer can read what is in it.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import pytest

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.intake import load_orders

EXPORTS = Path(__file__).parent / "fixtures" / "exports"
EXPECTED = tomllib.loads((EXPORTS / "expected.toml").read_text("utf-8"))
AT_LEAST = 40
SHOWN = ["order_id", "ordered_at", "status", "currency", "amount", "amount_cny", "refund_cny"]


def workbook(source: Path, folder: Path) -> Path:
    """Write the workbook that a .xlsx.json file describes."""
    openpyxl = pytest.importorskip("openpyxl", reason="the workbooks are written with openpyxl")
    described = json.loads(source.read_text("utf-8"))
    book = openpyxl.Workbook()
    book.remove(book.active)
    if described.get("date1904"):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for name, rows in described["sheets"].items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([dt.datetime.fromisoformat(c["date"]) if isinstance(c, dict) else c for c in row])
        for place in described.get("merge", []):
            sheet.merge_cells(place)
        for place, error in described.get("errors", {}).items():
            sheet[place] = error
            sheet[place].data_type = "e"
        if "far" in described:
            sheet[described["far"]] = "x"
    target = folder / source.stem
    book.save(target)
    return target


def read(name: str, folder: Path, **more):
    source = EXPORTS / name
    options = dict(EXPECTED[name].get("options", {}))
    if "rates" in options:
        options["rates"] = EXPORTS / options["rates"]
    return load_orders(workbook(source, folder) if source.suffix == ".json" else source, **options | more)


def test_every_export_has_its_expectation():
    files = {path.name for path in EXPORTS.iterdir()} - {"expected.toml", "rates.csv"}
    assert files == set(EXPECTED)
    assert len(files) >= AT_LEAST
    messages = [expected["error"] for expected in EXPECTED.values() if "error" in expected]
    assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("name", [name for name in EXPECTED if "error" in EXPECTED[name]])
def test_refused_with_its_message(name, tmp_path):
    with pytest.raises(EcrmError) as caught:
        read(name, tmp_path)
    assert str(caught.value) == EXPECTED[name]["error"].strip()
    assert str(caught.value).splitlines()[-1].startswith("提示：")


@pytest.mark.parametrize("name", [name for name in EXPECTED if "orders" in EXPECTED[name]])
def test_read_with_every_change_counted(name, tmp_path):
    expected = EXPECTED[name]
    loaded = read(name, tmp_path)
    shown = loaded.orders.assign(ordered_at=loaded.orders["ordered_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert [list(row) for row in shown[SHOWN].itertuples(index=False)] == expected["orders"]
    assert [str(one) for one in loaded.report.corrections] == expected.get("corrections", [])
    assert list(loaded.report.personal) == expected.get("personal", [])
    assert list(loaded.report.ignored) == expected.get("ignored", [])
    assert loaded.report.customers == expected["customers"]
    assert loaded.currency == loaded.report.currency == expected["currency"]
    assert loaded.report.encoding == expected["encoding"]


PERSONAL = (
    "王芳",
    "李强",
    "小鱼爱喝茶",
    "思明区",
    "13800000001",
    "a@example.com",
    "Ana",
    "+55",
    "ann@example.org",
    "Main St",
)


@pytest.mark.parametrize("name", [name for name in EXPECTED if "orders" in EXPECTED[name]])
def test_no_personal_cell_survives(name, tmp_path):
    loaded = read(name, tmp_path)
    written = loaded.orders.to_csv() + str(loaded.report) + loaded.report._repr_html_()
    assert [text for text in PERSONAL if text in written] == []
