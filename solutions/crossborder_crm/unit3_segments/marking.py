"""Marking of the unit 3 exercise: RFM, classes, plans, lifecycle and value on the student's own shop.

Every truth is computed from ``context.shop``; nothing here is a planted parameter. ``FORMS`` repeats the
blanks of the answer cells, so that :func:`fill` can write the cell a student would have written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecrm_helpers import cases
from ecrm_helpers.errors import EcrmError
from ecrm_helpers.lifecycle import Levers
from ecrm_helpers.marking import Task, Verdict, WrongAnswer, close
from ecrm_helpers.messages import cases as words
from ecrm_helpers.rfm import RFMSettings, classes_of, customer_table
from ecrm_helpers.value import clv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from ecrm_helpers.datasets import Shop
    from ecrm_helpers.marking import Context

__all__ = ["FORMS", "SAMPLE", "TASKS", "WRONG", "fill", "recorded"]

FEN = 100
EXAMPLE_DAYS = 10
HAND = ("甲", "乙", "丙")
LETTERS = dict(zip("ABCDEFGH", ("HHH", "HLH", "LHH", "LLH", "HHL", "HLL", "LHL", "LLL"), strict=True))
PLANS = {"HHH": "A", "LHH": "B", "HLL": "C", "LLL": "D"}
REFUSED = {"E", "F", "G"}
LAW = "B"
GROUPS = ("第1群", "第2群", "第3群", "第4群")
EXPLORER_KEYS = {"split", "recency_days", "frequency", "monetary", "measure", "window_days", "as_of"}
MOST_TOLD = 3


# --- The blanks, and how to fill them -----------------------------------------------------------------

FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "t1_shop_facts": (
        "t1",
        {
            "有效订单数": "单位：笔，整数",
            "净销售额": "单位：元，保留两位小数",
            "客单价": "单位：元，保留两位小数",
            "R示例": "单位：天，整数",
        },
    ),
    "t2_rfm_by_hand": (
        "t2",
        {
            f"{label}_{axis}": f"客户{label}的 {axis}，单位：{unit}"
            for label in HAND
            for axis, unit in (("R", "天"), ("F", "笔"), ("M", "元"))
        },
    ),
    "t4_name_the_class": ("t4", dict.fromkeys("甲乙丙丁戊己", "填 A–H 中的一个字母")),
    "t5_choose_the_plan": (
        "t5",
        {
            **dict.fromkeys(GROUPS, "填一个方案字母"),
            "必须拒绝": "填所有要拒绝的方案字母，连着写",
            "法律依据": "填一个条文字母",
        },
    ),
    "t6_budget": (
        "t6",
        {"沉默占比": "单位：%，保留一位小数", "留存变挽回": "单位：%，保留一位小数"},
    ),
    "t7_customer_value": (
        "t7",
        {
            "A组CLV": "单位：元，四舍五入到整数",
            "B组CLV": "单位：元，四舍五入到整数",
            "A组发券后CLV": "单位：元，四舍五入到整数",
            "B组发券后CLV": "单位：元，四舍五入到整数",
            "给谁发券": "填选项编号 1–4",
        },
    ),
}
LETTER_TASKS = {"t4_name_the_class", "t5_choose_the_plan"}
PASTED = {"t3_vip_list": "settings", "t6_budget": "levers"}


def fill(task_id: str, value: Any) -> str:
    """Write the answer cell of `task_id` as a student would who replaces the blanks by `value`.

    Parameters
    ----------
    task_id : str
    value : plain data
        As the judge reads it; keys that are missing keep their blank, ``None`` keeps all.
    """
    given = value if isinstance(value, dict) else {}
    form, keys = [], []
    if task_id in FORMS:
        name, blanks = FORMS[task_id]
        letters = task_id in LETTER_TASKS
        keys = list(blanks)
        lines = (
            f'    "{key}": {_literal(given.get(key), letters=letters)},  # 改这里（{hint}）'
            for key, hint in blanks.items()
        )
        form = [f"{name} = {{", *lines, "}"]
    if task_id in PASTED:
        pasted = {key: item for key, item in given.items() if key not in keys}
        form.append(f"{PASTED[task_id]} = {pasted!r}  # 改这里（用复制来的那一行，整行替换这一行）")
    return "\n".join(form)


def _literal(item: Any, *, letters: bool) -> str:
    if not letters:
        return repr(item)
    return f'"{"".join(item or ())}"'


def recorded(task_id: str, space: Mapping[str, Any]) -> Any:
    """Return what the grade cell hands in, from the variables of a filled answer cell."""
    names = [FORMS[task_id][0]] if task_id in FORMS else []
    names += [PASTED[task_id]] if task_id in PASTED else []
    return {key: item for name in names for key, item in space[name].items()}


# --- Telling what went right --------------------------------------------------------------------------


def _entries(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _told(right: int, total: int, slips: list[str]) -> str:
    if right == total:
        return f"{total} 项全对，口径也都用对了。"
    shown = "；".join(dict.fromkeys(slips[:MOST_TOLD]))
    more = "；其余的照同样的办法再查一遍" if len(slips) > MOST_TOLD else ""
    return f"{total} 项对了 {right} 项。{shown}{more}。"


def _letters(item: Any) -> set[str]:
    """Return the letters of a recorded choice: a list of letters, or one text. A word is no letter."""
    parts = item if isinstance(item, list) else [item]
    text = " ".join(part.upper() for part in parts if isinstance(part, str))
    runs = "".join(mark if "A" <= mark <= "Z" else " " for mark in text).split()
    return {letter for run in runs if set(run) <= set(LETTERS) for letter in run}


# --- 1: what the shop's table says --------------------------------------------------------------------


def _facts(shop: Shop) -> dict[str, float]:
    orders, amount, refund = _counted(shop)
    revenue = (amount - refund) / FEN
    return {
        "有效订单数": orders,
        "净销售额": round(revenue, 2),
        "客单价": round(revenue / orders, 2),
        "R示例": EXAMPLE_DAYS,
    }


def _counted(shop: Shop) -> tuple[int, int, int]:
    """Return how many orders count, their amounts and their refunds in fen."""
    totals = cases.status_totals(shop)
    orders, amounts, refunds = zip(*(totals[status] for status in cases.COUNTED), strict=True)
    return sum(orders), sum(amounts), sum(refunds)


def judge_facts(value: Any, context: Context) -> Verdict:
    given, truth = _entries(value), _facts(context.shop)
    gross = _counted(context.shop)[1] / FEN
    slips = []
    if not close(given.get("有效订单数"), truth["有效订单数"]):
        everything = close(given.get("有效订单数"), len(context.shop.orders))
        slips.append(
            "有效订单数：把已取消和全额退款的也数进去了，它们没有成交"
            if everything
            else "有效订单数：把“已完成”和“部分退款”两行的笔数相加"
        )
    if not close(given.get("净销售额"), truth["净销售额"], 1):
        slips.append(
            "净销售额：忘了减去部分退款里退掉的钱"
            if close(given.get("净销售额"), gross, 1)
            else "净销售额：两行有效订单的金额相加，再减去其中已退的钱，单位是元"
        )
    if not _average_right(given, truth):
        slips.append("客单价：用你自己的净销售额除以有效订单数")
    if not close(given.get("R示例"), truth["R示例"]):
        slips.append("R 示例：统计日减去最后一单那天，两头不要多数或少数一天")
    right = len(truth) - len(slips)
    return Verdict(points=right, message=_told(right, len(truth), slips))


def _average_right(given: Mapping[str, Any], truth: Mapping[str, float]) -> bool:
    """Accept the student's own numbers rightly divided: one slip costs one mark."""
    if close(given.get("客单价"), truth["客单价"], 0.5):
        return True
    orders, revenue = given.get("有效订单数"), given.get("净销售额")
    if not close(orders, truth["有效订单数"], 0.5, relative=True):
        return False
    return close(revenue, truth["净销售额"], 0.5, relative=True) and close(
        given.get("客单价"), revenue / orders, 0.5
    )


