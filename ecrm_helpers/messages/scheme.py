"""What a wrong line of `grading_config.py` is answered with."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers.messages.policies import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

# ── 改成什么 ──
RENAME_ONE = "改掉其中一个名字，或换一个名字。"
NAME_RULE = "名字不能是空的，前后不能有空格，也不能含 . : /。"
KEEP_ONE = "只留一个。"
CHOICES = {
    "gap": 'gap= 可写 ScaleTo100()、GiveRest(to="某一项")；占比合计正好 100 时写 None。',
    "unit_exercises": 'unit_exercises= 可写 CountIn("X1.互动", share=50)'
    "（share 大于 0、不超过 100）或 Formative()。",
    "evidence": "evidence= 要写一个 Evidence(…)，例如 TABLE_FIVE 或 TABLE_EIGHT。",
    "rounding": "rounding= 要写 RoundHalfUp(components=1, total=0)。",
    "combine": "combine= 可写 WeightedSum()；正好两部分时也可写 Product()。",
    "by": "by= 可写 Score()、Rubric()、Attendance(…)、PeerReview()、Contribution()、Assignments((…,))。",
    "attainment": 'attainment= 要写 Attainment(threshold=0.60, course="weakest")。',
}
WEIGHT_RANGE = "占比写 0 到 100 之间的数，没有公布占比就写 0。"
A_GROUP, A_TABLE, NO_SUCH_POLICY = "应是一组", "应是花括号里的一张表", "没有这种政策"
WRITE_A_TUPLE = '写在括号里，只有一个时后面也要有逗号，例如 ("unit3_segments",)。'
WRITE_BRACES = '写成 {"名字": …, "名字": …}。'
PLAIN = {
    "float": ("应是一个数", "写成不带引号的数字，例如 25。"),
    "int": ("应是一个整数", "写成不带引号的整数，例如 16。"),
    "bool": ("应是 True 或 False", "不带引号，第一个字母大写。"),
    "str": ("应是带引号的文字", "放在英文引号里。"),
}
FIX_WEIGHTS = "对照课程文件改这一行的数字。"
FIX_PARTS = "各部分的 share 都要大于 0，加起来要等于 100。"
SOURCE_ON_PARTS = "把 by= 写到每个 Part(…) 里，这里的删掉。"
ADD_EVIDENCE = '给它至少写一项证据，比例大于 0，例如 {"X3": 100}。'
CHECK_ROLL_UP = "课程目标属于哪个毕业要求，见 ecrm_helpers/curriculum.py。"
DECLARE_TWICE = "课程文件确实写在两处的，列进 counted_twice=；否则删掉一处。"
GAP_NOT_NEEDED = "占比合计已是 100，没有缺口可补。"
SET_GAP_NONE = "写 gap=None。"
NO_EXERCISES = "exercises= 是空的，单元练习却要计分。"
NO_WEIGHT = "没有一项考核有占比。"


def near(name: str, known: Iterable[str]) -> str:
    """Name the nearest of what there is, empty if nothing is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f"最接近的是 {found[0]}；" if found else ""


def wrong_value(where: str, value: object, expected: str) -> str:
    """Say that a value is of a kind that cannot stand there."""
    if isinstance(value, type):
        return f"{where} 后面写的是 {value.__name__}，后面缺了括号 ()。"
    return f"{where} 后面写的是 {value!r}，{expected}。"


def one_of(choices: Sequence[object]) -> tuple[str, str]:
    """Say which words are known."""
    listed = "、".join(f'"{one}"' for one in choices)
    return NO_SUCH_POLICY, f"可写 {listed}。"


def written_like(names: Sequence[str]) -> str:
    """Say which declaration is meant."""
    return f"要写 {' 或 '.join(f'{name}(…)' for name in names)}。"


def component_twice(name: str) -> str:
    """Say that two components share a name."""
    return f"“{name}”被两项考核用作名字。"


def part_twice(component: str, name: str) -> str:
    """Say that two parts share a name."""
    return f"{component} 里有两个部分都叫“{name}”。"


def exercise_twice(name: str) -> str:
    """Say that an exercise is listed twice."""
    return f"练习 {name} 写了两次，会被算两遍。"


def carries_no_weight(target: str) -> str:
    """Say that unit exercises were put where nothing counts."""
    return f"单元练习算在 {target} 里，但它没有占比，等于不计分。"


