"""What reading a shop's own orders is answered with: the data report, and every cell that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.system import why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROLE_NAMES = {
    "order_id": "订单编号",
    "customer_id": "客户编号",
    "ordered_at": "下单时间",
    "amount": "订单金额",
    "line_amount": "商品金额",
    "unit_price": "单价",
    "quantity": "数量",
    "product_id": "商品编号",
    "line_id": "子订单编号",
    "status": "订单状态",
    "currency": "币种",
    "refund": "退款金额",
    "cancelled_at": "取消时间",
    "promised_on": "承诺送达日期",
    "delivered_on": "送达日期",
}
HIDDEN = "（个人信息，不显示）"
LONGEST_CELL = 30


# ── 数据报告 ──
def correction_line(what: str, count: int, rows: Sequence[int], files: Sequence[str] = ()) -> str:
    """Write one change with its number and examples, and their files where there are several."""
    if not rows:
        return f"{what}：{count:,} 处"
    more = " 等" if count > len(rows) else ""
    by_file: dict[str, list[str]] = {}
    for row, file in zip(rows, files or [""] * len(rows), strict=True):
        by_file.setdefault(f"{file} " if file else "", []).append(str(row))
    places = "、".join(f"{file}第 {'、'.join(listed)} 行" for file, listed in by_file.items())
    return f"{what}：{count:,} 处（{places}{more}）"


def report_lines(report: Any) -> list[tuple[str, str]]:
    """Write the data report, an ``ecrm_helpers.intake.report.DataReport``."""
    days = f"{report.first_day} 至 {report.last_day}" if report.first_day else "没有日期"
    read = f"{report.rows:,} 行 → {report.orders:,} 笔订单，{report.customers:,} 位客户"
    lines = [
        ("文件", f"{'、'.join(report.files)}（{report.encoding}）"),
        (
            "读到",
            f"{read}，{days}，币种 {report.currency}",
        ),
        ("列", "，".join(f"{ROLE_NAMES.get(role, role)} ← {name}" for role, name in report.columns.items())),
    ]
    if report.personal:
        lines.append(("没有读入的个人信息列", "、".join(report.personal)))
    if report.ignored:
        lines.append(("没有用到的列", "、".join(report.ignored)))
    lines += [("更正", str(one)) for one in report.corrections] or [("更正", "无")]
    return lines


# ── 列名 ──
def header_twice(file: str, names: Sequence[str], role: str) -> str:
    """Say that two columns mean the same."""
    what = ROLE_NAMES.get(role, role)
    both = f"有两列都叫“{names[0]}”" if names[0] == names[1] else f"的“{names[0]}”和“{names[1]}”"
    return (
        f"{file} {both}，分不清哪一列是{what}。\n"
        f'提示：在文件里改名或删去一列，或写明 mapping={{"{role}": "列名"}}。'
    )


def columns_missing(
    file: str, roles: Sequence[str], known: Mapping[str, Sequence[str]], headers: Sequence[str], near: str
) -> str:
    """Say which columns are missing, what they may be called, and which header may be meant by the first."""
    told = {role: ROLE_NAMES.get(role) or [role, *known[role]][:3][-1] for role in roles}  # a table's title
    what = "、".join(told.values())
    names = "；".join(f"{told[role]}可以叫 {'、'.join(known[role][1:5] or known[role])}" for role in roles)
    example = f'mapping={{"{roles[0]}": "{near or "列名"}"}}'
    return (
        f"{file} 缺少{what}列；表头里有：{'、'.join(headers)}。\n"
        f"提示：{names}。列名不同就写明对应，例如 {example}。"
    )


def amount_unit(file: str, header: str, unit: str) -> str:
    """Say that a column's amounts are not in whole units of a currency."""
    own = "；以分计的也可以把列名改成 amount_cny" if unit in {"分", "人民币分", "fen"} else ""
    return (
        f"{file} 的“{header}”列以“{unit}”为单位，这里只读以元（或别的币种的整单位）计的金额。\n"
        f"提示：在文件里换算好，改掉列名里的单位{own}。"
    )


def no_header(file: str) -> str:
    """Say that the first row is data, without showing it: it may be about a person."""
    return (
        f"{file} 里没有列名：应是列名的那一行写着日期、金额、电话或邮箱，像是数据。\n"
        "提示：在第一行补上列名，例如：订单编号、客户编号、下单时间、实付款。"
    )


def unknown_role(role: object, known: Sequence[str]) -> str:
    """Say that a mapping names a column we do not have."""
    return f"mapping 里的 {role!r} 不是可以对应的列。\n提示：可以写：{'、'.join(known)}。"


def header_missing(file: str, role: str, wanted: object, near: str, headers: Sequence[str]) -> str:
    """Say that a mapping names a header the file has not."""
    guess = f"是不是“{near}”？" if near else ""
    return (
        f"mapping 说{ROLE_NAMES.get(role, role)}在“{wanted}”列，{file} 里没有这一列。\n"
        f"提示：{guess}文件里有：{'、'.join(headers)}。"
    )


def header_for_two(name: str) -> str:
    """Say that one header was mapped twice."""
    return f"mapping 把“{name}”一列用了两次。\n提示：每一列只对应一个含义。"


# ── 个人信息 ──
CODES_COLLIDE = "两位客户得到了同一个代号。\n提示：换一把密钥再试。"


def bad_key(least: int) -> str:
    """Say what a key is."""
    return f'key 应是至少 {least} 个字节的密钥。\n提示：用 read_key("密钥文件") 读出或新建一把。'


def key_unusable(path: Path, error: OSError) -> str:
    """Say that a key file cannot be opened or made."""
    return f"密钥文件 {path} 打不开也建不了（{why(error)}）。\n提示：检查文件夹是否存在、有没有权限。"


def key_made(path: Path) -> str:
    """Say that there was no such key file."""
    return f"原来没有 {path}，新建了一把密钥：和以前的代号对不上；以后都用这一个文件，请妥善保管。"


def key_open(path: Path) -> str:
    """Warn that others can read the key."""
    return f"注意：这台电脑上的别人也能读密钥文件 {path}，有了它就能由名单查出代号是谁。请改成只有自己能读。"


def short_key_file(path: Path, least: int) -> str:
    """Say that a key file holds too little."""
    return f"密钥文件 {path} 的内容不到 {least} 个字节，不能当密钥。\n提示：换一个文件名，程序会新建一把。"


# ── 订单状态 ──
def unknown_statuses(file: str, header: str, row: int, words: Sequence[str], allowed: Sequence[str]) -> str:
    """List the status words nobody knows."""
    listed = "、".join(f"“{word[:LONGEST_CELL]}”" for word in words[:10])
    more = f" 等 {len(words)} 种" if len(words) > 10 else ""  # noqa: PLR2004  as many as are listed
    return (
        f"{file} 的“{header}”列有不认识的状态：{listed}{more}；第一次在第 {row} 行。\n"
        f'提示：写明它们的含义，例如 statuses={{"{words[0][:LONGEST_CELL]}": "completed"}}，'
        f"可用 {'、'.join(allowed)}。"
    )


def bad_status_value(value: object, allowed: Sequence[str]) -> str:
    """Say what a status may be mapped to."""
    return f"statuses 里的 {value!r} 不是订单状态。\n提示：可用 {'、'.join(allowed)}。"
