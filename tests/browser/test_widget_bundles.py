"""Building again gives the committed bytes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import ecrm_helpers.widgets

pytestmark = pytest.mark.browser
ROOM = Path(ecrm_helpers.widgets.__file__).parent


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """The sources in a folder of their own, with the pinned packages."""
    folder = tmp_path_factory.mktemp("workshop")
    shutil.copytree(ROOM / "src", folder / "src")
    for name in ("package.json", "build.mjs", ".npmrc"):
        shutil.copy(ROOM / name, folder)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True)
    return folder


def test_build_gives_the_committed_bytes(workshop):
    out = workshop / "static"
    out.mkdir()
    subprocess.run(["node", "build.mjs", str(out)], cwd=workshop, check=True)
    built = {path.name: path.read_bytes() for path in out.iterdir()}
    assert built == {path.name: path.read_bytes() for path in (ROOM / "static").iterdir()}
