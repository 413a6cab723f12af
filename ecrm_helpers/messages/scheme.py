"""What a wrong line of `grading_config.py` is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.policies import percent

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from fractions import Fraction
    from pathlib import Path

# ── grading_config.py 写错了 ──
RENAME_ONE = "改掉其中一个名字。"
KEEP_ONE = "只留一个。"
GAP_CHOICES = 'gap= 可写 ScaleTo100()、GiveRest(to="某一项")；占比合计正好 100 时写 None。'
UNIT_CHOICES = 'unit_exercises= 可写 CountIn("X1.互动", share=50)（share 大于 0、不超过 100）或 Formative()。'
EVIDENCE_CHOICES = "evidence= 要写一个 Evidence(…)，例如 TABLE_FIVE 或 TABLE_EIGHT。"
ROUNDING_CHOICES = "rounding= 要写 RoundHalfUp(components=1, total=0)。"
MISSING_CHOICES = 'missing= 可写 "pending"、"zero"、"leave_out"。'
COMBINE_CHOICES = "combine= 可写 WeightedSum()；正好两部分时也可写 Product()。"
WEIGHT_RANGE = "占比写 0 到 100 之间的数，没有公布占比就写 0。"
WRITE_A_NUMBER = "写成不带引号的数字，例如 25。"
WRITE_A_TUPLE = '写在括号里，只有一个时后面也要有逗号，例如 ("unit3_segments",)。'
FIX_WEIGHTS = "对照课程文件改这一行的数字。"
FIX_PARTS = "各部分的 share 都要大于 0，加起来要等于 100。"
ADD_EVIDENCE = '给它至少写一项证据，比例大于 0，例如 {"X3": 100}。'
CHECK_ROLL_UP = "课程目标属于哪个毕业要求，见 ecrm_helpers/curriculum.py。"
DECLARE_TWICE = "课程文件确实写在两处的，列进 counted_twice=；否则删掉一处。"
GAP_NOT_NEEDED = "占比合计已是 100，没有缺口可补。"
SET_GAP_NONE = "写 gap=None。"
NO_EXERCISES = "exercises= 是空的，单元练习却要计分。"


def located(file: str, line: int | None, what: str, hint: str) -> str:
    """Put the place to change before what is wrong."""
    place = f"{file} 第 {line} 行" if line else file
    return f"{place}：{what}\n提示：{hint}"


def no_config(path: Path) -> str:
    """Say that the scheme file is not there."""
    return f"找不到计分方案：{path}\n提示：在课件的最上层文件夹里运行，或用 --config 指出 grading_config.py。"


def config_does_not_run(file: str, line: int | None, error: Exception) -> str:
    """Say that the scheme file is not valid Python."""
    return located(
        file,
        line,
        f"这里写得不完整或有拼写错误（{type(error).__name__}: {error}）。",
        "检查括号、引号、逗号和名字。",
    )


def courses_unclear(file: str, twice: Sequence[str]) -> str:
    """Say that a file declares no course, or one twice."""
    what = f"课程 {twice[0]} 声明了两次。" if twice else "里面没有声明任何课程。"
    return f"{file}：{what}\n提示：每门课写一个 Course(id=…)。"


def unknown_course(course: str, known: Sequence[str]) -> str:
    """Say which courses there are."""
    return f"没有名为“{course}”的课程。\n提示：可选 {'、'.join(known)}。"


def component_twice(name: str) -> str:
    """Say that two components share a name."""
    return f"“{name}”被两项考核用作名字。"


def part_twice(component: str, name: str) -> str:
    """Say that two parts share a name."""
    return f"{component} 里有两个部分都叫“{name}”。"


def exercise_twice(name: str) -> str:
    """Say that an exercise is listed twice."""
    return f"练习 {name} 写了两次，会被算两遍。"


def unknown_policy(key: str, value: object) -> str:
    """Say that a policy line holds something that is no policy."""
    return f"{key}= 后面写的是 {value!r}，没有这种政策。"


def no_number(where: str, value: object) -> str:
    """Say that something else stands where a number is meant."""
    return f"{where} 后面写的是 {value!r}，应是一个数。"


def no_list(key: str, value: object) -> str:
    """Say that a list of one lost its comma."""
    return f"{key}= 后面写的是 {value!r}，应是一组。"


def bad_digits(name: str, digits: object) -> str:
    """Say that a number of decimals is none."""
    return f"{name}= 后面写的是 {digits!r}，小数位数应是 0 到 6 的整数。"


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


def unknown_assignment(name: str) -> str:
    """Say that an exercise does not exist."""
    return f"没有名为 {name} 的作业。"


def known_assignments(names: Collection[str]) -> str:
    """List the assignments that exist."""
    return f"现有的作业：{'、'.join(sorted(names)) or '（还没有）'}；名字就是 solutions 里的文件夹名。"


def unknown_place(key: str, name: str) -> str:
    """Say that a reference points nowhere."""
    return f"{key} 指向“{name}”，没有这一项。"


def known_places(names: Sequence[str]) -> str:
    """List the places a reference may point to."""
    return f"可写 {'、'.join(names)}。"


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
