"""Word and Excel files that were attached; runs where time and memory are limited."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from ecrm_helpers.marking.attachments.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["document", "workbook"]

_PARTS: Final = 3_000
_UNPACKED: Final = 300 * 1024 * 1024
_PART: Final = 64 * 1024 * 1024
_ACTIVE_NAME: Final = re.compile(
    r"vba|macro|activex|\.bin$|\.exe$|\.js$|\.vbs$|\.xlsm$|\.docm$|oleobject", re.IGNORECASE
)
_PRINTER: Final = re.compile(r"xl/printerSettings/[\w.]+", re.IGNORECASE)  # Excel's own .bin, never opened
# Word's fields that load or start something, or put such a field together.
_LOADING: Final = frozenset(
    {"DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "RD", "DATABASE",
     "QUOTE", "MACROBUTTON"}
)  # fmt: skip
_LINKS: Final = ("/hyperlink",)


def document(content: bytes) -> dict[str, int]:
    """Return the letters, paragraphs and pictures of a .docx; refuse macros and links that load."""
    with _opened(content, "word/document.xml") as archive:
        names = archive.namelist()
        letters = paragraphs = 0
        for part in names:
            if not re.fullmatch(r"word/[^/]+\.xml", part):
                continue
            fields = [""]
            for element in _elements(archive, part):
                name = element.tag.rpartition("}")[2]
                if part == "word/document.xml":
                    paragraphs += name == "p"
                    letters += len("".join((element.text or "").split())) if name == "t" else 0
                _add_field(fields, name, element)
            _refuse_fields(fields)
    return {
        "letters": letters,
        "paragraphs": paragraphs,
        "pictures": sum(name.startswith("word/media/") for name in names),
    }


def _add_field(fields: list[str], name: str, element: Element) -> None:
    """Collect the instructions of fields; Word may cut one into many runs."""
    if name == "fldChar":
        fields.append("")
    elif name == "instrText":
        fields[-1] += element.text or ""
    elif name == "fldSimple":
        fields += [value for key, value in element.attrib.items() if key.endswith("instr")]


def _refuse_fields(fields: list[str]) -> None:
    if any(field.split()[0].upper() in _LOADING for field in fields if field.strip()):
        reason = "external"
        raise Refused(reason)


def workbook(content: bytes) -> dict[str, int]:
    """Return the sheets, rows and formulas of an .xlsx; refuse macros and links to other files."""
    with _opened(content, "xl/workbook.xml") as archive:
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        if any(name.startswith(("xl/externalLinks/", "xl/connections.xml")) for name in archive.namelist()):
            reason = "external"
            raise Refused(reason)
        rows = formulas = 0
        for sheet in sheets:
            for element in _elements(archive, sheet):
                name = element.tag.rpartition("}")[2]
                rows += name == "row"
                formulas += name == "f"
                if name == "f" and "|" in (element.text or ""):
                    reason = "active"  # =program|'argument'!cell starts a program
                    raise Refused(reason)
    return {"sheets": len(sheets), "rows": rows, "formulas": formulas}


def _opened(content: bytes, main: str) -> zipfile.ZipFile:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # Office wraps a document with a password into its old format.
        reason = "encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "not_kind"
        raise Refused(reason)
    if not content.startswith(b"PK\x03\x04"):
        reason = "not_kind"
        raise Refused(reason)
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        reason = "limits"
        raise Refused(reason)
    if "[Content_Types].xml" not in names or main not in names or len(set(names)) != len(names):
        reason = "not_kind"
        raise Refused(reason)
    _refuse_macros(archive, names)
    return archive


def _refuse_macros(archive: zipfile.ZipFile, names: list[str]) -> None:
    types = _text(archive, "[Content_Types].xml").lower()
    named = any(_ACTIVE_NAME.search(name) and not _PRINTER.fullmatch(name) for name in names)
    if named or b"macroenabled" in types or b"vbaproject" in types:
        reason = "macro"
        raise Refused(reason)
    for name in names:
        if name.endswith(".rels"):
            for element in _elements(archive, name):
                outside = element.get("TargetMode", "").lower() == "external"
                if outside and not element.get("Type", "").endswith(_LINKS):
                    reason = "external"
                    raise Refused(reason)


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        text = part.read(_PART + 1)
    if len(text) > _PART:
        reason = "limits"
        raise Refused(reason)
    return text


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """Yield every element of a part at its end; Office writes no document type, which could hold bombs."""
    text = _text(archive, name)
    text.decode("utf-8-sig")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        reason = "broken"
        raise Refused(reason)
    for _, element in ET.iterparse(io.BytesIO(text), events=("end",)):  # noqa: S314 - see above
        yield element
        element.clear()
