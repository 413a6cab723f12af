"""What `ecrm rfm` says: its help page, what it read, its class table, why it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# ── 帮助 ──
RFM = (
    "把订单按 R、F、M 分成八类或十类客户，打印各类的人数和金额，并可写成表格。"
    "订单可以是 CSV、Excel、Parquet 文件，几个文件，装着 Parquet 的文件夹，或者 ecrm shop 做好的店铺文件夹。"
)
FILES = "文件…"
ENGINE = "用什么计算：auto（按文件种类和大小选）、pandas、polars、duckdb、dask 或 spark。"
SCHEME = "eight 是八类（重要价值、重要发展……），ten 是五等分的十类。"
AS_OF = "统计截止日（不含当天）；不写就用最后一单的第二天，从不用“今天”。"
SPLIT = "八类的高低从哪里分：mean 均值，median 中位数。"
MEASURE = "M 是累计金额（total）还是平均每单金额（mean）。"
WINDOW = "只看截止日之前多少天的订单；不写就看全部。"
TIMEZONE = "一天从哪个时区的零点开始。不写用 Asia/Shanghai，或者店铺文件夹里写的时区。"
GRAIN = "一行是一个订单（order）还是一件商品（line）；auto 会检查订单号有没有重复。"
MAP = "列名认不出来时对应一下，例如 --map customer_id=会员号；可以写多次。"
STATUS = "状态认不出来时对应一下，例如 --status 已送达=completed；可以写多次。"
CURRENCY = "换算成哪种货币，例如 CNY；和 --rates 一起用。"
RATES = "汇率表（CSV）。"
KEY = "用这个文件里的密钥给客户编号换代号，几次导出用同一个文件，代号就对得上；没有这个文件时会新建。"
KEEP_IDS = "保留原来的客户编号；邮箱、手机号、昵称、姓名这样的仍然换成代号。"
BAD_ROWS = "读不懂的行怎么办：refuse 停下来指出是哪一行（默认），drop 丢掉并写出丢了多少。"
DAY_FIRST = "01/07/2026 先写日还是先写月；不写就由同一列里别的日期来证明。"
DECIMAL = "小数点写成 . 还是 , ；不写就由同一列里别的金额来证明。"
SHEET = "Excel 文件里用哪一张工作表。"
ENCODING = "文本文件的编码，例如 gb18030；不写就自动判断。"
CLUSTER = "Dask 或 Spark 集群的地址，例如 tls://主机:8786、spark://主机:7077；集群要能读到这些文件。"
TEMP = "清洗后的中间文件放在哪里，大约是原文件的四分之一；用集群时要是所有机器都看得到的文件夹。"
OUT = "结果写到哪个文件：.csv、.xlsx 或 .parquet，一行一个客户。金额的单位是分。"
FORCE = "结果文件已经有了也覆盖。"

SHEETS = ("客户", "各类", "口径")
NAMES = {"CNY": "元"}
CHOICES_HEAD = ("项目", "值")
CHOICES = {
    "as_of": "统计截止日（不含当天）",
    "window_days": "只看截止日之前多少天",
    "measure": "M 是 total 累计金额还是 mean 平均每单金额",
    "net_of_refunds": "金额是否已减退款",
    "split": "高低从哪里分",
    "recency_days_from": "R 不超过多少天算高（近）",
    "frequency_from": "F 从多少单起算高",
    "monetary_from": "M 从多少分起算高",
    "scheme": "方案",
    "timezone": "时区",
    "grain": "一行是什么",
    "currency": "货币（金额以它的百分之一计）",
    "bad_rows": "不能用的行",
    "engine": "计算引擎",
    "customer_ids": "客户编号：codes 换成了代号，kept 保留",
    "files": "订单文件",
    "rows": "读到的行数",
    "orders": "读到的订单数",
}


# ── 过程 ──
READING = "正在读订单……"
COMPUTING = "正在计算……"
WRITING = "正在写结果……"


def engine_used(engine: str, why: str) -> str:
    """Say which engine computes and why."""
    return f"用 {engine} 计算：{why}。"


WHY_ASKED = "--engine 指定"
WHY_SMALL = "文件不大，逐格仔细读"
WHY_PARQUET = "Parquet 文件直接在原处算，不用先装进内存"
WHY_XLSX = "Excel 文件要逐格读"


WHY_ZIPPED = "压缩的 CSV 分块读"


def why_large(size: float, limit: float) -> str:
    """Say that files are too large to be read cell by cell."""
    return f"CSV 一共 {size:,.0f} MB，超过 {limit:,.0f} MB，分块读，不用先装进内存"


def as_of_chosen(day: object) -> str:
    """Say which as-of date was taken."""
    return f"没有写 --as-of，统计截止日取最后一单的第二天：{day}。"


def as_of_of_shop(day: object) -> str:
    """Say that the as-of date is the shop folder's."""
    return f"没有写 --as-of，统计截止日取店铺文件夹里写的：{day}。"


CODED = ("客户编号", "换成了代号；同一份文件每次得到同样的代号，想保留原编号写 --keep-ids")


def written(path: Path, customers: int) -> str:
    """Say where the result is."""
    return f"已写入 {path}：{customers:,} 位客户，monetary 的单位是分。"


# ── 各类表 ──
TITLES = {"eight": "八类客户", "ten": "十类客户"}


def headings(unit: str) -> list[str]:
    """Head the class table's columns."""
    return ["类别", "人数", "占比", f"金额({unit})", "占比", "R天", "F单", f"M({unit})", "怎么做"]


def report_line(title: str, text: str) -> str:
    """Write one line of what was read."""
    return f"{title}：{text}"


def unit(currency: str | None) -> str:
    """Name the unit that amounts are shown in."""
    return NAMES.get(currency or "", currency or "元")


# ── 结果文件 ──
def unknown_format(path: Path, kinds: Iterable[str]) -> str:
    """Say which formats a result can have."""
    return f"不知道 {path.name} 要写成什么格式。\n提示：文件名的结尾写 {'、'.join(kinds)} 中的一个。"


def already_there(path: Path) -> str:
    """Say that a file would be overwritten."""
    return f"{path} 已经有了。\n提示：换一个文件名；确定要覆盖时加上 --force。"


def too_many_rows(rows: int, most: int) -> str:
    """Say that a workbook cannot hold so many customers."""
    return (
        f"有 {rows:,} 位客户，一张 Excel 表最多放 {most:,} 行。\n提示：把 --out 的结尾改成 .csv 或 .parquet。"
    )


def parquet_missing() -> str:
    """Say how to install what writes Parquet."""
    how = "在课件文件夹里 pip install -c requirements.txt '.[engines]'"
    return f"没有装 pyarrow，写不了 Parquet。\n提示：先安装：{how}，或者把 --out 的结尾改成 .csv。"


def control_character(text: object) -> str:
    """Say that a text cannot stand in a workbook."""
    return f"客户编号里有 Excel 放不下的控制字符：{text}。\n提示：把 --out 的结尾改成 .csv 或 .parquet。"


def bad_pair(option: str, given: str) -> str:
    """Say how to write a pair."""
    return f"{option} 应写成 左=右，收到的是 {given!r}。\n提示：例如 --map customer_id=会员号。"


def key_or_keep() -> str:
    """Say that two options contradict each other."""
    return "--key 和 --keep-ids 只能写一个。\n提示：要换代号写 --key，要保留原来的编号写 --keep-ids。"
