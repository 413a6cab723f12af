"""Every policy that shapes the figures, in words: one line each, on every output."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

__all__ = ["percent", "policies"]

_CODES = {"crossborder_crm": {"gap": "XB.A-gap ", "unit": "XB.A-unit ", "evidence": "XB.LO "}}
_MISSING = {
    "pending": "显示“缺”，暂不出总分",
    "zero": "显示“缺”，按 0 分计入",
    "leave_out": "显示“缺”，去掉该项，其余按比例放大",
}
_TOTAL = {"counted": "照常算总评", "none": "不出总评，以状态代替", "zero": "总评记 0"}
_COMBINE = {"mean": "平均分", "median": "中位数"}
_WEAKEST = {"weakest": "取最弱的一个", "mean": "取各目标的平均"}


def percent(value: Any) -> str:
    """Write a percentage without needless zeros."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def policies(course: Any, weights: Mapping[str, Fraction]) -> tuple[str, ...]:
    """Name every policy that shapes the figures, one line each.

    Parameters
    ----------
    course : Course
    weights : mapping
        `course.effective_weights()`.
    """
    return tuple(_lines(course, weights))


def _lines(course: Any, weights: Mapping[str, Fraction]) -> Iterator[str]:
    codes = _CODES.get(course.id, {})
    yield f"{codes.get('gap', '')}占比：{_gap(course, weights)}"
    yield f"{codes.get('unit', '')}单元练习：{_unit(course)}"
    consequence = f"。{course.evidence.consequence}" if course.evidence.consequence else ""
    yield f"{codes.get('evidence', '')}课程目标的证据：{course.evidence.source}{consequence}"
    yield from (f"合成：{one.title} {_combine(one)}" for one in course.components if one.parts)
    for place, (component, part) in course.leaves().items():
        yield from _source(place, component, part)
    if course.counted_twice:
        yield f"两处计分：{'、'.join(course.counted_twice)}（按课程文件）"
    yield from (f"迟交：{place} {_late(policy)}" for place, policy in course.late.items())
    if not course.late:
        yield "迟交：只标出，不扣分"
    yield from (f"重交：{place} {_again(policy)}" for place, policy in course.resubmit.items())
    if not course.resubmit:
        yield "重交：不限次数，不扣分，以最后一次为准"
    yield f"学生状态：{_states(course.states)}"
    yield f"缺成绩：{_MISSING[course.missing]}"
    yield f"取整：四舍五入，各项 {course.rounding.components} 位小数，总分 {course.rounding.total} 位"
    if course.levels:
        yield f"五级制（按取整后的总评）：{_levels(course.levels)}"
    yield f"分数段：{_bands(course.bands)}"
    yield _attainment(course.attainment)
    yield from (f"教务表：{line}" for line in _office(course.office))
    if course.exported_as:
        yield f"导出：{course.result}作为学校课程成绩中的一项，名为“{course.exported_as}”"


def _gap(course: Any, weights: Mapping[str, Fraction]) -> str:
    published = " + ".join(f"{one.id} {percent(one.weight)}" for one in course.components if one.weight)
    if course.gap is None:
        return f"公布为 {published} = {percent(course.published_total)}，照此计算"
    used = "、".join(f"{key} {percent(weight)}" for key, weight in weights.items())
    how = f"其余的给 {course.gap.to}" if hasattr(course.gap, "to") else "按比例放大到 100"
    return f"公布为 {published} = {percent(course.published_total)}；{how}，实际用 {used}"


def _unit(course: Any) -> str:
    policy = course.unit_exercises
    if not hasattr(policy, "target"):
        return "只作练习，不计分"
    names = "、".join(course.exercises)
    return f"占 {policy.target} 的 {percent(policy.share)}%（{names}，各练习等权）"


def _combine(component: Any) -> str:
    if type(component.combine).__name__ == "Product":
        first, second = component.parts
        return f"= {first.name} × {second.name}%"
    return "= " + " + ".join(f"{part.name} {percent(part.share)}%" for part in component.parts)


