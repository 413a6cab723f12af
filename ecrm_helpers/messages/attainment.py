"""How attainment names its evidence, and what a reader of it must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def place(plan: Mapping[str, Any], name: str) -> str:
    """Name a place with its component: `X1 课堂表现·互动`; a Chinese id says what the title says."""
    title = plan[name].title
    head, colon, _ = name.partition(":")
    if colon and head in plan and not title.startswith(plan[head].title):
        return f"{place(plan, head)}：{title}"
    component, dot, _ = name.partition(".")
    if dot and component in plan:
        return f"{place(plan, component)}·{title}"
    coded = name.isascii() and not colon and not title.startswith(name)
    return f"{name} {title}" if coded else title


def task(assignment: str, title: str) -> str:
    """Name a task with its assignment."""
    return f"{assignment} {title}"


def all_equal(names: Sequence[str], *, of: int) -> str:
    """Say that outcomes with the same evidence cannot differ; where all have it, none is the weakest.

    Examples
    --------
    >>> all_equal(["EC9.K5", "EC9.S2"], of=14)
    'EC9.K5、EC9.S2 用的是同样的证据和比例，达成度必然相等。'
    """
    meaning = "：“最弱的目标”在这里没有意义" if len(names) == of else ""
    return f"{'、'.join(names)} 用的是同样的证据和比例，达成度必然相等{meaning}。"


def left_out(outcome: str, count: int) -> str:
    """Count the students an outcome leaves out."""
    return f"{outcome}：{count} 人缺证据，平均分和满分都不含他们。"


def left_out_waiting(outcome: str, count: int) -> str:
    """Count the students an outcome leaves out until a teacher has marked their tasks."""
    return f"{outcome}：{count} 人还有题等老师批改，平均分和满分暂不含他们。"


def zeros(outcome: str, count: int) -> str:
    """Count the students with a missing mark counted as zero."""
    return f"{outcome}：{count} 人缺部分证据，按政策以 0 分计入。"


def in_part(outcome: str, count: int) -> str:
    """Count the students judged on part of the evidence."""
    return f"{outcome}：{count} 人缺部分证据，按政策只用他们已有的证据。"


def no_evidence(outcome: str, labels: Sequence[str]) -> str:
    """Say which evidence nobody has."""
    return f"{outcome}：全班都还没有“{'”“'.join(labels)}”的成绩，达成度暂不能算。"


def waiting(outcome: str, labels: Sequence[str]) -> str:
    """Say which evidence still waits for the teacher."""
    return f"{outcome}：“{'”“'.join(labels)}”还没有批改，暂按其余证据折算（初步）。"


def by_state(counts: Mapping[str, int]) -> str:
    """Count the students whose state keeps them out.

    Examples
    --------
    >>> by_state({"缓考": 2, "免修": 1})
    '按学生状态不计入达成度的有 3 人（缓考 2 人、免修 1 人）。'
    """
    named = "、".join(f"{state} {count} 人" for state, count in counts.items())
    return f"按学生状态不计入达成度的有 {sum(counts.values())} 人（{named}）。"


def without_outcome(labels: Sequence[str]) -> str:
    """List tasks that serve no outcome."""
    return f"没有标注课程目标、因此不作证据的题目：{'、'.join(labels)}。"


def not_counted(assignments: Sequence[str]) -> str:
    """List assignments that name outcomes but carry no weight."""
    return f"{'、'.join(assignments)} 的题目标注了课程目标，但不计入总评，因此不作证据。"


TASKS_BEFORE_DEDUCTIONS = "题目按批改得分计，不含迟交和重交的扣分；其余证据按最后成绩计。"