# --- 2: R, F and M by hand ----------------------------------------------------------------------------

_RFM = ("recency_days", "frequency", "monetary")
R_SLIPS = {
    "all": "把没有成交的订单当成了最后一次购买",
    "utc": "少加了 8 小时，UTC 16:00 以后在北京已是第二天",
    "day": "统计日是 7 月 1 日，不是 6 月 30 日",
}
M_SLIPS = {
    "gross": "没有减去已退的钱",
    "all": "把没有成交的订单金额也加进来了",
    "fen": "单位是元，不是分",
    "mean": "这里的 M 是 24 个月合计，不是每单平均",
}


def _by_hand(shop: Shop) -> dict[str, dict[str, float]]:
    """Return, for each blank of task 2, the right value and the values of typical slips."""
    # A dozen orders in all, counted as the student counts them: by hand.
    orders, own = cases.hand_rows(shop), cases.measured(shop)
    found: dict[str, dict[str, float]] = {}
    for label, customer in cases.hand_customers(shop).items():
        every = [order for order in orders if order.label == label]
        counted = [order for order in every if order.status in cases.COUNTED]
        days, count, fen = (own.of(customer)[name] for name in _RFM)
        found[f"{label}_R"] = {
            "right": days,
            "all": _silent(shop, every, shop.timezone),
            "utc": _silent(shop, counted, "UTC"),
            "day": days - 1,
        }
        found[f"{label}_F"] = {"right": count, "all": len(every)}
        found[f"{label}_M"] = {
            "right": fen / FEN,
            "gross": sum(order.amount for order in counted) / FEN,
            "all": sum(order.amount - order.refund for order in every) / FEN,
            "fen": fen,
            "mean": fen / FEN / count,
        }
    return found


