"""What a teacher reads while large files of orders are opened in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

ENGINES_EXTRA = "在课件文件夹里 pip install -c requirements.txt '.[engines]'"

LONGEST_CELL = 30
ROLES = {
    "customer_id": "客户",
    "order_id": "订单号",
    "ordered_at": "下单时间",
    "amount": "金额",
    "amount_cny": "金额",
    "line_amount": "商品金额",
    "unit_price": "单价",
    "quantity": "数量",
    "refund": "退款",
    "refund_cny": "退款",
    "status": "订单状态",
    "currency": "币种",
    "cancelled_at": "取消时间",
}


def no_file(path: str) -> str:
    """Say that nothing lies under a path or a pattern."""
    return (
        f"找不到订单文件 {path}。\n"
        '提示：检查路径和文件名；用 * 代表多个文件时，请用英文引号把它括起来，例如 "2025-*.csv"。'
    )


def no_files_given() -> str:
    """Say that no file was named."""
    return "没有写订单文件。\n提示：在命令后面写上文件名，例如 ecrm rfm orders.csv。"


def unknown_kind(path: Path) -> str:
    """Say which kinds of file can be read."""
    return (
        f"不认识 {path.name} 是哪种文件。\n"
        "提示：可以读 CSV（.csv .tsv .txt，也可以是 .gz 压缩的）、Excel（.xlsx）和 Parquet（.parquet）；"
        "别的格式请先另存为其中一种。"
    )


def mixed_kinds(kinds: Iterable[str]) -> str:
    """Say that one run reads one kind of file."""
    return f"一次只能读一种文件，收到的有：{'、'.join(kinds)}。\n提示：分几次运行，或者先另存为同一种格式。"


def twice(path: Path) -> str:
    """Say that one file was named twice, which would count its orders twice."""
    return f"{path} 写了两次，里面的订单会算两遍。\n提示：去掉重复的文件名；看看带 * 的写法是不是也包括了它。"


def no_tables(folder: Path) -> str:
    """Say that a folder holds nothing that can be read as orders."""
    return (
        f"{folder} 里没有 Parquet 文件，也不是自己的店铺文件夹（没有 shop.json）。\n"
        f'提示：CSV 请直接写文件名，例如 "{folder}/orders-*.csv"。'
    )


def bad_shop_file(path: Path, problem: object) -> str:
    """Say that an own shop's description cannot be read."""
    return f"读不懂 {path}（{problem}）。\n提示：用 ecrm shop 重新生成这个店铺文件夹。"


def empty_file(path: Path) -> str:
    """Say that a file has no header or no rows."""
    return f"{path.name} 是空的，没有订单。\n提示：重新导出一次；导出前看看时间范围是不是选对了。"


def bad_encoding(path: Path, encoding: str) -> str:
    """Say that a file's letters are in none of the encodings that shops export."""
    return (
        f"{path.name} 的文字编码认不出来（按 {encoding} 也读不下去）。\n"
        "提示：用 Excel 或 WPS 打开，另存为“CSV UTF-8”再试；文件没有下载完整也会这样。"
    )


def malformed(path: Path, line: int | None, problem: str) -> str:
    """Say where a CSV file stops being a table."""
    where = f"第 {line} 行" if line else "有一行"
    return (
        f"{path.name} {where}的格子数和表头对不上，或者引号没有成对，读到这里停下了。\n{problem}\n"
        "提示：用记事本看看这一行；常见的原因是文件没有下载完整，或者备注里有没加引号的逗号。"
    )


def unreadable(path: str, problem: object) -> str:
    """Say that DuckDB could not read a file."""
    return f"{path} 读不下去：{problem}\n提示：文件没有下载完整或被改过时会这样，请重新导出一次。"


def out_of_room(problem: object) -> str:
    """Say that memory or disk ran out while the files were cleaned."""
    return (
        f"内存或硬盘空间不够，算到一半停下了：{problem}\n"
        "提示：用 --temp 指定一个空间更大的文件夹（大约要原文件的一半），或者先关掉别的程序。"
    )


