"""What `ecrm unit` says, and the words of the page it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UNIT = (
    "在一家店的数据上运行一个单元，得到可以再运行的笔记本和一张能离线打开的网页。"
    "不写 --orders 时用课件自带的店。"
)
UNIT_METAVAR = "课程/单元"
ORDERS_OPTION = "店铺自己导出的订单表，CSV 或 XLSX；可以写多次。"
SHOP_OPTION = "课件里的店（rongyu、heting、cdnow……），或 ecrm shop 写好的文件夹。"
OUT_OPTION = "结果写到哪个文件夹。"
INSTRUCTOR_OPTION = "连教师单元格一起写（默认不写，可以直接发给学生）。"
NO_HTML_OPTION = "只要笔记本，不写网页。"
FORCE_OPTION = "文件夹里已有这个单元的结果时，用新的换掉。"

RUNNING = "正在运行"
CELLS = "格"
OWN_SHOP = "自己的店"

# The page
CONTENTS = "目录"
SHOW_CODE = "显示准备工作的代码"
TO_TOP = "回到开头"
PAGE_NOTE = (
    "这是网页版，不联网也能看：探索器和小测可以直接动手；写着“改这里”的行，"
    "要在 JupyterLab 里打开 {notebook} 才能改。"
)
CHANGE_ELSEWHERE = "在 JupyterLab 里可以改这一行"
NO_SCRIPT = "这台设备没有运行网页里的程序：文字和表都能看，探索器、小测和可点的图不能动。"
ONLY_IN_LAB = "这个部件只能在 JupyterLab 里用。"
INSTRUCTOR = "教师"
TABLE_SCROLLS = "表格，可以左右滑动"


def in_courseware(text: str, path: str) -> str:
    """Say where a file stands that a page cannot link to."""
    return f"{text}（课件里的 `{path}`）"


def unknown_unit(name: str, known: Sequence[str]) -> str:
    """List the units there are."""
    listed = "\n".join(f"  {one}" for one in known) or "  （这里一个也没有）"
    return f"没有“{name}”这个单元。现有的单元：\n{listed}\n提示：写成 课程/单元，比如 crossborder_crm/unit3。"


def no_parameters(name: str) -> str:
    """Say that a notebook cannot be run on another shop."""
    return (
        f"单元 {name} 没有 parameters 单元格，不能换店运行。\n"
        "提示：给写着 SHOP = … 的那一格加上标签 parameters。"
    )


def orders_and_shop() -> str:
    """Say that the two ways to name a shop exclude each other."""
    return "--orders 和 --shop 只能写一个。\n提示：自己的订单用 --orders，课件里的店或现成的文件夹用 --shop。"


def reading_without_orders(options: Sequence[str]) -> str:
    """Say that options about reading files need orders."""
    return (
        f"{'、'.join(options)} 要和 --orders 一起用：课件里的店和现成的文件夹不用再读一遍。\n"
        "提示：给出订单表：--orders 订单.xlsx；或者去掉这些选项。"
    )


def out_is_file(out: Path) -> str:
    """Say that results go into a folder."""
    return f"--out 要写一个文件夹，{out} 是一个文件。\n提示：换一个名字，比如 --out {out.stem}_unit。"


def out_is_source(out: Path) -> str:
    """Say that a run would write over the unit itself."""
    return (
        f"{out} 是单元自己所在的文件夹，结果写在这里会盖掉课件。\n提示：换一个 --out，比如 --out 我的单元。"
    )


def not_ours(path: Path, strange: str) -> str:
    """Say that what stands in a result's place was not written by a run."""
    what = f"里有别的文件（{strange}）" if strange else "不是这条命令写的"
    return f"{path} {what}，加了 --force 也不会换掉。\n提示：换一个 --out，或者先把它移走。"


def already_there(paths: Sequence[Path]) -> str:
    """Say what would be overwritten."""
    listed = "、".join(path.name for path in paths)
    return (
        f"{paths[0].parent} 里已经有 {listed}，没有改动它们。\n"
        "提示：换一个 --out，或者加 --force 用新的换掉。"
    )


def cell_failed(unit: str, heading: str, error: str, kept: Path) -> str:
    """Say which part of a unit stopped, why, and where what was done so far can be looked at."""
    place = f"“{heading}”一节" if heading else "开头"
    return (
        f"单元 {unit} 在{place}停下了，没有写出结果。那一格的错误：\n{error}\n"
        f"提示：运行到这里为止的笔记本留在 {kept}，打开看最后一格的输出。"
    )


def kernel_problem(unit: str, error: Exception, said: str) -> str:
    """Say that the unit could not be run at all, and what the kernel said last."""
    last = f"：{said.strip()[:300]}" if said else ""
    return (
        f"单元 {unit} 没能运行：Python 内核启动不了或中途停了（{type(error).__name__}{last}）。\n"
        "提示：内存够不够？在课件的环境里运行 python -m ipykernel install --sys-prefix 后再试。"
    )


def read_report(report: Any) -> str:
    """Say what was read, before anything runs."""
    parts = [str(report.orders), *(str(one) for one in report.tables)]
    parts += ["\n".join(f"合在一起：{note}" for note in report.notes)] if report.notes else []
    return "\n\n".join(parts)


def done(paths: Sequence[Path], *, shop: Path | None) -> str:
    """Say what was written where, and what of it stays with the teacher."""
    listed = "\n".join(f"  {path}" for path in (*paths, *([shop] if shop else [])))
    private = f"\n{shop} 里是客户代号和订单，仍属个人信息：不要发给学生或上传。" if shop else ""
    return f"写好了：\n{listed}{private}"