def _silent(shop: Shop, orders: list[cases.HandOrder], timezone: str) -> int:
    """Return the days from the last of the orders to the as-of day."""
    last = max(order.at for order in orders).tz_convert(timezone)
    return (shop.as_of.date() - last.date()).days


def judge_by_hand(value: Any, context: Context) -> Verdict:
    given, slips = _entries(value), []
    found = _by_hand(context.shop)
    for key, truth in found.items():
        if not close(given.get(key), truth["right"], _tolerance(key)):
            slips.append(f"{key[0]}的 {key[2]}：{_hand_slip(key, given.get(key), truth)}")
    right = len(found) - len(slips)
    return Verdict(points=right, message=_told(right, len(found), slips))


def _tolerance(key: str) -> float:
    return 0.5 if key.endswith("M") else 0


def _hand_slip(key: str, given: Any, truth: Mapping[str, float]) -> str:
    if given is None:
        return "还空着"
    said = {"R": R_SLIPS, "F": {"all": "只数有效订单，已取消和全额退款的不算"}, "M": M_SLIPS}[key[-1]]
    for slip, said_so in said.items():
        if close(given, truth[slip], _tolerance(key)):
            return said_so
    return "回到订单表，先划掉没有成交的订单，再重新数一遍"


# --- 3: a VIP list with the explorer ------------------------------------------------------------------


def judge_vip(value: Any, context: Context) -> Verdict:
    asked = _asked(value, context.shop)
    if isinstance(asked, str):
        return Verdict(points=0, message=asked)
    table, settings = asked
    best = classes_of(table, settings).code == "HHH"
    ids = set(table["customer_id"].to_numpy(dtype=object)[best])
    own = cases.measured(context.shop)
    vip = np.array([customer in ids for customer in own.ids])
    return _vip_verdict(vip, own, cases.vip_target(context.shop))


def _asked(value: Any, shop: Shop) -> tuple[pd.DataFrame, RFMSettings] | str:
    """Return the customers as the pasted settings measure them, or what is wrong with the settings."""
    given = _entries(value)
    if not given:
        return "还没有收到设置。在探索器里调好界线，点“复制”，把那一行整行贴到改这里。"
    if not set(given) <= EXPLORER_KEYS:
        return "设置里有探索器不会给出的项目。请回到探索器重新复制一行，整行替换。"
    try:
        settings = RFMSettings(**given)
        if settings.day != shop.as_of.date():
            return "统计日要用 2026-07-01：把探索器里的统计日拖回最右边，再复制一次。"
        table = customer_table(shop.orders, settings)
    except (EcrmError, TypeError, ValueError, OverflowError):
        return "这组设置不能用，可能复制时少了一段。请回到探索器重新复制一行，整行替换。"
    return table, settings


