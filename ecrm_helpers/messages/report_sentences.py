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
LEFT_TAIL = "平均分（{total.mean}）低于中位数（{total.median}），分布向低分一侧拖得更长。"
RIGHT_TAIL = "平均分（{total.mean}）高于中位数（{total.median}），分布向高分一侧拖得更长。"
NO_OUTCOME = "还没有任何课程目标可以计算达成度。"
NOT_TOLD = "课程目标 {outcomes.count} 个，其中 {outcomes.told} 个现在可以计算达成度。"
ALL_REACHED = "{outcomes.count} 个课程目标的达成度都不低于期望值 {threshold}。"
SOME_REACHED = "{outcomes.told} 个可计算的课程目标中，{outcomes.reached} 个达到期望值 {threshold}。"
EQUAL = "各课程目标的达成度相同，“最弱的目标”在这里没有含义，请看上文所列评价依据的说明。"
OVERLAP = "每名学生的个体达成度都不低于期望值，没有需要单独帮助的目标。"


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


def weakest(code: str, source: int | None) -> str:
    """Name the weakest outcome and the weakest of its pieces of evidence."""
    key = f"outcome.{code}"
    said = f"最弱的是 {{{key}.code}}（{{{key}.text}}），达成度 {{{key}.value}}。"
    if source is None:
        return said
    part = f"{key}.source.{source}"
    return f"{said}它的证据中得分率最低的是“{{{part}.label}}”（{{{part}.share}}，比例 {{{part}.weight}}）。"


def below(codes: Sequence[str], *, more: bool) -> str:
    """Say how many students are below the threshold, outcome by outcome."""
    named = "；".join(
        f"{{outcome.{one}.code}} 有 {{outcome.{one}.own.below}} 人（{{outcome.{one}.own.share}}）"
        for one in codes
    )
    return f"个体达成度低于期望值的学生{'最多的几个目标' if more else ''}：{named}。"


def reached_yet_many_below(codes: Sequence[str]) -> str:
    """Warn that the class reached outcomes that many of its students did not."""
    named = "、".join(f"{{outcome.{one}.code}}" for one in codes)
    return f"{named} 按全班平均达成，但有不少学生个体没有达到：只看平均值会看不到他们。"


def components(highest: str, lowest: str) -> str:
    """Compare the components' means."""
    return (
        f"各项考核中平均分最高的是“{{component.{highest}.title}}”（{{component.{highest}.mean}}），"
        f"最低的是“{{component.{lowest}.title}}”（{{component.{lowest}.mean}}）。"
    )


def widest(place: str) -> str:
    """Name the component whose marks differ most."""
    return f"学生之间差距最大的是“{{component.{place}.title}}”（标准差 {{component.{place}.sd}}）。"


def missing(places: Sequence[str]) -> str:
    """Name the components with missing marks."""
    named = "、".join(f"“{{component.{one}.title}}”缺 {{component.{one}.missing}} 人" for one in places)
    return f"缺成绩：{named}。"


def hardest(key: str) -> str:
    """Name the hardest task."""
    return (
        f"题目中得分率最低的是“{{{key}.title}}”（平均 {{{key}.mean}} / {{{key}.full}} 分，"
        f"得分率 {{{key}.difficulty}}，{{{key}.none}} 的学生没有得分）。"
    )


def discriminating_little(keys: Sequence[str]) -> str:
    """Name the tasks that hardly tell strong from weak."""
    named = "、".join(f"“{{{one}.title}}”（{{{one}.discrimination}}）" for one in keys)
    return f"区分度低于 {{items.low}} 的题：{named}，下次命题时值得看一看。"


def missed(indices: Sequence[int]) -> str:
    """Name the points missed most often."""
    named = "；".join(f"{{missed.{one}.text}}" for one in indices)
    return f"失分最集中的是：{named}。"


def groups(first: int, last: int) -> str:
    """Compare the 行政班 with the highest and lowest mean."""
    return (
        f"行政班之间：{{group.{first}.name}} 平均最高"
        f"（{{group.{first}.mean}} 分，{{group.{first}.students}} 人），"
        f"{{group.{last}.name}} 最低（{{group.{last}.mean}} 分，{{group.{last}.students}} 人）。"
    )


def lines(kinds: Sequence[str]) -> str:
    """Count deductions and overrides."""
    words = {"late": "迟交扣分", "attempts": "重交扣分", "override": "老师改分", "state": "按学生状态处理"}
    named = "，".join(
        f"{words[one]} {{lines.{one}.count}} 处（{{lines.{one}.students}} 人）" for one in kinds
    )
    return f"影响成绩的处理：{named}；每一处的理由在成绩表和学生自己的页面上。"
