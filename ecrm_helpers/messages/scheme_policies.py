"""What a wrong source of marks or policy in `grading_config.py` is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.policies import percent
from ecrm_helpers.messages.scheme import near as _near

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from fractions import Fraction

# ── 改成什么 ──
LEAST = "least= 写至少几位同学打了分才算数，最少 1。"
NO_ASSIGNMENTS = "Assignments() 里没有写作业。"
NAME_ASSIGNMENTS = '写成 Assignments(("unit3_segments",))，只有一个时后面也要有逗号。'
FEED_ONE = "一次作业只能算在一处，删掉一处。"
GIVE_DIMENSIONS = '写 criteria=("维度", "维度")，或 Rubric({"维度": 60, "维度": 40})。'
RUBRIC_SUM = "各维度的分都要大于 0，加起来要等于 100。"
ATTENDANCE = (
    "登录平台不等于出勤：只写点名时的词，如 出勤、迟到、早退、请假、旷课，每个 0 到 100 分，不计入写 None。"
)
NOTHING_COUNTED = "点名的词一个都没有写分数，出勤算不出来。"
SESSIONS = "sessions= 写一共点名几次，最少 1。"
ROUNDING = "小数位数写 0 到 6 的整数，例如 RoundHalfUp(components=1, total=0)。"
THRESHOLD = "threshold= 写 0 到 1 之间的小数，例如 0.60。"
BLANK_EXPORT, EXPORT = (
    "exported_as= 没有写名字，或前后有空格。",
    '写学校课程里这一项的名字，例如 "第九单元"；不导出就删掉这一行。',
)
MOST = "most= 是最多一共扣几分，不能小于一次扣的分。"
NOT_NEGATIVE = "写 0 或更大的数。"
PERCENT = "按百分制，写 0 到 100 之间的数。"
FREE = "free= 写前几次不扣分，第一次总要算在内，最少 1。"
NO_NORMAL = "states= 里没有“正常”，没有特殊情况的学生就没有着落。"
NORMAL_NOT_COUNTED = "“正常”的学生没有照常算总评。"
STATES_HINT = 'states={**STATES, "缺考": State(total="none", attainment=False)} 只改一种，其余照旧。'
LEVELS = '五级制从高到低写各级的最低分，最后一级写 0，例如 {"优秀": 90, "良好": 80, …, "不及格": 0}。'
NO_LOWEST_LEVEL = "五级制的最后一级不是 0 分起，低分的学生没有等级。"
BANDS = "bands= 从高到低写分数段的下限，在 0 和 100 之间，例如 (90, 80, 70, 60)。"
NO_STUDENT_ID = "教务表里没有学号这一列。"
NO_COLUMN_NAME = "教务表有一列没有名字。"
OFFICE = (
    'office={"学号": "学号", "姓名": "姓名", "平时": ("X1", "X2"), "总评": "总评"}：前面是列名，后面是内容。'
)


def unknown_assignment(name: str) -> str:
    """Say that an exercise does not exist."""
    return f"没有名为 {name} 的作业。"


def known_assignments(name: str, names: Collection[str]) -> str:
    """List the assignments that exist."""
    listed = "、".join(sorted(names)) or "（还没有）"
    return f"{_near(name, names)}现有的作业：{listed}；名字就是 solutions 里的文件夹名。"


def fed_twice(name: str, first: str, second: str) -> str:
    """Say that one assignment counts in two places."""
    return f"作业 {name} 既算在 {first}，又算在 {second}。"


def least_too_small(least: int) -> str:
    """Say that a peer mark needs a rating."""
    return f"互评写了 least={least}，没有人打分也算有成绩。"


def no_criteria(place: str) -> str:
    """Say that a rubric has no dimensions."""
    return f"{place} 写了 Rubric()，却没有评价维度。"


def dimension_points(place: str, name: str, points: object) -> str:
    """Say that a dimension's points are none."""
    return f"{place} 的维度“{name}”写了 {points} 分。"


