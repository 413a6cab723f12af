"""House rules of the whole tree, so that no reviewer has to remember them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".js", ".css", ".cfg", ".ipynb", ".cff", ""}


def tracked() -> list[Path]:
    """List the files that git keeps or would keep; without git, all but hidden and generated ones."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    generated = {"__pycache__", "node_modules", "build", "dist"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(p.startswith(".") or p in generated for p in path.relative_to(ROOT).parts)
    ]


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text("utf-8"))
        for path in tracked()
        if path.suffix in TEXT and path.relative_to(ROOT).parts[0] != "tests"
    ]


# Tests are left out of the search: they name the words they forbid.
FORBIDDEN = {
    "the address of a package registry": r"index-url|find-links|registry\s*=\s*http|\"resolved\":",
    "a path of one machine": r"/(?:home|Users)/[a-z]+/|/root/",
    # This package is on no index: whoever takes its name there would be installed instead.
    "an installation of ourselves by name": r"install\s[^\n]*['\"\s]ecrm-courseware\b",
    "unfinished work": r"\b(?:TODO|FIXME|XXX)\b|coming soon|敬请期待",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_tree_is_free_of(what):
    found = {name: match[0] for name, text in texts() if (match := re.search(FORBIDDEN[what], text))}
    assert found == {}


def test_no_file_is_large():
    large = [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > 2_500_000]
    assert large == []


def test_students_side_holds_no_solution():
    exercises = [(name, text) for name, text in texts() if name.startswith("exercises/")]
    assert exercises
    leaks = [name for name, text in exercises if re.search(r"(BEGIN|END) (SOLUTION|HIDDEN)", text)]
    assert leaks + [name for name, _ in exercises if name.endswith("marking.py")] == []


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    documented = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert documented == phony


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_names_only_targets_and_files_that_exist(readme):
    text = (ROOT / readme).read_text("utf-8")
    documented = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", text, re.MULTILINE))
    targets = {a or b for a, b in named}
    assert targets
    assert targets <= documented
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
