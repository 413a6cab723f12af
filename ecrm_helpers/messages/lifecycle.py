"""The lifecycle stages as students read them, and what they read when an option cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LEVERS",
    "NAMES",
    "bad_amounts",
    "bad_budget",
    "bad_count",
    "bad_dates",
    "bad_days",
    "bad_discount",
    "bad_matrix",
    "bad_number",
    "bad_people",
    "bad_response",
    "days_order",
    "never_lost",
    "no_month_before",
    "not_a_history",
    "shares_too_large",
    "unknown_stage",
]

# stage → (vocational four stages, English, relationship stages, chain of relationship work, aim, strategy)
NAMES: dict[str, tuple[str, str, str, str, str, str]] = {
    "acquisition": (
        "获取",
        "acquisition",
        "考察期",
        "选择、建立",
        "让合适的新客户放心下第一单，并愿意再来",
        "把第一次服务做对：如实描述、准时送达、收货关怀；用第二单小礼引出下一次。",
    ),
    "retention": (
        "留存",
        "retention",
        "形成期",
        "提升",
        "让买过两次的客户养成习惯",
        "按买过的商品推荐配套，建立会员权益，答复快、售后省心。",
    ),
    "loyalty": (
        "忠诚",
        "loyalty",
        "稳定期",
        "维护",
        "守住常客，让他们愿意推荐",
        "专人服务、新品先看、听取意见；用尊重和便利，不靠一味打折。",
    ),
    "winback": (
        "挽回",
        "win-back",
        "退化期",
        "挽救",
        "弄清安静下来的原因，趁还来得及请回来",
        "先查最近一次服务，补救在前、优惠在后；联系一两次，不纠缠。",
    ),
    "lost": (
        "流失",
        "lost",
        "退化期之后（关系终止）",
        "（退出）",
        "少花钱，从流失原因里学到东西",
        "停止人工联系，只留在大促名单；抽样回访流失原因，改进前面的环节。",
    ),
}

LEVERS: dict[str, str] = {
    "acquisition_budget": "获取预算",
    "retention_budget": "留存预算",
    "loyalty_budget": "忠诚预算",
    "winback_budget": "挽回预算",
}


def bad_days(name: str, value: object) -> str:
    """Say that a window must be a whole number of days."""
    return f"{name} 应是正整数（天，最多一百年），收到的是 {value!r}。\n提示：例如 active_days=150。"


def days_order(active: int, lost: int) -> str:
    """Say that a customer cannot be lost before the active window ends."""
    return (
        f"lost_days（{lost} 天）应大于 active_days（{active} 天）。\n"
        "提示：先超过活跃期成为“挽回”，再过更久才算“流失”。"
    )


def bad_count(name: str, value: object, least: int) -> str:
    """Say that a count must be a whole number."""
    return f"{name} 应是不小于 {least} 的整数，收到的是 {value!r}。\n提示：只写数字，不加引号和逗号。"


def bad_dates(count: int) -> str:
    """Say that a history needs two dates."""
    return (
        f"至少要两个不同的日期才看得出变化，收到 {count} 个。\n"
        "提示：用 month_starts(as_of, months=12) 得到每月的日期。"
    )


def not_a_history(missing: Iterable[str]) -> str:
    """Say what the stage history lacks."""
    return (
        f"阶段记录缺少这些列：{'、'.join(missing)}。\n提示：先用 stage_history(orders, as_ofs=...) 得到它。"
    )


def no_month_before(day: object) -> str:
    """Say that no customer existed at the first date."""
    return f"在 {day} 之前还没有客户，估计不出转移概率。\n提示：把 months 改小一些。"


def bad_budget(name: str, value: object, most: int) -> str:
    """Say that a budget is a whole number of yuan."""
    return (
        f"{LEVERS[name]} {name} 应是 0 到 {most} 之间的整数（元/月），收到的是 {value!r}。\n"
        "提示：只写数字，例如 20000，不加引号、逗号和“元”。"
    )


def bad_number(name: str, value: object, *, low: float, high: float | None = None) -> str:
    """Say in which range a number must be."""
    span = f"{low} 到 {high} 之间" if high is not None else f"不小于 {low}"
    return f"{name} 应是{span}的数，收到的是 {value!r}。\n提示：只写数字，不加引号和单位。"


def bad_discount(value: object) -> str:
    """Say that an endless sum needs a positive discount."""
    return (
        f"没有期限时，贴现率应大于 0，收到的是 {value!r}。\n"
        "提示：例如 discount=0.01（每月 1%），或者给出 periods。"
    )


def bad_matrix(reason: str) -> str:
    """Say why a matrix is not a transition matrix."""
    return f"转移矩阵不对：{reason}。\n提示：5 行 5 列，每个数在 0 到 1 之间，每一行加起来等于 1。"


def bad_people(name: str, value: object) -> str:
    """Say that a value per stage is needed."""
    return (
        f"{name} 应是 5 个不小于 0 的数（每个阶段一个），收到的是 {value!r}。\n"
        "提示：顺序是获取、留存、忠诚、挽回、流失。"
    )


def bad_amounts(name: str, value: object) -> str:
    """Say that an amount per stage is needed, which may be negative."""
    return (
        f"{name} 应是 5 个数（每个阶段一个，亏损写负数），收到的是 {value!r}。\n"
        "提示：顺序是获取、留存、忠诚、挽回、流失。"
    )


def bad_response(reason: str) -> str:
    """Say why a response of the market cannot be used."""
    return f"预算效果写得不对：{reason}。\n提示：阶段和预算用英文名，share 在 0 到 1 之间，scale 大于 0。"


def shares_too_large(stage: str, source: str, total: float) -> str:
    """Say that responses move more people than there are."""
    return (
        f"从“{NAMES[stage][0]}”去“{NAMES[source][0]}”的客户被重复移走：份额合计 {total:g}，超过 1。\n"
        "提示：把这几项的 share 改小。"
    )


def never_lost() -> str:
    """Say that some stage never ends."""
    return "有的阶段永远不会走到“流失”，算不出平均停留月数。\n提示：检查矩阵里去“流失”的概率是不是都为 0。"


def unknown_stage(value: object, known: Iterable[str]) -> str:
    """Say that a stage is not one of the five."""
    return f"{value!r} 不是生命周期阶段。\n提示：五个阶段是：{'、'.join(known)}。"