def rubric_sum(place: str, total: Fraction) -> str:
    """Say that a rubric's points do not add up."""
    return f"{place} 各维度合计 {percent(total)} 分，应为 100。"


def log_in(word: str) -> str:
    """Say that a log-in is no attendance."""
    return f"“{word}”不是点名的词：登录不等于出勤。"


def attendance_points(word: str, points: object) -> str:
    """Say that a word's points are out of range."""
    return f"“{word}”写了 {points} 分，应在 0 到 100 之间。"


def no_sessions(sessions: int) -> str:
    """Say that attendance is never taken."""
    return f"点名次数写了 {sessions}。"


def no_work(key: str, place: str) -> str:
    """Say that nothing is handed in at a place."""
    what = "迟交" if key == "late" else "重交（只有 nbgrader 收的作业知道交了几次）"
    return f"{key}= 里的“{place}”没有自己的作业可{what}。"


def workplaces(place: str, places: Sequence[str]) -> str:
    """List what students hand in, the nearest first."""
    return f"{_near(place, places)}可写 {'、'.join(places) or '（还没有可交的作业）'}。"


def no_percent(name: str, value: object) -> str:
    """Say that a figure is no percentage."""
    return f"{name} 写了 {value}，应在 0 到 100 之间。"


def negative(name: str, value: object) -> str:
    """Say that a duration is negative."""
    return f"{name}= 写了 {value}，不能是负数。"


def most_too_small(most: float, name: str, once: float) -> str:
    """Say that the most is less than one deduction."""
    return f"most={most} 比 {name}={once} 还小。"


def free_too_small(free: int) -> str:
    """Say that the first hand-in would already cost."""
    return f"free={free}，第一次交就要扣分。"


def unknown_state(name: str) -> str:
    """Say that a student state is none of the six."""
    return f"没有“{name}”这种学生状态。"


def known_states(name: str, names: Iterable[str]) -> str:
    """List the student states."""
    listed = list(names)
    return f"{_near(name, listed)}只有 {'、'.join(listed)}。"


def bad_digits(name: str, digits: object) -> str:
    """Say that a number of decimals is none."""
    return f"{name}= 后面写的是 {digits!r}，小数位数应是 0 到 6 的整数。"


def levels_order(upper: str, high: float, lower: str, low: float) -> str:
    """Say that two levels stand in the wrong order."""
    return f"“{upper}”{percent(high)} 分起，下一级“{lower}”却是 {percent(low)} 分起。"


def bad_bands(bounds: Sequence[object]) -> str:
    """Say that bands do not descend."""
    return f"分数段写的是 {tuple(bounds)}，没有从高到低，或不在 0 和 100 之间。"


def bad_threshold(threshold: float) -> str:
    """Say that a threshold is no share."""
    return f"达成度的合格线写了 {threshold}。"


def near(source: str, places: Iterable[str]) -> str:
    """Name the nearest content of an office column, and the general rule."""
    fixed = "学号、姓名、行政班、状态、组号、总评、等级"
    return f"{_near(source, places)}可写 {fixed}、一项考核，或括号里的几项考核。"


def office_source(column: str, source: str) -> str:
    """Say that an office column holds nothing known."""
    return f"教务表“{column}”一列写的是“{source}”，没有这一项。"


def office_level(column: str) -> str:
    """Say that levels are asked for but not declared."""
    return f"教务表“{column}”一列要等级，levels= 却是空的。"


def office_sum(column: str, sources: Sequence[str]) -> str:
    """Say that a column averages something that has no weight, or twice the same."""
    return f"教务表“{column}”一列是 {'、'.join(sources) or '空的'}，不能按占比加权平均。"


def office_components(names: Sequence[str]) -> str:
    """List the components that have a weight."""
    return f"括号里写有占比的考核，每项一次：{'、'.join(names)}。"
