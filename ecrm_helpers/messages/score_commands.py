"""What `ecrm scores` says about itself, and what it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SCORES = "成绩表：生成要填的表，从别的平台导入成绩，检查填得对不对、还缺谁。"
TEMPLATE = "按名单生成要填的成绩表，每个考核项一个 XLSX，放进 scores；可以只写要的考核项，如 X1。"
IMPORT = "把别的平台导出的一列成绩（CSV 或 XLSX）变成 scores 里的一张成绩表。登录次数不能当作出勤。"
CHECK = "读 scores 里所有的表，列出填错的格子，并按考核项列出有多少人有成绩、还缺谁。有错时退出码是 1。"
OUT_OPTION = "写到哪个文件夹；默认是课程文件夹里的 scores。"
UPDATE_OPTION = "更新已有的表：填过的都保留，新同学加在末尾，离开的注明。"
TO_OPTION = "导入到哪个考核项，如 X2 或 X1.出勤。"
COLUMN_OPTION = "导入哪一列（写列标题）；出勤可以写几次，一次课一列。不写就列出可用的列。"
FULL_OPTION = "这一列的满分；默认用文件里写的满分，没有写就是 100。"
YES_OPTION = "不再询问，直接替换上次导入的。"
MOST_NAMES = 10
NORMAL = "正常"


def report(checked: Any, folder: Path) -> Iterator[str]:
    """Write a check, line by line: problems, notices, then every place."""
    if not checked.files and not checked.problems:
        yield f"{folder} 里还没有成绩表。运行 ecrm scores template 生成。"
    else:
        yield f"读了 {len(checked.files)} 个文件：{'、'.join(checked.files)}"
    if checked.problems:
        yield f"要改的地方：\n{checked.problems.told()}"
    for notice in checked.notices:
        yield f"注意：{notice}"
    for one in checked.places:
        yield place(one.place, one.have, [_student(person, word) for person, word in one.missing])


def place(name: str, have: int, missing: Sequence[str]) -> str:
    """Tell how many have a mark, and who does not."""
    if not have and not missing:
        return f"{name}：还没有学生"
    if not missing:
        return f"{name}：{have} 人都有成绩"
    if not have:
        return f"{name}：还没有成绩（{len(missing)} 人）"
    more = " 等" if len(missing) > MOST_NAMES else ""
    named = "、".join(missing[:MOST_NAMES])
    return f"{name}：{have} 人有成绩，缺 {len(missing)} 人：{named}{more}"


def _student(person: Any, word: str) -> str:
    shown = f"{person.shown_id} {person.name}".strip()
    why = "，".join(one for one in (person.state if person.state != NORMAL else "", word) if one)
    return f"{shown}（{why}）" if why else shown
