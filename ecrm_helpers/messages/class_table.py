"""What `ecrm grades` shows in the terminal: the class table and the lists beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.policies import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction
    from pathlib import Path

STUDENT_ID, NAME = "学号", "姓名"
FINAL, PRELIMINARY, INCOMPLETE, MISSING = "完整", "初步", "暂无总分", "缺"
GAPS = "不全"
STATE, TOTAL, LEVEL, NOTE = "状态", "总评", "等级", "备注"
WAITING = "*"
WAITING_MEANS = "* 初步：其中还有题等老师批改。缺：没有成绩，见下面的名单。"
MISSING_TITLE, PENDING_TITLE = "缺成绩", "等老师批改（成绩是初步的）"
LINES_TITLE, OVERRIDES_TITLE = "迟交、重交和少交", "改过的分数"
STATES_TITLE, NOTICES_TITLE, POLICIES_TITLE = "由状态决定的总评", "提醒", "计分规则"
ATTAINED_TITLE = "课程目标达成度"
NOT_KNOWN = "暂无"


def title(course: Any, *, waiting: int) -> str:
    """Head the class table; a class with work that waits for a teacher is marked."""
    preliminary = f"【{PRELIMINARY}：{waiting} 人还有题等老师批改】" if waiting else ""
    return f"{course.title} · {course.result}（百分制）{preliminary}"


def heading(component: str, weight: Fraction) -> str:
    """Head a component's column in a narrow terminal."""
    return f"{component}\n{percent(round(weight, 1))}%"


def note(*, total: bool, decided: bool, waiting: bool) -> str:
    """Say whether a total can be relied on; nothing where it can, or where a state has decided."""
    if decided:
        return ""
    if not total:
        return GAPS
    return PRELIMINARY if waiting else ""


def person(shown_id: str, name: str, text: str) -> str:
    """Say something of one student."""
    return f"  {shown_id} {name}：{text}" if name else f"  {shown_id}：{text}"


def nobody_has(places: Sequence[str]) -> str:
    """Say what the whole class lacks."""
    return f"  全班都没有：{'、'.join(places)}"


def listing(title: str, lines: Sequence[str], *, most: int) -> list[str]:
    """Head a list; a long one ends with how many more there are."""
    if not lines:
        return []
    more = [f"  …… 还有 {len(lines) - most} 条，都在 grades.xlsx 里。"] if len(lines) > most else []
    return [f"{title}（{len(lines)} 条）：", *lines[:most], *more]


def tasks(names: Iterable[str]) -> str:
    """List `assignment/task` names with each assignment named once."""
    found: dict[str, list[str]] = {}
    for name in names:
        assignment, _, task = name.partition("/")
        found.setdefault(assignment, []).append(task)
    return "；".join(f"{assignment} 的 {'、'.join(own)}" for assignment, own in found.items())


def attained(
    outcomes: Sequence[tuple[str, str]], weakest: str, value: str, threshold: str, *, preliminary: bool
) -> str:
    """Say each outcome's attainment, the weakest, and what stands for the course."""
    state = f"（{PRELIMINARY}）" if preliminary else ""
    each = "，".join(f"{name} {figure}" for name, figure in outcomes)
    least = f"；最弱 {weakest}" if weakest else ""
    return f"{ATTAINED_TITLE}{state}：{each}{least}；整门课 {value}，合格线 {threshold}。"


def counts(*, complete: int, preliminary: int, incomplete: int, decided: int) -> str:
    """Count what is complete, preliminary and missing."""
    whole = complete + preliminary + incomplete + decided
    by_state = f"，由状态决定 {decided} 人" if decided else ""
    figures = f"{FINAL} {complete} 人，{PRELIMINARY} {preliminary} 人，{INCOMPLETE} {incomplete} 人"
    return f"共 {whole} 人：{figures}{by_state}。"


def sources(names: Sequence[str]) -> str:
    """Name what was read."""
    return f"数据来自：{'、'.join(names) or '（没有找到成绩来源）'}。"


def written(paths: Sequence[Path]) -> list[str]:
    """Say where the files are and that they hold personal data."""
    return ["已写好（含个人信息，只有你自己能读）：", *(f"  {path}" for path in paths)] if paths else []