def _vip_verdict(vip: NDArray[np.bool_], own: cases.Measured, target: cases.VipTarget) -> Verdict:
    people, (least, most) = int(vip.sum()), target.people
    share = float(own.rfm["monetary"][vip].sum() / own.rfm["monetary"].sum())
    silent = int(own.rfm["recency_days"][vip].max()) if people else 0
    recent = people > 0 and silent <= target.recency_days
    fits = least <= people <= most
    near = least / 2 <= people <= most * 1.5
    rich = 2 if share >= target.revenue_share else 1 if share >= 0.8 * target.revenue_share else 0
    points = 1 + int(recent) + (2 if fits else int(near)) + (rich if near else 0)
    told = [
        f"名单有 {people} 人" + ("，人数合要求" if fits else f"，要求 {least}–{most} 人"),
        "都在期限内买过"
        if recent
        else f"有人已经 {silent} 天没来，把 R 的界线往近处收"
        if people
        else "放宽一点界线，名单才有人",
    ]
    if near:
        enough = rich == 2  # noqa: PLR2004 - both marks
        told.append(
            f"带来全店 {share:.1%} 的销售额"
            + ("，达标" if enough else "，还不够：在不超人数的前提下先留花钱多的")
        )
    else:
        told.append("人数先调对，再看销售额")
    return Verdict(points=points, message="；".join(told) + "。")


# --- 4: names of the classes --------------------------------------------------------------------------

AXES = (
    "R 看反了：天数比均值少才是 R 高（近）",
    "F 看错了：笔数不少于均值是 F 高",
    "M 看错了：合计金额不少于均值是 M 高",
)


def judge_names(value: Any, context: Context) -> Verdict:
    given, slips = _entries(value), []
    truth = cases.class_customers(context.shop)["code"].to_dict()
    for label, code in truth.items():
        letters = _letters(given.get(label))
        if {LETTERS[letter] for letter in letters} == {code}:
            continue
        slips.append(f"{label}：{_class_slip(letters, code)}")
    right = len(truth) - len(slips)
    return Verdict(points=right, message=_told(right, len(truth), slips))


def _class_slip(letters: set[str], code: str) -> str:
    if len(letters) != 1:
        return "要填一个字母"
    mine = LETTERS[letters.pop()]
    return "、".join(slip for slip, a, b in zip(AXES, mine, code, strict=True) if a != b)


# --- 5: plans, and what to refuse ---------------------------------------------------------------------


def judge_plans(value: Any, context: Context) -> Verdict:
    given, slips, points = _entries(value), [], 0.0
    for name, code in zip(GROUPS, cases.groups_in_order(context.shop), strict=True):
        letters = _letters(given.get(name))
        if letters == {PLANS[code]}:
            points += 1
        else:
            slips.append(f"{name}：{_plan_slip(letters, code)}")
    refused = _letters(given.get("必须拒绝"))
    if refused == REFUSED:
        points += 1
    elif refused and refused < REFUSED and len(refused) == len(REFUSED) - 1:
        points += 0.5
        slips.append("必须拒绝：还漏了一条，想想买家看不看得到真相、平台管不管得到")
    else:
        slips.append("必须拒绝：凡是买评价、引到平台外、按人偷偷加价的都要拒绝，正当的方案不要误伤")
    if _letters(given.get("法律依据")) == {LAW}:
        points += 1
    else:
        slips.append("法律依据：要找管“用个人信息自动决定价格”的那一条")
    if not slips:
        return Verdict(points=points, message="四群都配对了方案，该拒绝的也拒绝了。")
    return Verdict(
        points=points, message=f"得 {points:g} 分（满分 6）。" + "；".join(slips[:MOST_TOLD]) + "。"
    )


