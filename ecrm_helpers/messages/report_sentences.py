"""The analysis sentences of the report: words only, every figure is a key in braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PENDING = "还有 {class.pending} 人的题目等老师批改，下面的数字是初步的，批完要重新生成。"
WITHOUT = "还有 {class.without} 人缺成绩、没有总评，下面关于总评的数字不含他们。"
NO_TOTALS = "还没有任何人有总评，成绩分布暂不能分析。"
TOTALS = (
    "全班 {class.students} 人，{class.totals} 人有总评：平均 {total.mean} 分，中位数 {total.median} 分，"
    "最高 {total.high} 分，最低 {total.low} 分，标准差 {total.sd}。"
)
FEW_TOTALS = "有总评的只有 {class.totals} 人，人数太少，不分析分布。"
ALL_IN_BANDS = "{pass.mark} 分及以上 {pass.count} 人，占 {pass.share}。"
MEAN_BELOW = "平均分（{total.mean}）低于中位数（{total.median}）：至少一半有总评的学生在平均分以上。"
MEAN_ABOVE = "平均分（{total.mean}）高于中位数（{total.median}）：至少一半有总评的学生在平均分以下。"
NO_OUTCOME = "还没有任何课程目标可以计算达成度。"
NOT_TOLD = "课程目标 {outcomes.count} 个，其中 {outcomes.told} 个现在可以计算达成度。"
ALL_REACHED = "{outcomes.count} 个课程目标的达成度都不低于期望值 {threshold}。"
SOME_REACHED = "{outcomes.told} 个可计算的课程目标中，{outcomes.reached} 个达到期望值 {threshold}。"
EQUAL = "各课程目标的达成度相同，“最弱的目标”在这里没有含义。"
NOBODY_BELOW = "能计算的个体达成度，没有一个低于期望值 {threshold}。"


def largest_bands(indices: Sequence[int]) -> str:
    """Name the fullest band, or the bands that share the first place."""
    named = "、".join(f"{{band.{one}.label}}" for one in indices)
    each = "各 " if len(indices) > 1 else ""
    first = indices[0]
    return f"人数最多的分数段是 {named}（{each}{{band.{first}.count}} 人，占 {{band.{first}.share}}）。"


def not_reached(codes: Sequence[str]) -> str:
    """Name the outcomes below the threshold, with how far."""
    named = "；".join(
        f"{{outcome.{one}.code}}（{{outcome.{one}.value}}，差 {{outcome.{one}.gap}}）" for one in codes
    )
    return f"低于期望值 {{threshold}} 的是：{named}。"


def weakest(codes: Sequence[str], source: int | None, *, all_known: bool) -> str:
    """Name the outcomes that show the lowest value; of a single one, its weakest piece of evidence too."""
    key = f"outcome.{codes[0]}"
    among = "最弱的是" if all_known else "现在能计算的课程目标中，达成度最低的是"
    if len(codes) > 1:
        named = "、".join(f"{{outcome.{one}.code}}" for one in codes)
        return f"{among} {named}，达成度取整后都是 {{{key}.value}}。"
    said = f"{among} {{{key}.code}}（{{{key}.text}}），达成度 {{{key}.value}}。"
    if source is None:
        return said
    part = f"{key}.source.{source}"
    return f"{said}它的证据中得分率最低的是“{{{part}.label}}”（{{{part}.share}}，权重 {{{part}.weight}}）。"


def below(codes: Sequence[str], *, more: bool) -> str:
    """Say how many students are below the threshold, outcome by outcome."""
    named = "；".join(
        f"{{outcome.{one}.code}} 有 {{outcome.{one}.own.below}} 人（{{outcome.{one}.own.share}}）"
        for one in codes
    )
    return f"个体达成度低于期望值的学生{'，比例最高的几个目标' if more else ''}：{named}。"


def reached_yet_many_below(codes: Sequence[str]) -> str:
    """Warn that the class reached outcomes that many of its students did not."""
    named = "、".join(
        f"{{outcome.{one}.code}}（{{outcome.{one}.own.share}} 的学生没有达到）" for one in codes
    )
    return f"全班平均达到期望值、但不少学生个体没有达到的有：{named}，只看平均值会看不到他们。"


def components(highest: Sequence[str], lowest: Sequence[str]) -> str:
    """Compare the components' means; several may share a place."""
    return (
        f"各项考核中平均分最高的是{_titles(highest)}（{{component.{highest[0]}.mean}}），"
        f"最低的是{_titles(lowest)}（{{component.{lowest[0]}.mean}}）。"
    )


def widest(places: Sequence[str]) -> str:
    """Name the components whose marks differ most."""
    return f"学生之间差距最大的是{_titles(places)}（标准差 {{component.{places[0]}.sd}}）。"


def _titles(places: Sequence[str]) -> str:
    return "、".join(f"“{{component.{one}.title}}”" for one in places)


def missing(places: Sequence[str]) -> str:
    """Name the components with missing marks."""
    named = "、".join(f"“{{component.{one}.title}}”缺 {{component.{one}.missing}} 人" for one in places)
    return f"缺成绩：{named}。"


def hardest(keys: Sequence[str]) -> str:
    """Name the hardest tasks: one with its figures, or those that share the first place."""
    key = keys[0]
    if len(keys) > 1:
        named = "、".join(f"“{{{one}.title}}”" for one in keys)
        return f"题目中得分率最低的是{named}（得分率都是 {{{key}.difficulty}}）。"
    return (
        f"题目中得分率最低的是“{{{key}.title}}”（平均 {{{key}.mean}} / {{{key}.full}} 分，"
        f"得分率 {{{key}.difficulty}}，{{{key}.none}} 的学生没有得分）。"
    )


def alike(key: str) -> str:
    """Say that no task was harder than another."""
    return f"各题的得分率都是 {{{key}.difficulty}}。"


def discriminating_little(keys: Sequence[str]) -> str:
    """Count the tasks that hardly tell strong from weak, and name some."""
    named = "、".join(f"“{{{one}.title}}”（{{{one}.discrimination}}）" for one in keys)
    such = f"，如{named}" if named else ""
    return f"区分度低于 {{items.low}} 的有 {{items.low.count}} 题{such}，下次命题时值得看一看。"


def missed(indices: Sequence[int]) -> str:
    """Name the points missed most often."""
    named = "；".join(f"{{missed.{one}.text}}" for one in indices)
    return f"失分最集中的是：{named}。"


def groups(highest: Sequence[str], lowest: Sequence[str]) -> str:
    """Compare the 行政班 with the highest and lowest mean; several may share a place."""
    return f"行政班之间：平均最高的是 {_classes(highest)}，最低的是 {_classes(lowest)}。"


def _classes(indices: Sequence[str]) -> str:
    return "、".join(
        f"{{group.{one}.name}}（{{group.{one}.mean}} 分，{{group.{one}.n}} 人有总评）" for one in indices
    )


def lines(kinds: Sequence[str]) -> str:
    """Count deductions and overrides."""
    words = {"late": "迟交扣分", "attempts": "重交扣分", "override": "老师改分", "state": "按学生状态处理"}
    named = "，".join(
        f"{words[one]} {{lines.{one}.count}} 处（{{lines.{one}.students}} 人）" for one in kinds
    )
    return f"影响成绩的处理：{named}；每一处的理由在成绩表和学生自己的页面上。"
