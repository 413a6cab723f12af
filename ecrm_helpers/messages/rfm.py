"""The RFM classes as students read them, and what they read when an option or a table cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "EIGHT",
    "TEN",
    "bad_choice",
    "bad_number",
    "bad_window",
    "caption",
    "column_missing",
    "no_rows",
    "no_settings",
    "not_a_table",
    "not_numbers",
    "not_scored",
    "split_unused",
    "threshold_missing",
    "threshold_unused",
    "unknown_option",
    "unknown_segment",
]

# code (R F M, H = high; R high = bought recently) → name, aliases, aim, strategy
EIGHT: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "HHH": (
        "重要价值客户",
        (),
        "守住最好的关系",
        "专人服务、新品先看、售后优先；少发折扣，多给尊重，听听他们对选品的意见。",
    ),
    "HLH": (
        "重要发展客户",
        ("重要深耕客户",),
        "让买得少的大单客户再来一次",
        "按上次买的大件推荐配套商品，送一张下次可用的小额券，目标是下一单而不是更大的单。",
    ),
    "LHH": (
        "重要保持客户",
        ("重要唤回客户",),
        "让渐渐安静的老客户想起我们",
        "先查最近一次服务有没有出过问题，再由客服写一封具名的问候，附上他常买品类的新品。",
    ),
    "LLH": (
        "重要挽留客户",
        ("重要挽回客户",),
        "弄清大单客户为什么不再来",
        "电话或邮件回访问原因，能补救的先补救；只在毛利算得过来时给一次专属优惠。",
    ),
    "HHL": (
        "一般价值客户",
        ("潜力客户", "一般潜力客户"),
        "让常来的小单客户每单多买一点",
        "做套装、满额包邮和加购推荐，提高每单金额；不必再催他们多来。",
    ),
    "HLL": (
        "一般发展客户",
        ("新客户", "新客"),
        "让新客户有一次好的开始，买第二单",
        "发使用说明和关怀信息，收货后一周内询问体验，首单后 30 天内给第二单的小礼。",
    ),
    "LHL": (
        "一般保持客户",
        ("一般维持客户", "一般唤回客户"),
        "用很低的成本保持联系",
        "每月一次的群发新品与节日活动即可，点开的人再跟进，不做人工回访。",
    ),
    "LLL": (
        "一般挽留客户",
        ("流失客户",),
        "不再多花钱，留一扇门",
        "只放进大促名单；连续多次不打开就减少打扰，把预算留给前面几类。",
    ),
}

# English name → Chinese name, aim, strategy
TEN: dict[str, tuple[str, str, str]] = {
    "Champions": ("冠军客户", "守住最好的关系", "新品先看、专人服务、请他们写真实评价；少发折扣。"),
    "Loyal Customers": ("忠诚客户", "让常客更愿意留下", "会员权益和积分、成套推荐、生日问候，按时兑现承诺。"),
    "Potential Loyalists": (
        "潜在忠诚客户",
        "把好感变成习惯",
        "介绍会员计划，推荐与上次搭配的商品，引出第三单。",
    ),
    "New Customers": ("新客户", "有一次好的开始", "使用说明、收货关怀、第二单小礼，先把服务做对。"),
    "Promising": ("有希望客户", "趁印象还在，买第二单", "介绍店里的其他品类，发一次有期限的小额券。"),
    "Need Attention": (
        "需要关注客户",
        "别让中间的客户悄悄走掉",
        "按最近浏览和购买发限时推荐，问一句还需要什么。",
    ),
    "About to Sleep": ("即将沉睡客户", "在睡着之前轻轻提醒", "发一次新品或补货提醒，先不打折，看看反应。"),
    "At Risk": ("有流失风险客户", "把买过多次的人请回来", "查最近的服务记录，发具名的问候和续购优惠。"),
    "Can't Lose Them": ("不能失去客户", "挽回曾经最常来的人", "人工联系，先听意见再补救，必要时由店长出面。"),
    "Hibernating": ("沉睡客户", "不多花钱，留一扇门", "放进大促名单；连续不打开就减少打扰。"),
}


def bad_choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """Say which words an option accepts."""
    return f"{name} 不能是 {value!r}。\n提示：可以选：{'、'.join(repr(word) for word in allowed)}。"


def bad_number(name: str, value: object) -> str:
    """Say that an option must be a number of at least 0."""
    return f"{name} 应是不小于 0 的数，收到的是 {value!r}。\n提示：只写数字，不加引号、单位和逗号。"


def bad_window(value: object) -> str:
    """Say that the window must be a whole number of days."""
    return (
        f"window_days 应是正整数（天，最多一百年），收到的是 {value!r}。\n"
        "提示：只看最近一年写 365；不限就不写。"
    )


def threshold_missing(names: Iterable[str]) -> str:
    """Say which thresholds are missing."""
    return (
        f'split="thresholds" 时三个门槛都要给，还缺：{"、".join(names)}。\n'
        "提示：recency_days 单位是天，frequency 是单数，monetary 单位是分（1 元 = 100 分）。"
    )


def threshold_unused(names: Iterable[str], split: str) -> str:
    """Say that a threshold was given although the split does not use it."""
    return (
        f'给了门槛 {"、".join(names)}，但 split="{split}" 用的是{_SPLIT[split]}，门槛不会起作用。\n'
        '提示：想用自己的门槛，写 split="thresholds"。'
    )


def split_unused(names: Iterable[str]) -> str:
    """Say that ten segments know no split."""
    return (
        f'scheme="ten" 按五等分打分，用不上 {"、".join(names)}。\n'
        '提示：去掉这些选项；想按门槛分八类，写 scheme="eight"。'
    )


_SPLIT = {"mean": "均值", "median": "中位数"}


def unknown_option(names: Iterable[str], known: Iterable[str]) -> str:
    """Say which options do not exist."""
    return f"没有这样的选项：{'、'.join(names)}。\n提示：可以用的选项有：{'、'.join(known)}。"


def unknown_segment(value: object, known: Iterable[str]) -> str:
    """Say that a class name is not one of the eight."""
    return f"{value!r} 不是八类客户的名字。\n提示：八类是：{'、'.join(known)}；也可以写 HHH 这样的代号。"


def not_a_table(value: object) -> str:
    """Say that a customer table was expected."""
    return (
        f"这里要的是客户表（一行一个客户），收到的是 {type(value).__name__}。\n"
        "提示：先用 customer_table(orders, settings) 把订单变成客户表。"
    )


def column_missing(names: Iterable[str]) -> str:
    """Say which columns the customer table lacks."""
    return (
        f"客户表缺少这些列：{'、'.join(names)}。\n"
        "提示：客户表要有 recency_days（天）、frequency（单）、monetary（分）三列。"
    )


def not_numbers(name: str) -> str:
    """Say that a column has gaps or texts."""
    return f"客户表的 {name} 列有空格子或不是数字，没法打分。\n提示：先找出这些行，补上或删掉再算。"


def no_rows() -> str:
    """Say that the customer table is empty."""
    return "客户表是空的，一个客户也没有。\n提示：看看上一步的筛选条件。"


def not_scored() -> str:
    """Say that the table has not been classified."""
    return (
        "这张表还没有分类，找不到 segment 或 segment10 列。\n"
        "提示：先用 classify(table, settings) 或 rfm(...)。"
    )


def no_settings() -> str:
    """Say that the table no longer knows how it was made."""
    return (
        "这张表没有带着它的统计口径（统计日、窗口、M 的含义）。\n"
        "提示：请用 customer_table 或 rfm 直接得到的表。"
    )


def caption(*, as_of: str, window_days: int | None, measure: str, net: bool, unit: str) -> str:
    """Return the line that stands beside every table: dates, window, what R and M are."""
    window = "此前全部订单" if window_days is None else f"此前 {window_days} 天内的订单"
    amount = "累计金额" if measure == "total" else "平均每单金额"
    refund = "已减退款" if net else "未减退款"
    return f"截至 {as_of}（不含当天）；{window}；R 为距最近一单的天数；M 为{amount}（{unit}，{refund}）。"
