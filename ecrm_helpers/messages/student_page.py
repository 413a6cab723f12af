"""What a student's own result page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = "—"
PRELIMINARY = "初步"
MISSING = "缺"
NOT_COUNTED = "不计入总分"
LEFT_OUT = "不计入"


def title(course: str, name: str) -> str:
    """Head the page."""
    return f"{course} · {name or '我'}的成绩"


def weight(percent: str) -> str:
    """Say what a part counts in what stands above it."""
    return f"占 {percent}%"


def times(first: bool) -> str:  # noqa: FBT001
    """Say how the two factors of a product go together."""
    return "相乘的第一项" if first else "相乘的第二项（按百分数）"


def before(value: str) -> str:
    """Say what a mark was before it was changed."""
    return f"处理前 {value}"


LINE_KINDS = {"late": "迟交", "attempts": "重交", "override": "改分", "state": "状态", "note": "说明"}
WAITS = "等老师批改"


def missing(names: Sequence[str]) -> str:
    """List what is not there."""
    return f"缺：{'、'.join(names)}"


def pending(names: Sequence[str]) -> str:
    """List what waits for a teacher."""
    return f"等老师批改：{'、'.join(names)}"


def tasks(assignment: str, names: Sequence[str]) -> str:
    """Name the tasks of one assignment."""
    return f"{assignment} 的 {'；'.join(names)}"


def tasks_of(assignment: str) -> str:
    """Name the tasks of an assignment together."""
    return f"{assignment} 的题"


def no_advice(lost: Sequence[bool]) -> str:
    """Say why no section is named; `lost`: for every marked task, whether many of its points were lost."""
    if not lost:
        return "还没有批改过的题，暂时没有建议。"
    if any(lost):
        return "失分较多的题没有对应的章节，请对照上面每题的评语，或问老师。"
    return "批改过的题都没有失去三成以上的分，没有要专门补的内容。"


def bars_alt(rows: Sequence[tuple[str, str, str | None]], threshold: str) -> str:
    """Describe the profile."""
    told = "；".join(
        f"{code} 我 {own}" + (f"、班平均 {mean}" if mean is not None else "") for code, own, mean in rows
    )
    return f"条形图：各课程目标的个体达成度，期望值 {threshold}。{told}。"
