"""Write a table of a course folder, keeping the one that was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.people.cells import one_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["replace_table", "would_keep"]


def replace_table(root: Path, stem: str, content: bytes) -> Path | None:
    """Write `stem.csv`, readable by its owner only; return where the former table is kept, if it differed.

    A former `stem.xlsx` becomes `stem.before.xlsx`, so that one table stands in one file.
    """
    from ecrm_helpers.grades.output import write_privately  # noqa: PLC0415  rich and openpyxl, for writers only

    before = one_file(root, stem)
    target = root / f"{stem}.csv"
    if before == target and before.read_bytes() == content:
        target.chmod(0o600)
        return None
    kept = None
    if before is not None:
        kept = write_privately(would_keep(before), before.read_bytes())
    write_privately(target, content)
    if before not in {None, target}:
        before.unlink()
    return kept


def would_keep(path: Path) -> Path:
    """Return where `replace_table` keeps a file."""
    return path.with_name(f"{path.stem}.before{path.suffix}")