PLAN_HINTS = {
    "HHH": "这群人近、勤、花得多，要的是尊重和专属，不是打折",
    "LHH": "这群人曾经勤、花得多，只是很久没来，要具名地请回来",
    "HLL": "这群人刚来不久、只买了一两次，要帮他们有第二单",
    "LLL": "这群人来得少、花得少、又久没来，不值得再单独花钱",
}


def _plan_slip(letters: set[str], code: str) -> str:
    if not letters:
        return "还空着"
    if letters & REFUSED:
        return "选了一条违规的方案，再能赚钱也不能做"
    return f"先和全店均值比 R、F、M：{PLAN_HINTS[code]}"


# --- 6: the lifecycle and its budgets -----------------------------------------------------------------


def _reading(shop: Shop) -> dict[str, float]:
    stages = cases.stage_table(shop)[words.CUSTOMERS]
    moves = cases.transition_table(shop)
    return {
        "沉默占比": round(100 * float(stages["挽回"] + stages["流失"]) / float(stages[words.TOTAL]), 1),
        "留存变挽回": float(moves.loc["留存", "挽回"]),
    }


def judge_budget(value: Any, context: Context) -> Verdict:
    given, told = _entries(value), []
    reading = _reading(context.shop)
    points = 0.0
    for key, truth in reading.items():
        if close(given.get(key), truth, 0.11):
            points += 1
        else:
            told.append(f"{key}：{_reading_slip(key, given.get(key), context.shop)}")
    levers = _levers(given)
    if levers is None or levers.total == 0:
        told.append("预算：还没有收到能用的四项预算，回到探索器调好后复制一行，整行替换")
        return Verdict(points=points, message="；".join(told) + "。")
    earned, words_of_plan = _plan_marks(levers, context.shop)
    told.append(words_of_plan)
    return Verdict(points=points + earned, message="；".join(told) + "。")


def _levers(given: Mapping[str, Any]) -> Levers | None:
    chosen = {name: given[name] for name in cases.LEVER_NAMES if name in given}
    if not chosen or not all(close(amount, 0, 1e12) and amount == int(amount) for amount in chosen.values()):
        return None
    try:
        return Levers(**{name: int(amount) for name, amount in chosen.items()})
    except EcrmError:
        return None


def _plan_marks(levers: Levers, shop: Shop) -> tuple[int, str]:
    target = cases.budget_target(shop)
    if levers.total > target.cap:
        return 0, f"预算：一个月花了 {levers.total} 元，超过上限 {target.cap} 元，老板不会批；先把总数压下来"
    reached = cases.budget_gain(shop, levers, months=target.months) / target.gain
    if reached >= 1:
        return 4, "预算：没有超上限，目标达到了，把钱放在了会回头的人身上"
    hint = "看看转移表里每个月有多少人从留存、忠诚滑向挽回，每一项的头几千元最管用"
    if reached >= 0.8:  # noqa: PLR2004 - near the target
        return 3, f"预算：没有超上限，离目标只差一点；{hint}"
    if reached >= 0.5:  # noqa: PLR2004 - half way
        return 2, f"预算：没有超上限，只走到目标的一半多；不要把钱压在一项上，{hint}"
    return 1, f"预算：没有超上限，但效果离目标还远；{hint}"


def _reading_slip(key: str, given: Any, shop: Shop) -> str:
    if given is None:
        return "还空着"
    moves = cases.transition_table(shop)
    stages = cases.stage_table(shop)[words.CUSTOMERS]
    if key == "留存变挽回" and close(given, float(moves.loc["挽回", "留存"]), 0.06):
        return "看反了方向：行是这个月在哪，列是下个月到哪"
    if key == "沉默占比" and close(given, 100 * float(stages["挽回"]) / float(stages[words.TOTAL]), 0.11):
        return "只算了挽回，流失的人也早就不说话了"
    if key == "沉默占比" and close(given, _reading(shop)[key] / 100, 0.002):
        return "单位是 %，例如 25.0，不是 0.25"
    return "沉默的是“挽回”和“流失”两行，除以合计" if key == "沉默占比" else "找“留存”那一行、“挽回”那一列"


# --- 7: customer lifetime value -----------------------------------------------------------------------


