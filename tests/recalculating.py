"""Have LibreOffice compute a workbook anew, whatever values it carries."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from openpyxl import load_workbook

SOFFICE = shutil.which("soffice")
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_VALUE = re.compile(r'(<c r="[A-Z]+\d+"[^>]*?)(?: t="str")?(><f>[^<]*</f>)<v>[^<]*</v>')


Pairs = dict[tuple[str, str], tuple[object, object]]


def recalculated(paths: list[Path], folder: Path) -> dict[str, Pairs]:
    """Return, by file and (sheet, cell), what a formula was written with and what LibreOffice finds.

    The copies it reads carry a wrong value in every formula cell: nothing can pass by being left alone.
    """
    profile, aside, out = folder / "profile", folder / "poisoned", folder / "anew"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    aside.mkdir()
    for path in paths:
        _poisoned(path, aside / path.name)
    command = [
        SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
        "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out,
        *(aside / path.name for path in paths),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert all((out / path.name).is_file() for path in paths), done.stderr
    return {path.stem: _pairs(path, out / path.name) for path in paths}


def _poisoned(path: Path, to: Path) -> None:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = _VALUE.sub(r"\1\2<v>-12345</v>", content.decode()).encode()
            target.writestr(name, content)


def _pairs(path: Path, anew: Path) -> Pairs:
    formulas = load_workbook(path)
    written, computed = load_workbook(path, data_only=True), load_workbook(anew, data_only=True)
    return {
        (sheet.title, cell.coordinate): (
            written[sheet.title][cell.coordinate].value,
            computed[sheet.title][cell.coordinate].value,
        )
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
