"""Chinese words on and about the figures: axis titles, alternative text."""

from __future__ import annotations

__all__ = [
    "ACTUAL",
    "ALL_CUSTOMERS",
    "CALIBRATED",
    "CONCENTRATION_AXES",
    "CONCENTRATION_HOVER",
    "CUMULATIVE_AXES",
    "EQUAL_SHARE",
    "LATE",
    "MEAN",
    "MEDIAN",
    "ON_TIME",
    "PANELS",
    "PREDICTED",
    "PREDICTED_AXES",
    "READING",
    "concentration_alt",
    "concept_map_alt",
    "cumulative_alt",
    "cumulative_hover",
    "cumulative_reading",
    "missing_alt",
    "no_values",
    "predicted_alt",
    "predicted_hover",
    "predicted_reading",
    "score",
    "spread_alt",
    "spread_hover",
    "top_share",
    "unhappy_path_alt",
]

_MOST = 0.6
_NEAR = 0.05
READING = "读图"
MEAN = "均值"
MEDIAN = "中位数"
ALL_CUSTOMERS = "客户数"
EQUAL_SHARE = "虚线：人人一样多"
CONCENTRATION_AXES = ("客户累计占比<br>（从买得多到买得少）", "销售额累计占比")
CONCENTRATION_HOVER = "前 %{x:.0%} 的客户<br>占销售额 %{y:.0%}<extra></extra>"
ACTUAL = "实际"
PREDICTED = "预测"
PREDICTED_AXES = ("校准期内复购次数（括号里是人数）", "检验期内平均每人购买次数")
CUMULATIVE_AXES = ("日期", "累计复购次数")
CALIBRATED = "← 用来拟合｜用来检验 →"
ON_TIME = "按时送达"
LATE = "晚到"
PANELS = ("平均满意度（1–5 分）", "按满意度：此后 180 天没再下单")


def spread_alt(title: str, *, mean: str, median: str, below: float) -> str:
    """Describe a histogram with its mean and its median."""
    tail = "大多数客户挤在左边，右边拖着长尾巴。" if below > _MOST else ""
    return (
        f"直方图：{title}。{tail}最右一根含更大的值。"
        f"竖实线是均值 {mean}，竖虚线是中位数 {median}；"
        f"有 {below:.0%} 的客户低于均值。"
    )


def spread_hover(unit: str) -> str:
    """Return what plotly shows over a bar."""
    return f"%{{x:,.0f}} {unit}<br>%{{y}} 人<extra></extra>"


def top_share(customers: float, revenue: float) -> str:
    """Label a point of the concentration curve."""
    return f" 前 {customers:.0%} → {revenue:.0%}"


def concentration_alt(marks: dict[float, float]) -> str:
    """Describe a concentration curve by a few of its points."""
    points = "，".join(f"前 {share:.0%} 的客户占 {revenue:.0%}" for share, revenue in marks.items())
    return f"集中度曲线：客户按消费从多到少排队，横轴是客户累计占比，纵轴是销售额累计占比。{points}。"


def score(value: int) -> str:
    """Label one grade of the satisfaction question."""
    return f"{value} 分"


def unhappy_path_alt(satisfaction: dict[str, float], left: dict[str, float]) -> str:
    """Describe the two panels: satisfaction by delivery, leaving by satisfaction."""
    scores = "，".join(f"{name}平均 {value:.2f}" for name, value in satisfaction.items())
    shares = "，".join(f"打 {name}的 {value:.0%}" for name, value in left.items())
    return (
        f"两幅柱形图。左图是满意度（1–5 分）：{scores}。"
        f"右图是此后 180 天没再下单的比例：{shares}。短线是 95% 置信区间。"
    )


def concept_map_alt(links: list[tuple[str, str, str]]) -> str:
    """Say every arrow of a concept map as a sentence."""
    return "概念图。" + "；".join(f"{start} —{label}→ {end}" for start, label, end in links) + "。"


def missing_alt() -> str:
    """Explain that a figure came without words."""
    return "这幅图没有文字说明。\n提示：describe(图, '一两句话说清图上有什么')。"


def no_values() -> str:
    """Explain that there is nothing to draw, or that a number is missing."""
    return (
        "没有可以画的数值：需要至少一位客户，每位一个数，加起来大于 0。\n提示：先检查上一格的表是不是空的。"
    )


def predicted_hover(name: str) -> str:
    """Return what plotly shows over a point of predicted or actual purchases."""
    return f"{name}：%{{y:.2f}} 次<br>%{{x}}<extra></extra>"


def cumulative_hover(name: str) -> str:
    """Return what plotly shows over a point of a cumulative curve."""
    return f"{name}：%{{y:,.0f}} 次<br>到 %{{x}}<extra></extra>"


def predicted_alt(bins: list[tuple[str, int, float, float]]) -> str:
    """Describe, group by group, purchases predicted and made."""
    points = "；".join(
        f"复购 {x} 次的 {customers:,} 人，实际 {actual:.2f}、预测 {predicted:.2f}"
        for x, customers, actual, predicted in bins
    )
    return (
        "折线图：按校准期内的复购次数分组，比较检验期内平均每人购买次数。"
        f"实线圆点是实际，虚线菱形是预测。{points}。"
    )


def _off_by(predicted: float, actual: float) -> str:
    """Say by how much a prediction misses."""
    if actual <= 0:
        return f"预测 {predicted:,.0f} 次，实际一次也没有"
    gap = predicted / actual - 1
    numbers = f"预测共 {predicted:,.0f} 次，实际 {actual:,.0f} 次"
    if abs(gap) <= _NEAR:
        return f"{numbers}，相差 {abs(gap):.1%}，很接近"
    return f"{numbers}，{'高估' if gap > 0 else '低估'}了 {abs(gap):.0%}"


def predicted_reading(predicted: float, actual: float, worst: str) -> str:
    """Say in one sentence how well customers to come were told apart, and how well their sum."""
    return f"检验期内{_off_by(predicted, actual)}；合计差得最多的是校准期复购 {worst} 次的一组。"


def cumulative_alt(end: str, *, calibrated: tuple[float, float], final: tuple[float, float]) -> str:
    """Describe the two curves at the end of calibration and at the end of the data."""
    return (
        "折线图：这些客户的复购次数一周周累加。实线是实际，虚线是预测，"
        f"竖点线是校准期的最后一天 {end}，线左边的数据用来拟合，右边的用来检验。"
        f"到校准期末实际 {calibrated[0]:,.0f} 次、预测 {calibrated[1]:,.0f} 次；"
        f"到数据结束实际 {final[0]:,.0f} 次、预测 {final[1]:,.0f} 次。"
    )


def cumulative_reading(predicted: float, actual: float) -> str:
    """Say in one sentence how far the curve of the model is off in the time held out."""
    return f"看曲线在检验期里的涨幅：{_off_by(predicted, actual)}。"
