"""Chinese words on and about the figures: axis titles, alternative text."""

from __future__ import annotations

__all__ = [
    "ALL_CUSTOMERS",
    "CONCENTRATION_AXES",
    "CONCENTRATION_HOVER",
    "EQUAL_SHARE",
    "LATE",
    "MEAN",
    "MEDIAN",
    "ON_TIME",
    "PANELS",
    "READING",
    "concentration_alt",
    "concept_map_alt",
    "missing_alt",
    "no_values",
    "score",
    "spread_alt",
    "spread_hover",
    "top_share",
    "unhappy_path_alt",
]

_MOST = 0.6
READING = "读图"
MEAN = "均值"
MEDIAN = "中位数"
ALL_CUSTOMERS = "客户数"
EQUAL_SHARE = "虚线：人人一样多"
CONCENTRATION_AXES = ("客户累计占比<br>（从买得多到买得少）", "销售额累计占比")
CONCENTRATION_HOVER = "前 %{x:.0%} 的客户<br>占销售额 %{y:.0%}<extra></extra>"
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
