"""The committed bundles belong to their sources, are small, and ask nobody for anything. Needs no node."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

import ecrm_helpers.widgets

ROOM = Path(ecrm_helpers.widgets.__file__).parent
BUNDLES = ["rfm_explorer.js", "lifecycle_explorer.js", "clv_explorer.js", "quiz.js"]
MOST_GZIPPED = 80_000
# The namespace an SVG element is made with: a name, not an address that is ever opened.
NAMES = {"http://www.w3.org/2000/svg"}


def sources_hash() -> str:
    names = ["build.mjs", "package.json", *(f"src/{path.name}" for path in sorted((ROOM / "src").iterdir()))]
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\n{(ROOM / name).read_text('utf-8')}\n".encode())
    return digest.hexdigest()


def test_bundles_were_built_from_these_sources():
    recorded = (ROOM / "static" / "sources.sha256").read_text("utf-8").strip()
    assert recorded == sources_hash(), "run `npm install && npm run build` in ecrm_helpers/widgets"


@pytest.mark.parametrize("name", BUNDLES)
def test_bundle_is_small(name):
    assert 1_000 < len(gzip.compress((ROOM / "static" / name).read_bytes(), 9)) <= MOST_GZIPPED


@pytest.mark.parametrize("path", sorted((ROOM / "static").glob("*.[jc]s*")), ids=lambda path: path.name)
def test_bundle_names_no_address(path):
    found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'`)]*", path.read_text("utf-8"))
    assert set(found) - NAMES == set()


def test_quiz_carries_no_chart_library():
    assert "uPlot" not in (ROOM / "static" / "quiz.js").read_text("utf-8")


def test_packages_are_pinned_exactly():
    listed = json.loads((ROOM / "package.json").read_text("utf-8"))["devDependencies"]
    assert listed
    assert [version for version in listed.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert not (ROOM / "package-lock.json").exists()