def weight_out_of_range(name: str, weight: object) -> str:
    """Say that a weight is no percentage."""
    return f"{name} 的占比是 {weight}，应在 0 到 100 之间。"


def weights_over(total: Fraction) -> str:
    """Say that the weights exceed 100."""
    return f"各项占比合计 {percent(total)}，超过了 100。"


def weights_under(total: Fraction) -> str:
    """Say that weights stay under 100 and nobody said what to do."""
    return f"各项占比合计 {percent(total)}，不到 100，又没有写明其余的怎么办。"


def group_sum(heading: str, published: object, added: object) -> str:
    """Say that a published subtotal and its lines disagree."""
    return f"“{heading}”公布为 {published}，下面各项合计却是 {added}。"


def parts_sum(component: str, total: object) -> str:
    """Say that shares of parts do not add up."""
    return f"{component} 各部分的份额合计 {total}，应为 100 且每份大于 0。"


def product_needs_two(component: str) -> str:
    """Say that a product of other than two parts."""
    return f"{component} 写了 Product()，它正好要两个部分。"


def needs_a_part(target: str) -> str:
    """Say that a component with parts was named where one of them is meant."""
    return f"{target} 分成了几部分，要写明是哪一部分。"


def share_out_of_range(share: object) -> str:
    """Say that a share is no percentage."""
    return f"比例 {share} 不在允许的范围内。"


def nothing_measures(outcome: str) -> str:
    """Say that an outcome has no evidence."""
    return f"课程目标 {outcome} 没有任何考核作证据。"


def unknown_outcome(name: str) -> str:
    """Say that there is evidence for an outcome the course does not have."""
    return f"这门课没有课程目标“{name}”。"


def known_outcomes(names: Sequence[str]) -> str:
    """List the course's outcomes."""
    return f"这门课的目标：{'、'.join(names)}（是字母 L、O 加数字，不是数字 0）。"


def wrong_roll_up(programme: str, member: str) -> str:
    """Say that an outcome stands under the wrong programme outcome, or under none."""
    return f"毕业要求 {programme} 与课程目标 {member} 的对应和课程文件不符。"


def criterion_twice(name: str) -> str:
    """Say that a rubric criterion is counted twice without saying so."""
    return f"评价维度“{name}”出现在两项考核里，会计两次。"


def criterion_not_twice(name: str) -> str:
    """Say that a criterion is declared as counted twice but is not."""
    return f"“{name}”写在 counted_twice 里，却没有出现在两项考核中。"


def unknown_place(key: str, name: str) -> str:
    """Say that a reference points nowhere."""
    return f"{key} 指向“{name}”，没有这一项。"


def known_places(names: Iterable[str], *, like: str = "") -> str:
    """List the places a reference may point to, the nearest first."""
    listed = list(names)
    return f"{near(like, listed) if like else ''}可写 {'、'.join(listed)}。"


def unknown_dimension(outcome: str, place: str, name: str) -> str:
    """Say that a rubric has no such dimension."""
    return f"{outcome} 的证据写了“{place}:{name}”，{place} 的评分维度里没有“{name}”。"


def known_dimensions(place: str, name: str, names: Sequence[str]) -> str:
    """List a rubric's dimensions, the nearest first."""
    if not names:
        return f"{place} 没有按维度评分；写“{place}”，或给它写 by=Rubric(…)。"
    return f"{near(name, names)}可写 {'、'.join(f'{place}:{one}' for one in names)}。"


def name_taken(name: str) -> str:
    """Say that the courseware itself uses this name."""
    return f"“{name}”已有固定的意思，不能再用作名字。"


def name_unusable(name: str) -> str:
    """Say that a name cannot stand in a place such as `X1.互动:登记`."""
    return f"{name!r} 不能用作名字。"


def dimension_twice(component: str, name: str) -> str:
    """Say that one rubric names a dimension twice."""
    return f"{component} 的评价维度“{name}”写了两次。"


def parts_and_source(component: str) -> str:
    """Say that a component has parts and a source of its own."""
    return f"{component} 分成了几部分，又写了 by=，不知道用哪一个。"


def exercises_as_attendance(target: str) -> str:
    """Say that exercises are no attendance."""
    return f"单元练习算在 {target} 里，但出勤只能来自点名。"
