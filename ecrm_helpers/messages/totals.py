"""What was done to a mark, in words a student understands, and what a teacher should know about a class."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.grades import component_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

MOST_NAMES = 12
MINUTES_OF_DAY = 1440


def points(value: Fraction | float) -> str:
    """Write points with at most two decimals, halves up, without needless zeros.

    Examples
    --------
    >>> points(Fraction(10)), points(Fraction(1, 8)), points(Fraction(169, 2))
    ('10', '0.13', '84.5')
    """
    hundredths = int(Fraction(str(value)) * 100 + Fraction(1, 2))
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def duration(late_by: dt.timedelta) -> str:
    """Write a time in its two largest units.

    Examples
    --------
    >>> import datetime as dt
    >>> duration(dt.timedelta(hours=27, minutes=5)), duration(dt.timedelta(seconds=20))
    ('1 天 3 小时', '不到 1 分钟')
    """
    minutes = int(late_by.total_seconds() // 60)
    sizes = (
        (minutes // MINUTES_OF_DAY, "天"),
        (minutes % MINUTES_OF_DAY // 60, "小时"),
        (minutes % 60, "分钟"),
    )
    units = [f"{count} {unit}" for count, unit in sizes if count]
    return " ".join(units[:2]) or "不到 1 分钟"


def label(course: Any, place: str, title: str) -> str:
    """Name a place as a student knows it: 单元练习 unit3_segments, X1 课堂表现·互动, 课程总评."""
    if place in course.exercises:
        return f"单元练习 {place}"
    base, _, dimension = place.partition(":")
    component, part = course.places().get(base, (None, None))
    if component is None:
        return title
    return "·".join(
        [component_name(component), *([part.name] if part else []), *([dimension] if dimension else [])]
    )


def late(
    label: str, late_by: dt.timedelta, days: int, *, asked: Fraction, most: Fraction, taken: Fraction
) -> str:
    """Say what late work lost."""
    return f"{label} 迟交 {duration(late_by)}（按 {days} 天计），{_taken(asked, most, taken)}"


def late_for_free(label: str, late_by: dt.timedelta) -> str:
    """Say that work came late where that costs nothing."""
    return f"{label} 迟交 {duration(late_by)}，不扣分"


def within_grace(label: str, late_by: dt.timedelta, minutes: int) -> str:
    """Say that work came within the grace."""
    return f"{label} 迟交 {duration(late_by)}，没有超过 {minutes} 分钟的宽限，不扣分"


def absent(label: str, notebooks: Sequence[str]) -> str:
    """Say that a hand-in lacked notebooks."""
    return f"{label} 没有交 {_listed([f'{one}.ipynb' for one in notebooks])}，里面的题没有得分"


def refused(label: str, late_by: dt.timedelta, limit: float, taken: Fraction) -> str:
    """Say that work came too late to count."""
    return f"{label} 迟交 {duration(late_by)}，超过 {points(limit)} 天，记 0 分（扣 {points(taken)} 分）"


def attempts(label: str, number: int, free: int, *, asked: Fraction, most: Fraction, taken: Fraction) -> str:
    """Say what handing in again cost."""
    return f"{label} 交了 {number} 次（前 {free} 次不扣分），{_taken(asked, most, taken)}"


def capped(label: str, number: int, free: int, *, cap: Fraction, taken: Fraction) -> str:
    """Say that a mark was held to the highest that is still possible."""
    return f"{label} 交了 {number} 次，超过 {free} 次后最高 {points(cap)} 分，减 {points(taken)} 分"


def _taken(asked: Fraction, most: Fraction, taken: Fraction) -> str:
    if taken == asked:
        return f"扣 {points(taken)} 分"
    if taken == 0:
        return f"应扣 {points(asked)} 分，分数已经是 0"
    why = "最多扣" if taken == most else "分数只够扣"
    return f"应扣 {points(asked)} 分，{why} {points(taken)} 分"


def overridden(label: str, override: Any, *, before: Fraction | None) -> str:
    """Say who put which mark in place of which, when and why."""
    old = "原来没有成绩" if before is None else f"原来 {points(before)} 分"
    return (
        f"{label} 由{override.who}于 {override.when} 改为 {points(override.value)} 分（{old}）："
        f"{override.why}"
    )


def no_total(label: str, state: str) -> str:
    """Say that a state stands in the total's place."""
    return f"状态为{state}，{label}不出分数"


def zero_total(label: str, state: str, *, before: Fraction | None) -> str:
    """Say that a state makes the total 0."""
    old = "" if before is None else f"（按各项算是 {points(before)} 分）"
    return f"状态为{state}，{label}记 0 分{old}"


# ── 给老师的提醒 ──
def accounts_outside(accounts: Sequence[str]) -> str:
    """Name accounts of the gradebook that the roster does not have."""
    return f"成绩册里有 {len(accounts)} 个账号不在名册里，没有算：{_listed(accounts)}。"


def assignments_outside(names: Sequence[str]) -> str:
    """Name marked assignments that count nowhere."""
    return f"成绩册里的 {_listed(names)} 没有写进 grading_config.py，不计分。"


def no_points(names: Sequence[str]) -> str:
    """Name assignments that were handed in and have no points to be reached."""
    return f"{_listed(names)} 交上来了，但里面的题合计 0 分，算不出成绩，都显示为缺。给题目设分后重新批改。"


def penalties_found(counts: Mapping[str, int]) -> str:
    """Say that nbgrader's own late penalty was found and not taken off."""
    where = "、".join(f"{name} {count} 份" for name, count in counts.items())
    return (
        f"nbgrader 自己也记了迟交扣分（{where}），这里没有用，只按 grading_config.py 的迟交政策扣。"
        "不想让学生在反馈里看到它，就在 nbgrader_config.py 里去掉 LateSubmissionPlugin。"
    )


def attempts_unknown(counts: Mapping[str, int]) -> str:
    """Say for how much work nobody counted the hand-ins."""
    where = "、".join(f"{name} {count} 份" for name, count in counts.items())
    return f"不知道交过几次（{where}，不是用 ecrm mark 批改的），按 1 次算。"


def _listed(names: Sequence[str]) -> str:
    rest = f" 等 {len(names)} 个" if len(names) > MOST_NAMES else ""
    return "、".join(names[:MOST_NAMES]) + rest


# ── 不能算的 ──
def in_both(student: str, place: str, where: str) -> str:
    """Say that a contribution stands in the groups file and in a score sheet."""
    return (
        f"学号 {student} 的 {place} 在分组表的“贡献”一列已有分数，{where} 又填了一个。\n提示：删去其中一个。"
    )


def override_outside(where: str, student: str, place: str) -> str:
    """Say that an override fits nobody or nothing."""
    return (
        f"{where or '改分记录'}：没有学号 {student} 的 {place} 可改。\n"
        "提示：检查学号（要在名册或成绩里）和考核项（要在 grading_config.py 里）。"
    )