def bad_cell(
    file: str, row: int | None, header: str, cell: str | None, reason: str, *, hidden: bool, more: int
) -> str:
    """Name the first cell that cannot be used, and how many there are."""
    where = f"{file} 第 {row} 行" if row is not None else file
    shown = "" if hidden else f"“{cell[:LONGEST_CELL]}”，" if cell else ""
    what = "是空的，" if cell is None else f"是{shown}" if shown else "不能用："
    others = f"；这一列另有 {more:,} 行也有问题" if more else ""
    return (
        f"{where}“{header}”列{what}{reason}{others}。\n"
        "提示：在文件里改正这些行；确认可以不要它们，就加 --bad-rows drop，会写明略过了多少。"
        "（行数不算空行。）"
    )


def dropped_rows(header: str) -> str:
    """Name a kind of rows that were dropped."""
    return f"略过“{header}”列不能用的行"


DROPPED_ORDERS = "略过有行不能用的订单"
WANT_HUNDREDTHS = "应是不小于 0 的整数（分）"


def several_currencies(counts: Mapping[str, int], base: str) -> str:
    """Say that amounts of several currencies cannot be added."""
    listed = "，".join(f"{code} {count:,} 笔" for code, count in sorted(counts.items()))
    return (
        f"订单有多种币种（{listed}），要合计成 {base}，没有给汇率表。\n"
        "提示：用 --rates 给出汇率表（CSV，列名 valid_from、currency、cny_per_unit），"
        "每笔订单按当天的汇率换算。"
    )


def rate_missing(currency: str, day: str, count: int, base: str) -> str:
    """Say that the rate table does not reach a day."""
    return (
        f"汇率表里没有 {currency} 在 {day} 的汇率（换成 {base}），缺汇率的订单共 {count:,} 笔。\n"
        f"提示：在汇率表里加一行，valid_from 不晚于 {day}，currency 写 {currency}。"
    )


def which_dollar(header: str) -> str:
    """Say that a dollar sign does not say which dollar."""
    return (
        f"“{header}”列只写了 $，分不清是美元、澳元、加元还是港元。\n"
        "提示：写明币种，例如 --currency USD；或用币种列：--map currency=列名。"
    )


def two_currencies(header: str, count: int) -> str:
    """Say that signs contradict the currency column."""
    return f"有 {count:,} 笔订单“{header}”列的货币符号和币种列不一致。\n提示：在文件里改正这些行。"


def currency_unsaid(count: int, said: Sequence[str]) -> str:
    """Say that some orders do not say their currency while others say several."""
    return (
        f"有 {count:,} 笔订单没有写币种，其余的有 {'、'.join(said)}。\n"
        "提示：补上币种；或写 --currency，没有写币种的就按它算。"
    )


def orders_repeat(order: object, count: int) -> str:
    """Say that order ids repeat and nothing tells lines from repeated orders."""
    return (
        f"有 {count:,} 个订单号出现了不止一行，例如 {order}，各行的内容又不完全相同。\n"
        "提示：如果一行是一件商品，写 --grain line；如果是重复导出，只留下最新的一行。"
    )


def same_lines(order: object, count: int) -> str:
    """Say that identical lines may be two purchases or one exported twice."""
    return (
        f"有 {count:,} 行和前面的某一行完全相同，例如订单 {order}，而金额是每件商品的："
        "分不清是同一商品买了两行，还是重复导出。\n"
        "提示：重新导出带“子订单编号”的表；确认是重复导出，就加 --bad-rows drop 只留一行。"
    )


def lines_disagree(order: object, header: str, count: int, *, amount: bool) -> str:
    """Say that an order's lines give two values for what an order has once."""
    hint = (
        f"如果它是每件商品的金额，写 --map line_amount={header}；否则改正这些行" if amount else "改正这些行"
    )
    return (
        f"有 {count:,} 个订单各行的“{header}”不一样，例如订单 {order}；这一列应是整单的值，每行相同。\n"
        f"提示：{hint}。"
    )