def _groups(shop: Shop) -> list[tuple[str, int, float]]:
    """Return name, margin and retention of the two groups."""
    groups = cases.value_groups(shop)
    columns = (groups[name].tolist() for name in ("margin", "retention"))
    return list(zip(groups.index, *columns, strict=True))


def _values(shop: Shop) -> dict[str, float]:
    offer = cases.coupon(shop)
    found: dict[str, float] = {}
    gains = {}
    for name, margin, retention in _groups(shop):
        before = cases.group_clv(margin, retention)
        after = cases.group_clv(margin, retention + offer.lift)
        found[f"{name}组CLV"], found[f"{name}组发券后CLV"] = before, after
        gains[name] = after - before - offer.cost
    worth = {name for name, gain in gains.items() if gain > 0}
    found["给谁发券"] = _option(worth)
    return found


def _option(worth: set[str]) -> int:
    return {frozenset("A"): 1, frozenset("B"): 2, frozenset("AB"): 3}.get(frozenset(worth), 4)


def judge_value(value: Any, context: Context) -> Verdict:
    given, truth, slips = _entries(value), _values(context.shop), []
    offer = cases.coupon(context.shop)
    for name, margin, retention in _groups(context.shop):
        for key, lift in ((f"{name}组CLV", 0.0), (f"{name}组发券后CLV", offer.lift)):
            if not close(given.get(key), truth[key], 1):
                slips.append(f"{key}：{_value_slip(given.get(key), margin, retention + lift)}")
    points = 4.0 - len(slips)
    if close(given.get("给谁发券"), truth["给谁发券"]):
        points += 1
    elif close(given.get("给谁发券"), _own_choice(given, offer.cost)):
        points += 0.5
        slips.append("给谁发券：照你自己的数选得没错，只是前面的数要改")
    else:
        slips.append("给谁发券：用“发券后 CLV − 原来的 CLV”和一张券的成本比，多出来的大于成本才值得")
    right = len(truth) - len(slips)
    return Verdict(points=points, message=_told(right, len(truth), slips))


def _own_choice(given: Mapping[str, Any], cost: float) -> int:
    """Return the option that follows from the student's own four numbers, 0 when they make no sense."""
    worth = set()
    for name in "AB":
        before, after = given.get(f"{name}组CLV"), given.get(f"{name}组发券后CLV")
        if not close(before, 0, 1e9) or not close(after, 0, 1e9) or not 0 < before < after:
            return 0
        if after - before > cost:
            worth.add(name)
    return _option(worth)


def _value_slip(given: Any, margin: float, retention: float) -> str:
    if given is None:
        return "还空着"
    discount = cases.DISCOUNT
    slips = {
        "把今年已经到手的那一笔也算进来了，公式的分子要乘 r": clv(
            margin, retention=retention, discount=discount, first_period="immediate"
        ),
        "忘了贴现，分母是 1 + d − r": margin * retention / (1 - retention),
        "只算了一年，老客户会一年一年地来": margin * retention,
    }
    for slip, amount in slips.items():
        if close(given, amount, 1):
            return slip
    return "照公式 m × r ÷ (1 + d − r) 再算一遍，百分数先换成小数"


# --- The tasks ----------------------------------------------------------------------------------------

TASKS = [
    Task(id="t1_shop_facts", points=4, judge=judge_facts),
    Task(id="t2_rfm_by_hand", points=9, judge=judge_by_hand),
    Task(id="t3_vip_list", points=6, judge=judge_vip),
    Task(id="t4_name_the_class", points=6, judge=judge_names),
    Task(id="t5_choose_the_plan", points=6, judge=judge_plans),
    Task(id="t6_budget", points=6, judge=judge_budget),
    Task(id="t7_customer_value", points=5, judge=judge_value),
]


def _sample_names(shop: Shop) -> dict[str, str]:
    letter = {code: name for name, code in LETTERS.items()}
    codes = cases.class_customers(shop)["code"].astype(str)
    return {label: letter[code] for label, code in codes.items()}


