"""What class lists say to a teacher, in the terminal and in files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.class_table import FINAL, INCOMPLETE, PRELIMINARY, tasks
from ecrm_helpers.messages.policies import percent
from ecrm_helpers.messages.system import why

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path


def component_name(component: Any) -> str:
    """Name a component by id and title, the id once."""
    return (
        component.title if component.title.startswith(component.id) else f"{component.id} {component.title}"
    )


def component_heading(component: Any, weight: Fraction) -> str:
    """Head a component's column with the weight that was really used."""
    return f"{component_name(component)} {percent(weight)}%"


def exercise_heading(name: str) -> str:
    """Head the column of one unit exercise."""
    return f"练习 {name}"


def state(incomplete: bool, pending: Sequence[str]) -> str:  # noqa: FBT001
    """Say whether a total can be relied on."""
    if incomplete:
        return INCOMPLETE
    return PRELIMINARY if pending else FINAL


def notes(row: Any) -> str:
    """List what is missing, waiting or late in one student's row."""
    parts = []
    if row.total.missing:
        parts.append("缺：" + "、".join(row.total.missing))
    if row.total.pending:
        parts.append("等老师批改：" + tasks(row.total.pending))
    if row.late:
        parts.append("迟交：" + "、".join(row.late))
    return "；".join(parts)


def missing_mark(place: str, word: str) -> str:
    """Name a missing mark, with the word that stood in its cell."""
    return f"{place}（{word}）" if word else place


def export_file(name: str) -> str:
    """Name the file in which a unit's total goes to the school's course, whatever it is called there."""
    safe = re.sub(r"[^\w（）()·-]", "_", name)
    return f"导出 {safe}.xlsx"


def cannot_write(folder: Path, error: OSError) -> str:
    """Say why the files were not written; Windows locks a file that Excel has open."""
    return (
        f"成绩算好了，但写不进 {folder}（{why(error)}）。\n"
        "提示：grades.csv 或 grades.xlsx 在 Excel、WPS 里开着的话先关掉；或用 --out 换一个文件夹。"
    )


DB_OPTION = "成绩册的数据库地址或文件；默认用课程文件夹里的设置，没有设置就是 gradebook.db。"
NO_FILES_OPTION = "只在屏幕上看，不写文件。"
NO_GRADEBOOK_YET = "还没有 gradebook.db（没有用 nbgrader 批改过作业），只用成绩表计算。"


def empty_class(root: Path) -> str:
    """Say where marks are looked for."""
    return (
        "没有任何学生：gradebook.db 里没有，scores 文件夹里也没有成绩表。\n"
        "提示：先导入名单（ecrm roster import），或批改一次作业，"
        f"或把带“学号、姓名”的 CSV/XLSX 放进 {root / 'scores'}。"
    )