def order_incomplete(order: object, count: int) -> str:
    """Say that no line of an order has what an order must have."""
    return (
        f"有 {count:,} 个订单缺客户、时间或金额，例如订单 {order}，它的每一行都是空的。\n"
        "提示：补上这些格子；确认可以不要它们，就加 --bad-rows drop。"
    )


def refund_too_large(order: object, header: str, count: int) -> str:
    """Say that a refund is larger than its order."""
    example = f"，例如订单 {order}" if order is not None else ""
    return (
        f"有 {count:,} 笔订单的“{header}”大于订单金额{example}。\n"
        "提示：改正这些行；确认可以不要它们，就加 --bad-rows drop。"
    )


def columns_differ(first: Path, other: Path, role: str) -> str:
    """Say that files which are to be one table have different columns."""
    return (
        f"{first.name} 和 {other.name} 的列对不上：只有其中一个有“{ROLES.get(role, role)}”。\n"
        "提示：几个文件要是同一种导出；用同样的选项重新导出，或者分开算。"
    )


def engine_missing(engine: str, package: str) -> str:
    """Say how to install an engine."""
    how = "pip install pyspark（还要装 Java 17 或更高版本）" if engine == "spark" else ENGINES_EXTRA
    return f"没有装 {package}，用不了 --engine {engine}。\n提示：先安装：{how}。"


def unknown_engine(engine: object, known: Iterable[str]) -> str:
    """Say which engines there are."""
    return f"没有 {engine!r} 这个计算引擎。\n提示：可以用的有：{'、'.join(known)}。"


def cluster_needs_engine(engine: str) -> str:
    """Say that only two engines know clusters."""
    return (
        f"--cluster 只能和 --engine dask 或 --engine spark 一起用，收到的是 --engine {engine}。\n"
        "提示：Dask 的地址像 tls://10.0.0.5:8786，Spark 的像 spark://10.0.0.5:7077。"
    )


def bad_cluster(engine: str, address: str) -> str:
    """Say what a cluster's address looks like."""
    form = "tcp://主机:端口 或 tls://主机:端口" if engine == "dask" else "spark://主机:端口、yarn 或 k8s://…"
    return f"{engine} 集群的地址应写成 {form}，收到的是 {address!r}。\n提示：地址由管理集群的人提供。"


def cluster_unreachable(address: str, problem: object) -> str:
    """Say that a cluster does not answer."""
    return f"连不上集群 {address}（{problem}）。\n提示：检查地址和网络；集群和这台机器的软件版本要相同。"


def not_encrypted(address: str) -> str:
    """Warn that orders travel unencrypted."""
    return f"注意：{address} 的连接没有加密，订单会明文经过网络。正式使用请换 tls:// 的地址。"


OPEN_QUOTE = "这一行的引号没有成对。"


def column_counts(expected: int, found: int) -> str:
    """Say how many cells a row has."""
    return f"表头有 {expected} 列，这一行有 {found} 格。"


def too_many_odd(role: str, limit: int, examples: Sequence[str]) -> str:
    """Say that a column is written in a way that only the reader of small files knows."""
    return (
        f"“{ROLES[role]}”这一列有超过 {limit:,} 种写法要逐个辨认，例如 {'、'.join(examples)}。\n"
        "提示：导出时选“年-月-日 时:分:秒”的时间和不带符号的金额，或者先存成 Parquet。"
    )


def xlsx_needs_memory(path: Path) -> str:
    """Say that a workbook cannot be read piece by piece."""
    return f"{path.name} 是 Excel 文件，不能分块读。\n提示：用 load_orders 读它，或者先另存为 CSV。"


def no_rows_left(rows: int) -> str:
    """Say that no order can be used."""
    found = f"读到 {rows:,} 行，没有一行能用。" if rows else "文件里没有订单，一行也没有。"
    return f"{found}\n提示：重新导出一次；导出前看看时间范围和列是不是选对了。"


UNKNOWN_STATUS = (
    "不是认识的订单状态；用 --status 写明它对应 completed、cancelled、refunded、partly_refunded 中的哪一个"
)
