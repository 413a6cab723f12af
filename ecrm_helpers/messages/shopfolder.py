"""What `ecrm shop` says: help, the report, and why a folder is not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.intake_tables import TABLE_NAMES
from ecrm_helpers.messages.system import why

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# ── ecrm shop --help ──
SHOP = "把自己店铺的订单（和客户、工单、问卷等表）整理成一个店铺文件夹，供各单元使用。"
ORDERS = "订单文件…"
OUT_OPTION = "写到哪个文件夹（新的或空的）。"
TABLE_OPTIONS = {
    "customers": "客户表文件。不给就由订单整理出客户。",
    "products": "商品表文件（算毛利要有成本）。",
    "contacts": "咨询记录文件。",
    "tickets": "投诉工单文件。",
    "surveys": "满意度问卷文件。",
    "campaigns": "营销活动文件。",
    "campaign_sends": "活动发送记录文件。",
    "rates": "汇率表文件：生效日期、币种、汇率（一单位折合多少人民币）。",
    "countries": "国家与地区表文件。",
    "promotions": "促销表文件。",
    "holidays": "节假日表文件。",
}
NAME_OPTION = "店铺的中文名；默认用文件夹的名字。"
NAME_EN_OPTION = "店铺的英文名。"
AS_OF_OPTION = "统计日，例如 2026-07-01；默认是最后一笔订单的次日。"
TIMEZONE_OPTION = "店铺所在的时区。"
CURRENCY_OPTION = "店铺记账的币种，例如 CNY。"
MAP_OPTION = "写明哪一列是什么：ordered_at=成交时间；其他表写 tickets.type=问题大类。可以写多次。"
WORD_OPTION = "写明一个词是什么意思：status:交易完成=completed 或 type:少件=wrong_item。可以写多次。"
KEY_OPTION = "密钥文件：同一把密钥，不同文件、不同学期的客户代号都相同。没有这个文件就新建一把，请妥善保管。"
KEEP_OPTION = "保留原来的客户编号，不换成代号（编号本身是个人信息时仍会换）。"
BAD_ROWS_OPTION = "遇到不能用的行：refuse 停下并指出位置（默认），drop 略去并计数。"
GRAIN_OPTION = "订单文件的一行是什么：order 一笔订单，line 订单里的一种商品；默认 auto 自动判断。"
DECIMAL_OPTION = "金额的小数点：. 或 ,（欧洲写法）；默认由整列判断。"
SHEET_OPTION = "订单在工作簿的哪一张工作表。"
ENCODING_OPTION = "文本文件的编码，例如 gb18030；默认自动判断。"
DAY_FIRST_OPTION = "01/07/2026 先写日还是先写月；默认由整列判断。"
FORCE_OPTION = "覆盖已有的店铺文件夹。"

# ── 更正 ──
CODED_AFTER_ALL = "有文件的客户列是个人信息，所以各表的客户编号都换成了代号"
CUSTOMERS_ADDED = "客户表里没有、但下过单的客户，按订单补上"
AFTER_AS_OF = "统计日当天和以后的订单，分析时不计入"

SENDS_WITHOUT_CAMPAIGNS = (
    "给了活动发送记录，却没有营销活动表，不知道每次活动是哪天发的。\n提示：加上 --campaigns 文件。"
)
KEY_AND_KEEP = "密钥和“保留编号”只能选一个。\n提示：去掉 --key 或 --keep-ids。"


def lost_rows(table: str) -> str:
    """Say why rows were left out."""
    return f"{TABLE_NAMES[table]}里指向不存在的客户、订单或活动的行，略去"


def unknown_table(name: object, known: Sequence[str]) -> str:
    """Say which tables a shop has."""
    return f"店铺里没有叫 {name!r} 的表。\n提示：可以写：{'、'.join(known)}。"


def mapping_without_table(table: str) -> str:
    """Say that a mapping is about a table that is not given."""
    return (
        f"写明了{TABLE_NAMES[table]}的列（{table}），却没有给出这张表的文件。\n"
        f"提示：加上 --{table.replace('_', '-')} 文件，或者去掉这处对应。"
    )


def words_without_column(column: str, known: Sequence[str]) -> str:
    """Say that words are given for a column that none of the files' tables has."""
    return (
        f"给出的文件里没有哪一列叫 {column!r} 又要对应词语。\n"
        f"提示：可以写：{'、'.join(known)}；type 和 outcome 在工单里，topic 在咨询记录里，要一起给出那张表。"
    )


def lost_reference(file: str, row: int, header: str, shown: str, table: str, *, more: int) -> str:
    """Say which row points to what nobody has."""
    value = f"是“{shown}”，" if shown else "的编号"
    others = f"（共 {more + 1:,} 行这样）" if more else ""
    return (
        f"{file} 第 {row} 行“{header}”列{value}{TABLE_NAMES[table]}里没有{others}。\n"
        "提示：确认几个文件来自同一家店、同一段时间；没下过单的客户要用 --customers 给出客户表；"
        "也可以用 --bad-rows drop 略去这样的行。"
    )


def lost_product(shown: str, count: int) -> str:
    """Say which product of the orders the catalogue lacks."""
    return (
        f"{count:,} 笔订单的商品在商品表里没有，例如“{shown}”；缺了成本，毛利会算错。\n"
        "提示：补全商品表，或者先不给 --products。"
    )


def bad_day(value: object) -> str:
    """Say what an as-of day looks like."""
    return f"统计日应当写成 2026-07-01 这样，得到的是 {value!r}。\n提示：检查 --as-of。"


def not_a_folder(folder: Path) -> str:
    """Say that the place is taken by something else."""
    return f"{folder} 不是普通文件夹，不能写在这里。\n提示：换一个文件夹名。"


def foreign_folder(folder: Path, names: Sequence[str]) -> str:
    """Say that a folder holds other people's files."""
    shown = "、".join(names[:3]) + (" 等" if len(names) > 3 else "")  # noqa: PLR2004
    return f"{folder} 里有别的文件（{shown}），不会覆盖它们。\n提示：换一个新的或空的文件夹。"


def needs_force(folder: Path) -> str:
    """Say that a shop stands there already."""
    return f"{folder} 已经是一家店铺。\n提示：要换成新的，就加 --force；或者换一个文件夹。"


def cannot_write(folder: Path, error: OSError) -> str:
    """Say that the folder cannot be written."""
    return (
        f"写不进 {folder}（{why(error)}）。\n"
        "提示：检查磁盘空间和上一层文件夹的权限；里面的文件正开着的话先关掉。"
    )


def bad_pair(option: str, text: str, example: str) -> str:
    """Say how an option with an equals sign is written."""
    return f"{option} 后面的 {text!r} 看不懂。\n提示：写成 {example}。"


def shop_report(report: Any) -> str:
    """Write what was read and what stands in the folder now."""
    parts = [str(report.orders), *(str(one) for one in report.tables)]
    if report.notes:
        parts.append("\n".join(f"合在一起：{note}" for note in report.notes))
    day = "给定" if report.as_of_given else "最后一笔订单的次日"
    parts.append(
        f"店铺“{report.name}”已写到 {report.folder}，统计日 {report.as_of}（{day}）。\n"
        f'在笔记本里用 load_shop("{report.folder}") 打开。\n'
        "里面是客户代号和订单，仍属个人信息：只放在自己的电脑上，不要发给学生或上传。"
    )
    return "\n\n".join(parts)
