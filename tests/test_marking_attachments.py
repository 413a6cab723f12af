"""Files beside the notebook: kept as bytes, opened in a limited process, shown for manual marking."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import nbformat
import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking import attachments
from ecrm_helpers.marking.attachments import reader
from ecrm_helpers.marking.rebuild.handin import read_bytes
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.messages import attachments as say
from ecrm_helpers.messages.marking import NO_FILE
from tests.markingclass import LEDGER, grade, query
from tests.sandboxing import needs_sandbox

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = b'<?xml version="1.0"?><Types xmlns="t"><Override ContentType="document.main+xml"/></Types>'


def docx(text="调研了三家店。", **more):
    body = (
        f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    )
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": body.encode(), "word/media/image1.png": b"x"}
    return zipped(parts | more)


def zipped(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def xlsx(value="客户", change=None):
    book = openpyxl.Workbook()
    book.active.append([value, "=1+1"])
    made = io.BytesIO()
    book.save(made)
    if change is None:
        return made.getvalue()
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(change(parts))


def pdf(change=None):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_blank_page(100, 100)
    if change:
        change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def png(size=(4, 3)):
    made = io.BytesIO()
    Image.new("RGB", size).save(made, "PNG")
    return made.getvalue()


def relation(kind, target="http://evil.example/x"):
    return (
        f'<Relationships xmlns="r"><Relationship Id="1" Type="http://schemas/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


def field(*runs):
    texts = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    begin, end = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    body = f'<w:document xmlns:w="{WORDS}"><w:body><w:p>{begin}{texts}{end}</w:p></w:body></w:document>'
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": body.encode()})


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png():
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"0"))
        + chunk(b"IEND", b"")
    )


def seen(kind, data):
    return reader.read(f'"{kind}"\n'.encode() + data)


SOUND = {
    "docx": (docx(), {"letters": 7, "paragraphs": 1, "pictures": 1}),
    "docx with a hyperlink": (
        docx(**{"word/_rels/document.xml.rels": relation("hyperlink")}),
        {"letters": 7, "paragraphs": 1, "pictures": 1},
    ),
    "docx with a page number": (field(" PA", "GE "), {"letters": 0, "paragraphs": 1, "pictures": 0}),
    "xlsx": (xlsx(), {"sheets": 1, "rows": 1, "formulas": 1}),
    "pdf": (pdf(), {"pages": 2, "letters": 0}),
    "png": (png(), {"width": 4, "height": 3}),
    "json": (b'\xef\xbb\xbf{"a": 1, "b": 2}', {"entries": 2}),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_are_counted(name):
    data, expected = SOUND[name]

    assert seen(name.split()[0], data) == expected


def set_auto_open(writer):
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    writer.root_object[NameObject("/OpenAction")] = script


def attach(writer):
    writer.add_attachment("a.exe", b"MZ")


def hidden_script(writer):
    made = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/JS"): TextStringObject("1")})
    writer.pages[0][NameObject("/Extra")] = made


REFUSED = {
    "docx, macro": ("docx", docx(**{"word/vbaProject.bin": b"x"}), "macro"),
    "docx, macro by type": (
        "docx",
        docx(**{"[Content_Types].xml": TYPES.replace(b"document.main", b"document.macroEnabled.main")}),
        "macro",
    ),
    "docx, embedded program": ("docx", docx(**{"word/embeddings/oleObject1.bin": b"x"}), "macro"),
    "docx, template from elsewhere": (
        "docx",
        docx(**{"word/_rels/settings.xml.rels": relation("attachedTemplate")}),
        "external",
    ),
    "docx, picture elsewhere": ("docx", docx(**{"word/_rels/a.xml.rels": relation("image")}), "external"),
    "docx, command in a cut field": ("docx", field("DD", "EAUTO c:\\cmd.exe"), "external"),
    "docx, command put together": ("docx", field("QUOTE 68 68 69"), "external"),
    "docx, entities": ("docx", docx(**{"word/a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "broken"),
    "docx, bomb": ("docx", docx(**{"word/document.xml": b"<a>" + b" " * 70_000_000 + b"</a>"}), "limits"),
    "docx, renamed pdf": ("docx", pdf(), "not_kind"),
    "docx, renamed xlsx": ("docx", xlsx(), "not_kind"),
    "docx, old office": ("docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "not_kind"),
    "docx, password": ("docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "docx, cut off": ("docx", docx()[:300], "broken"),
    "xlsx, macro sheet": ("xlsx", xlsx(change=lambda p: p | {"xl/macrosheets/sheet1.xml": b"<a/>"}), "macro"),
    "xlsx, other book": ("xlsx", xlsx(change=lambda p: p | {"xl/externalLinks/a.xml": b"<a/>"}), "external"),
    "xlsx, program call": ("xlsx", xlsx("=cmd|'/c calc'!A0"), "active"),
    "pdf, script": ("pdf", pdf(set_auto_open), "active"),
    "pdf, script under another name": ("pdf", pdf(hidden_script), "active"),
    "pdf, spelled otherwise": ("pdf", pdf() + b"\n%/J#61vaScript", "active"),
    "pdf, attached program": ("pdf", pdf(attach), "active"),
    "pdf, password": ("pdf", pdf(lambda writer: writer.encrypt("secret")), "encrypted"),
    "pdf, cut off": ("pdf", b"%PDF-1.7\n", "broken"),
    "png, huge": ("png", huge_png(), "limits"),
    "png, cut off": ("png", png((500, 500))[:90], "broken"),
    "png, web page": ("png", b"<svg onload='x'/>", "not_kind"),
    "json, script": ("json", b"alert(1)", "not_kind"),
    "json, deep": ("json", b"[" * 100_000, "not_kind"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_what_could_act_or_is_something_else_is_refused(name):
    kind, data, reason = REFUSED[name]

    assert seen(kind, data) == {"refused": reason}
    assert say.refused("a", reason)


def test_files_are_opened_in_a_process_of_their_own(monkeypatch):
    """What the reader loads never enters this process, and a reader that dies is a refusal."""
    file = {"name": "a.json", "label": "数据", "kind": "json", "task": "", "data": b"[1]"}

    assert attachments.examined([file]) == [{**file, "about": {"entries": 1}}]

    bomb = {**file, "data": b"[" + b"[]," * 8_000_000 + b"1]"}
    assert attachments.examined([bomb])[0]["refused"] == "limits"


WANTED = [
    {"name": "report.docx", "label": "调研报告", "max_mb": 1, "task": "t9"},
    {"name": "*.png", "label": "截图"},
]


@pytest.fixture
def release():
    book = new_notebook(metadata={"ecrm": {"attachments": WANTED}})
    told = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3, "points": 5}
    essay = new_markdown_cell("写三句话。", id="essay", metadata={"nbgrader": {**told, "grade_id": "t9"}})
    book.cells = [new_markdown_cell("# 作业", id="title"), essay, new_code_cell("1", id="last")]
    return book


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Report.DOCX").write_bytes(docx())
    (tmp_path / "图 1.png").write_bytes(png())
    (tmp_path / "solve.exe").write_bytes(b"MZ")
    (tmp_path / "timestamp.txt").write_text("2026-10-16 10:00:00 UTC")
    return tmp_path


def test_only_declared_files_are_taken(release, folder):
    found, notes = attachments.gather(folder, attachments.declared(release))

    assert [(one["name"], one["kind"], one["label"]) for one in found] == [
        ("Report.DOCX", "docx", "调研报告"),
        ("图 1.png", "png", "截图"),
    ]
    assert found[0]["data"] == docx()
    assert notes == []


def test_links_pipes_folders_large_and_empty_files_are_not_taken(release, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    place = tmp_path / "hand-in"
    place.mkdir()
    (place / "report.docx").symlink_to(secret)
    os.mkfifo(place / "a.png")
    (place / "b.png").mkdir()
    (place / "c.png").write_bytes(b"")
    with (place / "d.png").open("wb") as file:
        file.truncate(11 * 1024 * 1024)

    found, notes = attachments.gather(place, attachments.declared(release))

    assert found == []
    assert notes == [
        say.no_file("report.docx"), say.no_file("a.png"), say.no_file("b.png"), say.empty("c.png"),
        say.too_large("d.png", 10),
    ]  # fmt: skip


def test_missing_and_too_many_files_are_told(release, tmp_path):
    for number in range(11):
        (tmp_path / f"{number:02}.png").write_bytes(png())

    found, notes = attachments.gather(tmp_path, attachments.declared(release))

    assert len(found) == 10
    assert notes == [say.missing("调研报告", "report.docx"), say.too_many("截图", 10)]


def test_a_linked_folder_is_not_entered(release, folder, tmp_path_factory):
    link = tmp_path_factory.mktemp("other") / "link"
    link.symlink_to(folder)

    assert attachments.gather(link, attachments.declared(release))[0] == []


def test_the_list_stands_beside_its_task_with_links(release, folder):
    (folder / "b.png").write_bytes(b"no picture")
    found, notes = attachments.gather(folder, attachments.declared(release))
    files = attachments.examined(found)

    attachments.add_listing(release, files, notes)

    text = release.cells[2].source
    assert "[Report.DOCX](attachments/Report.DOCX)，Word 文档，7 字，1 段，1 张图" in text
    assert "(attachments/%E5%9B%BE%201.png)，图片，4 × 3 像素" in text
    assert say.refused("b.png", "not_kind") in text
    assert set(attachments.kept_files(files)) == {"attachments/Report.DOCX", "attachments/图 1.png"}
    nbformat.validate(release)


def test_a_task_whose_attachment_was_refused_has_no_answer(release, folder):
    (folder / "Report.DOCX").write_bytes(b"no document")
    (folder / "图 1.png").unlink()

    wrong = attachments.add_listing(
        release, attachments.examined(attachments.gather(folder, attachments.declared(release))[0])
    )

    assert wrong == [say.refused("Report.DOCX", "not_kind")]
    assert not any("attached" in cell.metadata.get("ecrm", {}) for cell in release.cells)


def test_each_line_of_the_list_knows_its_task(release, folder):
    (folder / "Report.DOCX").unlink()
    found, notes = attachments.gather(folder, attachments.declared(release))

    attachments.add_listing(release, attachments.examined(found), notes)

    cell = next(cell for cell in release.cells if cell.id == "ecrm-attachments")
    assert [(entry["task"], entry["file"]) for entry in cell.metadata["ecrm"]["listing"]] == [
        ("", "attachments/图 1.png"),
        ("t9", ""),
    ]


def test_an_attachment_is_not_taken_for_the_notebook(release, folder):
    for path in (*folder.glob("*.png"), *folder.glob("*.ipynb")):
        path.unlink()

    assert read_bytes(folder / "tiny.ipynb", release=release) == (b"", [NO_FILE])


def test_a_file_name_is_no_markup():
    one = {"name": "a_b(1).png", "label": "<b>图</b>[x](y)", "kind": "png", "data": b"", "about": {}}

    text = attachments.describe([one])

    assert "<b>" not in text
    assert "\\[x\\](y)" in text
    assert "[a\\_b(1).png](attachments/a_b%281%29.png)" in text


def test_a_notebook_that_declares_nothing_stays_as_it_is(release, folder):
    del release.metadata["ecrm"]
    before = nbformat.writes(release)

    assert attachments.declared(release) == []
    attachments.add_listing(release, [])

    assert nbformat.writes(release) == before


@pytest.mark.parametrize(
    "told",
    [
        "report.docx",
        [{"name": "run.exe", "label": "程序"}],
        [{"name": "../x.docx", "label": "报告"}],
        [{"name": "**.docx", "label": "报告"}],
        [{"name": "x.docx"}],
        [{"name": "x.docx", "label": "报告", "max_mb": 51}],
        [{"name": "x.docx", "label": "报告", "max_mb": float("nan")}],
        [{"name": "x.docx", "label": "报告", "size": 1}],
        [None],
    ],
)
def test_a_wrong_declaration_is_refused_with_advice(told):
    with pytest.raises(MarkingError, match="提示："):
        attachments.declared({"metadata": {"ecrm": {"attachments": told}}})


REPOSITORY = Path(__file__).parents[1]
COURSE = "crossborder_crm"
ASKED = [
    {"name": "report.docx", "label": "调研报告", "max_mb": 1, "task": "t4_essay"},
    {"name": "*.png", "label": "截图"},
]


def nbgrader(root, *arguments, check=True):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=300)
    assert not check or done.returncode == 0, done.stderr[-3000:]
    return done


def ask_for(folder, asked):
    path = folder / "solutions" / COURSE / "tiny/tiny.ipynb"
    book = json.loads(path.read_text("utf-8"))
    book["metadata"]["ecrm"] = {"attachments": asked}
    path.write_text(json.dumps(book, ensure_ascii=False), "utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An assignment that asks for files, and a student who hands in those and others."""
    place = tmp_path_factory.mktemp("attached")
    root = place / "courses" / COURSE
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
    shutil.copytree(Path(__file__).parent / "fixtures/solutions", place / "solutions")
    (place / "exercises").mkdir()
    ask_for(place, ASKED)
    nbgrader(root, "generate_assignment", "tiny")
    folder = root / "submitted/s001/tiny"
    folder.mkdir(parents=True)
    shutil.copy(place / "exercises" / COURSE / "tiny/tiny.ipynb", folder)
    (folder / "report.docx").write_bytes(docx())
    (folder / "图.png").write_bytes(png())
    (folder / "broken.png").write_bytes(b"<svg/>")
    (folder / "timestamp.txt").write_text("2026-10-16 10:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text("ab" * 16)
    (folder / "virus.exe").write_bytes(b"MZ")
    (folder / "sub").mkdir()
    (folder / "sub/report.docx").write_bytes(b"x")
    (folder / "solution.py").symlink_to(place / "solutions" / COURSE / "tiny/marking.py")
    (folder / "endless.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "wait.txt")
    return root


def kept(root):
    folder = root / "autograded/s001/tiny"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@needs_sandbox
def test_both_ways_of_marking_keep_the_declared_files_and_no_other(course):
    nbgrader(course, "autograde", "tiny")
    first, said = kept(course), (grade(course, "s001", "t4_essay"), query(course, LEDGER)[0][-1])
    mark_assignment(course, "tiny", again=True)
    second = kept(course)

    # The report is the answer to a task whose cell was left as it was: the teacher marks it.
    assert said[0] == (None, None, 1)
    assert say.refused("broken.png", "not_kind") in said[1]
    assert (grade(course, "s001", "t4_essay"), query(course, LEDGER)[0][-1]) == said

    for files in (first, second):
        small = {"timestamp.txt", "submission_secret.txt"}
        assert set(files) == {"tiny.ipynb", "attachments/report.docx", "attachments/图.png", *small}
        assert files["attachments/report.docx"] == docx()
        book = json.loads(files["tiny.ipynb"])
        at = next(at for at, cell in enumerate(book["cells"]) if cell["id"] == "ecrm-attachments")
        shown = "".join(book["cells"][at]["source"])
        assert "[report.docx](attachments/report.docx)，Word 文档，7 字" in shown
        assert say.refused("broken.png", "not_kind") in shown
        assert book["cells"][at - 1]["metadata"]["nbgrader"]["grade_id"] == "t4_essay"


def test_a_wrong_declaration_stops_the_release_before_anything_is_replaced(course):
    release = course / "../../exercises" / COURSE / "tiny/tiny.ipynb"
    before = release.read_bytes()
    ask_for(course.parents[1], [{"name": "run.exe", "label": "程序"}])

    done = nbgrader(course, "generate_assignment", "tiny", "--force", check=False)

    ask_for(course.parents[1], ASKED)
    assert done.returncode != 0
    assert "附件的声明应写成" in done.stderr
    assert release.read_bytes() == before