def _source(place: str, component: Any, part: Any) -> Iterator[str]:
    """Say how a place gets its mark, where that is more than one figure in a score sheet."""
    source = (part or component).by
    kind = type(source).__name__
    if kind == "Attendance":
        yield f"出勤：{place} {_points(source.points)}；共 {source.sessions} 次取平均，登录不等于出勤"
    if kind == "PeerReview":
        few = f"，至少 {source.least} 人打分，否则算缺" if source.least > 1 else ""
        yield f"组内互评：{place} 取同组其他人打分的{_COMBINE[source.combine]}，不含自评{few}"
    if kind == "Contribution":
        yield f"个人贡献：{place} 用分组表“贡献”一列"
    if kind == "Assignments":
        yield f"作业：{place} = {'、'.join(source.names)}，各作业等权"
    if dimensions := component.dimensions(part):
        yield f"评分维度：{place}{_whose(source)} = {_weighed(dimensions)}"
    elif kind == "Score" and source.each == "group":
        yield f"小组分：{place} 每组一个分数，组员相同"


def _whose(source: Any) -> str:
    return "（每组一个分数）" if source.each == "group" else ""


def _weighed(dimensions: Mapping[str, Fraction]) -> str:
    if len(set(dimensions.values())) == 1:
        return f"{'、'.join(dimensions)}，等权"
    return " + ".join(f"{name} {percent(points)}" for name, points in dimensions.items())


def _points(points: Mapping[str, float | None]) -> str:
    return "、".join(
        f"{word} 不计入" if value is None else f"{word} {percent(value)}" for word, value in points.items()
    )


def _late(policy: Any) -> str:
    grace = f"（宽限 {policy.grace_minutes} 分钟）" if policy.grace_minutes else ""
    most = f"，最多扣 {percent(policy.most)} 分" if policy.most < 100 else ""  # noqa: PLR2004  percent
    refused = policy.refuse_after_days
    late = f"，超过 {percent(refused)} 天记 0 分" if refused is not None else ""
    return f"每迟一天（不足一天算一天）扣 {percent(policy.per_day)} 分{grace}{most}{late}"


def _again(policy: Any) -> str:
    lines = []
    if policy.per_extra:
        most = f"，最多扣 {percent(policy.most)} 分" if policy.most < 100 else ""  # noqa: PLR2004  percent
        lines.append(f"每多一次扣 {percent(policy.per_extra)} 分{most}")
    if policy.cap < 100:  # noqa: PLR2004  percent
        lines.append(f"最高 {percent(policy.cap)} 分")
    return f"前 {policy.free} 次不扣分；再交{'，'.join(lines) or '也不扣分'}；以最后一次为准"


def _states(states: Mapping[str, Any]) -> str:
    parts = [f"{'、'.join(names)} {_TOTAL[total]}" for total, names in _by(states, "total").items()]
    outside = [name for name, one in states.items() if not one.attainment]
    return "；".join([*parts, *([f"{'、'.join(outside)} 不计入达成度和试题分析"] if outside else [])])


def _by(states: Mapping[str, Any], key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, one in states.items():
        found.setdefault(getattr(one, key), []).append(name)
    return found


def _levels(levels: Mapping[str, float]) -> str:
    return "、".join(
        f"{name} {percent(least)} 起" if least else f"{name} 其余" for name, least in levels.items()
    )


def _bands(bands: Iterable[float]) -> str:
    bounds = [percent(bound) for bound in bands]
    between = [f"{low}–不到 {high}" for high, low in pairwise(bounds)]
    return "、".join([f"{bounds[0]} 及以上", *between, f"不到 {bounds[-1]}"])


def _attainment(policy: Any) -> str:
    threshold = max(f"{policy.threshold:.2f}", str(policy.threshold), key=len)  # 0.60, but 0.625
    return f"达成度：不低于 {threshold} 为达成；整门课{_WEAKEST[policy.course]}"


def _office(office: Mapping[str, Any]) -> Iterator[str]:
    for column, source in office.items():
        if not isinstance(source, str):
            yield f"“{column}”是 {'、'.join(source)} 按占比加权的平均"
