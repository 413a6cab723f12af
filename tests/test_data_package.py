"""data/datapackage.json: valid by Frictionless, bilingual, the same schema for both shops."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import frictionless
import pytest

from ecrm_helpers.datasets import courses, data_dir, descriptor, load_shop
from ecrm_helpers.datasets.reading import schemas
from ecrm_helpers.messages.datasets import CODE_NAMES
from ecrm_helpers.rfm import class_table, rfm
from ecrm_helpers.simulate import HETING, RONGYU, Response

SHOPS = ("rongyu", "heting")
SPECS = {"rongyu": RONGYU, "heting": HETING}
CARD = (data_dir() / "README.md").read_text("utf-8")
CHINESE = re.compile("[\\u4e00-\\u9fff]")


@pytest.fixture(scope="module")
def package():
    return descriptor()


def test_every_table_is_valid(monkeypatch):
    monkeypatch.chdir(data_dir())
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:10]
    assert len(report.tasks) == 24


def test_validation_would_notice_an_order_of_nobody(package, tmp_path):
    # A foreign key, an enumeration and a unique id, each broken once in the smallest tables.
    for table in schemas(package, "heting").values():
        (tmp_path / "heting").mkdir(exist_ok=True)
        lines = (data_dir() / table["path"]).read_text("utf-8").splitlines(keepends=True)
        (tmp_path / table["path"]).write_text("".join(lines[:4]), "utf-8", newline="")
    small = {**package, "resources": list(schemas(package, "heting").values())}
    (tmp_path / "datapackage.json").write_text(json.dumps(small), "utf-8")
    customers = tmp_path / "heting" / "customers.csv"
    lines = customers.read_text("utf-8").splitlines(keepends=True)
    customers.write_text("".join([*lines, lines[1].replace("C00001", "C00003", 1)]), "utf-8", newline="")
    orders = tmp_path / "heting" / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace("completed", "done"), "utf-8", newline="")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    found = {error[0] for error in report.flatten(["type"])}
    assert {"foreign-key", "constraint-error"} <= found


def test_every_file_is_described_and_every_description_has_a_file(package):
    described = {resource["path"] for resource in package["resources"]}
    present = {str(path.relative_to(data_dir()).as_posix()) for path in data_dir().glob("*/*.csv")}
    assert described == present


def test_every_description_states_its_number_of_rows(package):
    for resource in package["resources"]:
        lines = (data_dir() / resource["path"]).read_bytes().count(b"\n")
        assert resource["rows"] == lines - 1, resource["name"]


def test_every_column_is_described_in_chinese_and_english(package):
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            place = f"{resource['name']}.{field['name']}"
            assert CHINESE.search(field["title"]), place
            assert CHINESE.search(field["description"]), place
            assert re.search("[A-Za-z]{3}", field["description"]), place


def test_columns_stand_in_the_order_of_the_files(package):
    for resource in package["resources"]:
        header = (data_dir() / resource["path"]).read_text("utf-8").split("\n", 1)[0]
        assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]


def test_both_shops_have_the_same_tables_columns_and_types(package):
    shapes = [
        {
            name: [(field["name"], field["type"]) for field in resource["schema"]["fields"]]
            for name, resource in schemas(package, shop).items()
        }
        for shop in SHOPS
    ]
    assert shapes[0] == shapes[1]


def test_every_code_has_a_chinese_name(package):
    codes = {
        code
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if field["name"] in {"status", "channel", "topic", "type", "outcome"}
        for code in field["constraints"]["enum"]
    }
    assert codes == set(CODE_NAMES)


def test_courses_name_a_shop_and_a_salt_of_their_own(package):
    known = courses()
    assert set(known) == {"crossborder_crm", "ecommerce_crm"}
    assert {course["shop"] for course in known.values()} == set(package["shops"])
    assert len({course["salt"] for course in known.values()}) == len(known)


def test_chinese_hong_kong_and_taiwan_are_named_as_regions_of_china(package):
    text = (data_dir() / "rongyu" / "countries.csv").read_text("utf-8")
    assert "HK,中国香港," in text
    assert "TW,中国台湾," in text
    titles = {field["title"] for field in schemas(package, "rongyu")["countries"]["schema"]["fields"]}
    assert "国家/地区" in titles


def shown(value) -> str:
    """A planted value as the data card writes it."""
    if isinstance(value, Response):
        return f"lift {value.lift:g}, annoyance {value.annoyance:g}"
    return " / ".join(f"{x:g}" for x in value) if isinstance(value, tuple) else f"{value:g}"


@pytest.mark.parametrize("part", ["purchase", "spend", "service", "mailing"])
def test_data_card_states_the_planted_parameters(part):
    models = [getattr(SPECS[shop], part) for shop in SHOPS]
    section = CARD.split(f"(`{type(models[0]).__name__}`)")[1].split("\n### ")[0]
    for field in fields(models[0]):
        first, second = (shown(getattr(model, field.name)) for model in models)
        other = "=" if first == second else second
        assert f"| `{field.name}` | {first} | {other} |" in section


def test_data_card_states_the_calendar():
    section = CARD.split("(`ShopSpec`)")[1].split("\n### ")[0]
    for name in ("season", "hours", "holiday_demand", "rate_sigma"):
        first, second = (shown(getattr(SPECS[shop], name)) for shop in SHOPS)
        assert f"| `{name}` | {first} | {'=' if first == second else second} |" in section


def test_data_card_states_the_sizes_of_the_tables(package):
    shops = [load_shop(name) for name in SHOPS]
    for table in schemas(package, "rongyu"):
        rows = [len(getattr(shop, table)) for shop in shops]
        assert f"| `{table}` | {rows[0]:,} | {rows[1]:,} |" in CARD


@pytest.mark.parametrize("column", [0, 1])
def test_data_card_states_the_classes_of_both_shops(column):
    table = class_table(rfm(load_shop(SHOPS[column]).orders, as_of="2026-07-01"))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in CARD.splitlines() if "|" in line]
    stated = {
        row[0].split()[0]: row[1 + 2 * column :][:2] for row in rows if row[0][:3] in set(table["code"])
    }
    found = zip(table["code"], table["customers"], table["revenue_share"], strict=True)
    assert stated == {code: [f"{count:,}", f"{share:.1%}"] for code, count, share in found}
