"""What `ecrm curriculum` says about the courseware."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def no_notebook(path: Path) -> str:
    """Say that a file is no notebook."""
    return f"{path} 不是完整的 notebook，读不了。\n提示：用 JupyterLab 打开看看；坏了就从备份或 git 里取回。"


def no_ids(path: Path, number: int) -> str:
    """Say that a cell's objectives are no list of ids."""
    return (
        f"{path.name} 第 {number} 格的 metadata.ecrm.objectives 不是编号的列表。\n"
        '提示：写成 ["XB3", "LO351"]，编号见 ecrm_helpers/curriculum.py。'
    )


def no_minutes(notebook: str, section: str, given: object) -> str:
    """Say that a section's minutes are no number."""
    return f"{notebook} 的“{section}”一节写的 minutes 是 {given!r}。\n提示：写成不带引号的整数，单位是分钟。"