def _sample_plans(shop: Shop) -> dict[str, list[str]]:
    plans = [[PLANS[code]] for code in cases.groups_in_order(shop)]
    return {**dict(zip(GROUPS, plans, strict=True)), "必须拒绝": sorted(REFUSED), "法律依据": [LAW]}


def _sample_budget(shop: Shop) -> dict[str, float]:
    best = max(cases.budget_plans(), key=lambda plan: cases.budget_gain(shop, plan))
    return {**_reading(shop), **{name: getattr(best, name) for name in cases.LEVER_NAMES}}


def _best_settings(shop: Shop) -> dict[str, Any]:
    """Return cuts that keep the biggest spenders among the recent regulars, as the explorer writes them."""
    target = cases.vip_target(shop)
    table = cases.rfm_of(shop)
    near = table[(table["recency_days"] <= target.recency_days) & (table["frequency"] >= 2)]  # noqa: PLR2004
    cut = int(near["monetary"].nlargest(target.people[1]).min())
    return {
        "split": "thresholds",
        "recency_days": target.recency_days,
        "frequency": 2,
        "monetary": -(-cut // FEN) * FEN,
        "as_of": shop.as_of.date().isoformat(),
    }


SAMPLES: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "t1_shop_facts": _facts,
    "t2_rfm_by_hand": lambda shop: {key: truth["right"] for key, truth in _by_hand(shop).items()},
    "t3_vip_list": _best_settings,
    "t4_name_the_class": _sample_names,
    "t5_choose_the_plan": _sample_plans,
    "t6_budget": _sample_budget,
    "t7_customer_value": lambda shop: {key: round(amount) for key, amount in _values(shop).items()},
}


def SAMPLE(context: Context) -> dict[str, Any]:  # noqa: N802 - the name a marking file is read by
    """Return right answers for a student's shop."""
    return {name: sample(context.shop) for name, sample in SAMPLES.items()}


# --- Wrong answers and what they must earn ------------------------------------------------------------


def _changed(task_id: str, change: Callable[[dict[str, Any], Context], dict[str, Any]]) -> Any:
    """Return a maker of the right answer with some entries replaced."""

    def value(context: Context) -> dict[str, Any]:
        right = SAMPLES[task_id](context.shop)
        return {**right, **change(right, context)}

    return value


def _slipped(kind: str) -> Callable[[dict[str, Any], Context], dict[str, Any]]:
    """Return task 2 with one kind of slip wherever it changes a value."""

    def change(_: dict[str, Any], context: Context) -> dict[str, Any]:
        found = _by_hand(context.shop)
        return {key: truth[kind] for key, truth in found.items() if kind in truth}

    return change


def _all_orders(_: dict[str, Any], context: Context) -> dict[str, Any]:
    orders = context.shop.orders
    revenue = round(float(orders["amount_cny"].sum() - orders["refund_cny"].sum()) / FEN, 2)
    return {"有效订单数": len(orders), "净销售额": revenue, "客单价": round(revenue / len(orders), 2)}


def _gross(right: dict[str, Any], context: Context) -> dict[str, Any]:
    gross = _counted(context.shop)[1] / FEN
    return {"净销售额": gross, "客单价": gross / right["有效订单数"]}


def _flipped(letter: str, axis: int) -> str:
    code = LETTERS[letter]
    other = code[:axis] + ("L" if code[axis] == "H" else "H") + code[axis + 1 :]
    return next(name for name, listed in LETTERS.items() if listed == other)


def _first_three_flipped(right: dict[str, Any], _: Context) -> dict[str, Any]:
    return {label: _flipped(right[label], 0) for label in list(right)[:3]}


def _with_immediate(right: dict[str, Any], context: Context) -> dict[str, Any]:
    return {
        key: right[key] + margin
        for name, margin, _ in _groups(context.shop)
        for key in (f"{name}组CLV", f"{name}组发券后CLV")
    }


