"""Words of the tables that an exercise shows from a student's own shop."""

from __future__ import annotations

__all__ = [
    "AMOUNT",
    "CUSTOMER",
    "CUSTOMERS",
    "FREQUENCY_MEAN",
    "FROM_STAGE",
    "GROUP",
    "GROUP_NAMES",
    "LABELS",
    "MARGIN",
    "MONETARY_MEAN",
    "MONEY",
    "NO_CASE_HINT",
    "NO_LEVERS",
    "ORDERED_AT",
    "ORDERS",
    "ORDER_ID",
    "RECENCY_MEAN",
    "REFUND",
    "RETENTION",
    "SHARE",
    "SHOP_MEAN",
    "STAGE",
    "STATUS",
    "STATUS_NAMES",
    "TOTAL",
    "TO_STAGE",
    "VALUE_GROUPS",
    "WHO",
    "bad_levers",
    "budget_request",
    "budget_result",
    "coupon_offer",
    "no_case",
    "no_group",
    "vip_request",
]

LABELS = ("甲", "乙", "丙", "丁", "戊", "己")
GROUP_NAMES = ("第1群", "第2群", "第3群", "第4群")
STATUS_NAMES = {
    "completed": "已完成",
    "partly_refunded": "部分退款",
    "refunded": "全额退款",
    "cancelled": "已取消",
}
VALUE_GROUPS = {"repeat": "回头客（第一年下过 2 笔以上）", "single": "一次客（第一年只下过 1 笔）"}

CUSTOMER = "客户"
ORDER_ID = "订单号"
ORDERED_AT = "下单时间（UTC）"
STATUS = "订单状态"
ORDERS = "订单数（笔）"
AMOUNT = "订单金额（元）"
REFUND = "其中已退（元）"
TOTAL = "合计"
CUSTOMERS = "人数"
SHARE = "占全店销售额（%）"
GROUP = "客户群"
RECENCY_MEAN = "R：距上次下单（天）"
FREQUENCY_MEAN = "F：有效订单（笔）"
MONETARY_MEAN = "M：24 个月合计（元）"
WHO = "谁"
STAGE = "阶段"
FROM_STAGE = "这个月在"
TO_STAGE = "下个月到"
SHOP_MEAN = "全店均值"
MONEY = frozenset({AMOUNT, REFUND, MONETARY_MEAN})
MARGIN = "m：每人每年毛利（元）"
RETENTION = "r：年留存率"

NO_CASE_HINT = "请用 my_shop() 取自己的店：一份正常的店有 400 位客户。"


def no_case(label: str) -> str:
    """Say that the shop is too small for the exercise."""
    return f"这家店里找不到适合当“客户{label}”的人。"


def no_group(name: str) -> str:
    """Say that one of VALUE_GROUPS has no customer."""
    return f"这家店里没有{VALUE_GROUPS[name]}，分不成两组。"


NO_LEVERS = (
    "还没有贴上预算。\n提示：在探索器里调好四项预算，复制那一行，整行替换答案格里写着“改这里”的那一行。"
)


def bad_levers(reason: str) -> str:
    """Say that the pasted line is not what the explorer gives."""
    return f"这组预算不能用：{reason}\n提示：回到探索器重新复制一行，整行替换。"


def budget_result(*, total: int, cap: int, gain: float, asked: int, months: int) -> str:
    """Say what four budgets cost and bring, amounts in yuan."""
    fits = "没有超" if total <= cap else "超了"
    enough = "达到" if gain >= asked else "还没达到"
    return (
        f"每月一共花 {total} 元，上限 {cap} 元：{fits}。\n"
        f"{months} 个月末的客户资产比不追加预算多 {gain / 10_000:.1f} 万元，"
        f"目标 {asked / 10_000:.0f} 万元：{enough}。"
    )


def vip_request(*, people: tuple[int, int], days: int, share: float) -> str:
    """Say what the boss asks of a VIP list."""
    return (
        f"老板的条件：名单 {people[0]}–{people[1]} 人；每个人在最近 {days} 天内下过单；"
        f"合计至少带来全店 {share:.0%} 的净销售额（24 个月合计）。"
    )


def budget_request(*, cap: int, gain: int, months: int) -> str:
    """Say what the boss asks of four budgets, amounts in yuan."""
    return (
        f"老板的条件：四项合计每月不超过 {cap} 元；{months} 个月末的客户资产"
        f"比不追加预算至少多 {gain // 10_000} 万元。"
    )


def coupon_offer(*, cost: int, lift: float) -> str:
    """Say what a coupon costs (yuan) and adds to retention."""
    return f"一张券的成本：每人 {cost} 元。发券后 r 提高 {lift:.2f}。"
