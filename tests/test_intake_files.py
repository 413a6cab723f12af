"""Opening files of one's own: limits that no workbook gets past, kinds of file, encodings, separators."""

from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake import textfiles, zipguard
from ecrm_helpers.intake.files import read_raw

NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = b'<?xml version="1.0"?><worksheet xmlns="' + NAMESPACE + b'"><sheetData>'
END = b"</sheetData></worksheet>"
HEADER = "订单编号,客户编号,下单时间,实付款\n"


@pytest.fixture
def book(tmp_path):
    """Write a workbook whose first sheet's XML is given, as no program would write it."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)

    def write(xml: bytes | None = None, *, entries: dict[str, bytes] | None = None) -> Path:
        target = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for name in source.namelist():
                sheet = name == "xl/worksheets/sheet1.xml" and xml is not None
                made.writestr(name, xml if sheet else source.read(name))
            for name, content in (entries or {}).items():
                made.writestr(name, content)
        return target

    return write


def refused(path: Path, *words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_raw(path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


# ── bombs ──
CORNERS = {
    "plain": b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "single quotes": b"<row><c r='A1'><v>1</v></c></row><row><c r='XFD1048576'><v>1</v></c></row>",
    "prefixed": b'<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "other attributes first": b'<row><c s="1" t="n" r="XFD1048576"><v>1</v></c></row>',
    "a sign in an attribute": b'<row><c x=">" r="XFD1048576"><v>1</v></c></row>',
    "no references after one": b'<row r="1048576"><c r="XFC1048576"><v>1</v></c><c><v>1</v></c></row>',
    "a row number only": b'<row r="1048576">' + b"<c><v>1</v></c>" * 30 + b"</row>",
}


@pytest.mark.parametrize("cells", CORNERS.values(), ids=CORNERS)
def test_two_cells_in_far_corners_are_refused(book, cells):
    refused(book(SHEET + cells + END), "2,000 万格", "没有打开", "--engine duckdb")


def test_refusing_a_bomb_takes_no_memory(book):
    """In a process of its own with little memory: the rectangle would be 17 thousand million cells."""
    path = book(SHEET + CORNERS["plain"] + END)
    code = (
        "import sys\n"
        "from ecrm_helpers.intake.files import read_raw\n"
        "try:\n    read_raw(sys.argv[1])\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
    )
    limit = 3 << 30  # address space; the interpreter with pandas maps about 1.5 GB of it

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    result = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True, text=True, check=True, preexec_fn=limited,
    )  # fmt: skip
    assert result.stdout == "DataError\n"


def test_hundred_million_cells_are_refused_before_they_are_read(tmp_path, book):
    """100 million packed cells: one deflated megabyte repeated, so that the test is quick to write."""
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    block = row * 66
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    times = 1_600
    path = book(entries={"xl/worksheets/sheet2.xml": b""})
    content = path.read_bytes()
    data, size = piece * times, len(block) * times
    name = b"xl/worksheets/sheet3.xml"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(data), size, len(name), 0) + name
    start = content.rindex(b"PK\5\6")
    directory_size, directory_at = struct.unpack("<II", content[start + 12 : start + 20])
    directory = content[directory_at : directory_at + directory_size]
    count = struct.unpack("<H", content[start + 10 : start + 12])[0] + 1
    entry = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            0,
            len(data),
            size,
            len(name),
            0,
            0,
            0,
            0,
            0,
            directory_at,
        )
        + name
    )
    body = content[:directory_at] + local + data
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory + entry), len(body), 0)
    bomb = tmp_path / "hundred_million.xlsx"
    bomb.write_bytes(body + directory + entry + end)
    assert bomb.stat().st_size < 10_000_000
    refused(bomb, "解压后有", "没有打开")


def test_a_size_that_lies_is_found_out(book):
    path = book(SHEET + b'<row r="1"><c r="A1"><v>1</v></c></row>' + b" " * 5000 + END)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[entry + 24 : entry + 28] = struct.pack("<I", 100)
    path.write_bytes(bytes(content))
    refused(path, "不完整或已损坏")


def test_one_text_shown_a_million_times_is_refused(book, monkeypatch):
    text = b"<sst><si><t>short</t></si><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    cell = b"<row>" + b'<c t="s"><v>%d</v></c>' * 10 + b"</row>"
    monkeypatch.setattr(zipguard, "MAX_TEXT", 1_000_000)
    seldom = SHEET + cell % ((0,) * 10) * 100 + cell % ((1,) * 10) + END
    assert len(read_raw(book(seldom, entries={"xl/sharedStrings.xml": text})).cells) == 100
    often = SHEET + cell % ((1,) * 10) * 100 + END
    refused(book(often, entries={"xl/sharedStrings.xml": text}), "文字逐格写出来", "没有打开")


def test_dense_cells_are_counted(book, monkeypatch):
    rows = b"".join(b"<row>" + b"<c><v>1</v></c>" * 10 + b"</row>" for _ in range(100))
    monkeypatch.setattr(zipguard, "MAX_CELLS", 999)
    refused(book(SHEET + rows + END), "100 行 × 10 列")


def test_cells_that_are_empty_but_formatted_are_no_reason(book):
    far = b'<row><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row><c r="XFD1048576" s="0"/></row>'
    refused(book(SHEET + far + END), "下面没有数据")


@pytest.mark.parametrize("evil", [b'<!DOCTYPE a [<!ENTITY b "c">]>', b"\0"])
def test_entities_and_other_encodings_are_refused(book, evil):
    refused(book(SHEET + evil + END), "已损坏")


def test_too_many_entries_are_refused(book, monkeypatch):
    monkeypatch.setattr(zipguard, "MAX_ENTRIES", 3)
    refused(book(), "没有打开")


def test_a_damaged_sheet_is_refused(book):
    refused(book(b"<worksheet><sheetData><row"), "bomb.xlsx")


def test_large_text_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "A1,C1,2026-06-01,10\n" * 5, "utf-8")
    monkeypatch.setattr(textfiles, "MAX_TEXT_CELLS", 10)
    refused(path, "单元格", "--engine duckdb")
    monkeypatch.setattr(textfiles, "MAX_TEXT_BYTES", 10)
    refused(path, "GB", "--engine duckdb")


# ── kinds of file ──
def zipped(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


KINDS = {
    "numbers": (zipped({"Index/Document.iwa": b""}), "Numbers"),
    "ods": (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), ".ods"),
    "xlsb": (zipped({"xl/workbook.bin": b""}), ".xlsb"),
    "docx": (zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "不是 Excel"),
    "gzip": (b"\x1f\x8b\x08", "gzip"),
    "parquet": (b"PAR1\x15\x04", "Parquet"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "picture": (b"\x89PNG\r\n", "图片"),
    "binary": (b"a,b\n\0\0,1\n", "不是文字"),
    "xml spreadsheet": (b'<?xml version="1.0"?><Workbook/>', "网页表格"),
    "blank": (b" \r\n\r\n", "空的"),
}


@pytest.mark.parametrize(("content", "word"), KINDS.values(), ids=KINDS)
def test_other_kinds_of_file_are_named(tmp_path, content, word):
    path = tmp_path / "orders.xlsx"
    path.write_bytes(content)
    refused(path, "orders.xlsx", word)


def test_missing_file_and_folder(tmp_path):
    refused(tmp_path / "none.csv", "找不到文件")
    refused(tmp_path, "打不开")


# ── text ──
@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8-BOM"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(tmp_path, encoding, named, separator, end):
    path = tmp_path / "orders.csv"
    text = (
        HEADER.strip().replace(",", separator)
        + end
        + separator.join(["007", "王", "2026-06-01", "1.5"])
        + end
    )
    path.write_bytes(text.encode(encoding))
    raw = read_raw(path)
    assert raw.encoding == named
    assert raw.cells.loc[2].tolist() == ["007", "王", "2026-06-01", "1.5"]
    assert (raw.first_row, raw.notes, raw.sheet) == (2, (), None)


def test_rows_are_numbered_as_the_spreadsheet_counts(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("标题,,,\n\n" + HEADER + 'A1,"C\n1",2026-06-01,1\n,,,\nA2,C2,2026-06-02,2\n\n\n', "utf-8")
    raw = read_raw(path)
    assert raw.cells.index.tolist() == [4, 6]
    assert [str(note) for note in raw.notes] == [
        "跳过表头上方的标题行：1 处（第 1 行）",
        "跳过空行：1 处（第 5 行）",
    ]


def test_given_encoding_is_used_and_checked(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("Order ID,Customer ID,Order Date,Total\nA1,Málaga,2026-06-01,1\n".encode("cp1252"))
    assert read_raw(path, encoding="cp1252").cells.loc[2, "Customer ID"] == "Málaga"
    with pytest.raises(DataError, match="不是 ascii 编码"):
        read_raw(path, encoding="ascii")


def test_sheet_is_chosen_by_name(tmp_path):
    book = openpyxl.Workbook()
    for name in ("六月", "七月"):
        sheet = book.create_sheet(name)
        sheet.append(["订单编号", "实付款"])
        sheet.append([name, 1])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    assert read_raw(path, sheet="七月").cells.loc[2, "订单编号"] == "七月"
    with pytest.raises(DataError, match="没有工作表“八月”"):
        read_raw(path, sheet="八月")


def test_a_hidden_sheet_is_not_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["订单编号", "实付款"])
    book.active.append(["A1", 1])
    hidden = book.create_sheet("旧")
    hidden.append(["订单编号", "实付款"])
    hidden.append(["B1", 1])
    hidden.sheet_state = "hidden"
    path = tmp_path / "orders.xlsx"
    book.save(path)
    assert read_raw(path).cells["订单编号"].tolist() == ["A1"]