WRONG = [
    WrongAnswer(
        task="t1_shop_facts",
        value=_changed("t1_shop_facts", _all_orders),
        points=2,
        why="counted cancelled and refunded orders, but divided rightly",
    ),
    WrongAnswer(
        task="t1_shop_facts",
        value=_changed("t1_shop_facts", _gross),
        points=3,
        why="did not take refunds off",
    ),
    WrongAnswer(
        task="t1_shop_facts",
        value=_changed("t1_shop_facts", lambda _, __: {"R示例": 9}),
        points=3,
        why="counted to 30 June",
    ),
    WrongAnswer(
        task="t2_rfm_by_hand",
        value=_changed("t2_rfm_by_hand", lambda _, __: {f"{label}_R": 0 for label in HAND}),
        points=6,
        why="no day counted",
    ),
    WrongAnswer(
        task="t2_rfm_by_hand",
        value=_changed("t2_rfm_by_hand", lambda right, _: {"丙_R": right["丙_R"] + 1}),
        points=8,
        why="read the date in UTC",
    ),
    WrongAnswer(
        task="t2_rfm_by_hand",
        value=_changed("t2_rfm_by_hand", _slipped("fen")),
        points=6,
        why="gave fen for yuan",
    ),
    WrongAnswer(
        task="t3_vip_list",
        value={
            "split": "thresholds",
            "recency_days": 730,
            "frequency": 1,
            "monetary": 0,
            "as_of": "2026-07-01",
        },
        points=1,
        why="everybody is a VIP",
    ),
    WrongAnswer(
        task="t3_vip_list",
        value=_changed("t3_vip_list", lambda _, __: {"as_of": "2026-01-01"}),
        points=0,
        why="moved the as-of date",
    ),
    WrongAnswer(
        task="t3_vip_list",
        value={
            "split": "thresholds",
            "recency_days": 1,
            "frequency": 99,
            "monetary": 0,
            "as_of": "2026-07-01",
        },
        points=1,
        why="nobody is a VIP",
    ),
    WrongAnswer(
        task="t4_name_the_class",
        value=_changed("t4_name_the_class", _first_three_flipped),
        points=3,
        why="took many days for R high",
    ),
    WrongAnswer(
        task="t4_name_the_class",
        value=_changed("t4_name_the_class", lambda right, _: {"己": "", "戊": _flipped(right["戊"], 2)}),
        points=4,
        why="one blank, one M misread",
    ),
    WrongAnswer(
        task="t4_name_the_class",
        value=dict.fromkeys("甲乙丙丁戊己", "nan"),
        points=0,
        why="a word that has an A in it",
    ),
    WrongAnswer(
        task="t5_choose_the_plan",
        value=_changed("t5_choose_the_plan", lambda _, __: {"必须拒绝": ["E", "F"]}),
        points=5.5,
        why="let the hidden surcharge pass",
    ),
    WrongAnswer(
        task="t5_choose_the_plan",
        value=_changed("t5_choose_the_plan", lambda _, __: {**dict.fromkeys(GROUPS, "E"), "必须拒绝": ["F"]}),
        points=1,
        why="paid for good reviews",
    ),
    WrongAnswer(
        task="t6_budget",
        value=_changed("t6_budget", lambda _, __: {"winback_budget": 50_000}),
        points=2,
        why="over the cap",
    ),
    WrongAnswer(
        task="t6_budget",
        value=_changed("t6_budget", lambda _, __: {"沉默占比": 1, "留存变挽回": 100}),
        points=4,
        why="read neither table",
    ),
    WrongAnswer(
        task="t6_budget",
        value=_changed("t6_budget", lambda _, __: dict.fromkeys(cases.LEVER_NAMES, 1)),
        points=3,
        why="spent next to nothing",
    ),
    WrongAnswer(
        task="t7_customer_value",
        value=_changed("t7_customer_value", _with_immediate),
        points=1,
        why="counted this year's margin too",
    ),
    WrongAnswer(
        task="t7_customer_value",
        value=_changed("t7_customer_value", lambda _, __: {"给谁发券": 4}),
        points=4,
        why="spared the coupon although it pays",
    ),
    WrongAnswer(
        task="t7_customer_value",
        value={"A组CLV": 0, "B组CLV": 0, "A组发券后CLV": 0, "B组发券后CLV": 0, "给谁发券": 4},
        points=0,
        why="reckoned nothing, so that no coupon seems to follow from it",
    ),
]
