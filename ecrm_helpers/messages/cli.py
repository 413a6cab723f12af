"""What the `ecrm` command says about itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.messages.system import why

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ECRM = "电子商务客户关系管理课件的教师命令。每个命令后加 --help 看说明。"
GRADES = "按 grading_config.py 的权重和政策，把成绩册和成绩表算成各项成绩与总分。"
CLASS = "让一个模拟班级在临时文件夹里走完发布、上交、收取、批改、反馈、成绩的全过程。"
STUDENT = "生成发给学生的资料包：没有教师单元格，没有答案。"

COURSE_OPTION = "课程代号。"
ROOT_OPTION = "课程文件夹，里面有 gradebook.db 和 scores；默认是 courses/<课程代号>。"
OUT_OPTION = "结果写到哪个文件夹；默认是课程文件夹里的 reports。"
CONFIG_OPTION = "计分方案文件；默认是课件最上层的 grading_config.py。"
CLASS_OUT_OPTION = "在哪个空文件夹里进行；默认用新的临时文件夹。"
SEED_OPTION = "决定谁答对哪些题；同一个数，结果相同。"
STUDENT_OUT_OPTION = "资料包文件夹。"
ZIP_OPTION = "同时写一个压缩包。"

USAGE, OPTIONS, COMMANDS, HELP = "用法：", "选项", "命令", "显示这段说明。"
REQUIRED = "[必填]"
SOME_COMMAND = "ecrm <命令>"
OPTIONS_METAVAR, COMMANDS_METAVAR = "[选项]", "命令 [选项]"
ERROR = "出错了："


def no_project(folder: Path) -> str:
    """Say where to run the command."""
    return f"在 {folder} 和它的上层都没有找到 grading_config.py。\n提示：先 cd 到课件的最上层文件夹再运行。"


def no_course_folder(folder: Path) -> str:
    """Say that a course folder is not there."""
    return f"找不到课程文件夹 {folder}。\n提示：检查 --course 和 --root。"


def file_problem(error: OSError) -> str:
    """Say which file or folder could not be used, in the system's words."""
    return (
        f"{error.filename or ''} 用不了（{why(error)}）。\n"
        "提示：检查这个路径和它的读写权限；在别的程序里开着的话先关掉。"
    )


INTERRUPTED = "已中断。"


def wrong_usage(problem: str, path: str) -> str:
    """Say what is wrong in a command line and where to read on."""
    return f"{problem}\n提示：运行 {path} --help 看用法。"


def no_option(name: str) -> str:
    """Say that there is no such option."""
    return f"没有 {name} 这个选项。"


def option_needs_value(name: str) -> str:
    """Say that an option lacks its value."""
    return f"选项 {name} 后面要写一个值。"


def missing(name: str) -> str:
    """Say what a command cannot do without."""
    return f"命令里还缺 {name}。"


def bad_value(option: str, choices: Sequence[str] = ()) -> str:
    """Say that a value does not fit its option, and what does."""
    return f"选项 {option} 后面的值不能用。" + (f"可以写：{'、'.join(choices)}。" if choices else "")


def no_command(group: str, name: str, names: Sequence[str]) -> str:
    """Say which commands there are."""
    return f"{group} 没有 {name} 这个命令。可用的命令：{'、'.join(names)}。"


def too_much(words: str) -> str:
    """Say that a command line has words too many."""
    return f"命令里多了 {words}。"


def other_usage(detail: str) -> str:
    """Say that a command line cannot be understood."""
    return f"命令写得不对：{detail}"


# ── 提示里的参数写成命令行选项 ──
# Python's way of writing an argument -> the option's name and what follows it
_ARGUMENTS = (
    (r'(?:mapping|columns)=\{"([^"]*)": "([^"]*)"\}', r"--map {table}\1=\2"),
    (r'statuses=\{"([^"]*)": "([^"]*)"\}', r"{statuses}\1=\2"),
    (r'words=\{"([^"]*)": \{"([^"]*)": "([^"]*)"\}\}', r"--word \1:\2=\3"),
    (r'bad_rows="(\w+)"', r"--bad-rows \1"),
    (r'grain="(\w+)"', r"--grain \1"),
    (r'currency="(\w+)"', r"--currency \1"),
    (r'as_of="([\d-]+)"', r"--as-of \1"),
    (r'decimal="([.,])"', r"--decimal \1"),
    (r"""sheet=["']([^"']*)["']""", r"--sheet \1"),
    (r'encoding="([\w-]+)"', r"--encoding \1"),
    (r"day_first=True", "--day-first"),
    (r"day_first=False", "--month-first"),
    (r"\b(rates|sheet|encoding)=(?!\w)", r"--\1"),
    (r"\bmapping (?=[里说把])", "--map "),
    (r"\bwords (?=[里把])", "--word "),
    (r"\bstatuses (?=里)", "{option} "),
)
_NEEDS_QUOTES = re.compile(r"[^\w.,:=/+-]")


def in_options(message: str, *, statuses: str = "--word status:", table: str = "") -> str:
    """Write advice that names Python arguments with a command's options.

    Parameters
    ----------
    message : str
    statuses : str
        How the command's option for order states begins.
    table : str
        The table that the message is about, where it is not the orders.

    Examples
    --------
    >>> in_options('加 bad_rows="drop"，或写 mapping={"amount": "实付款(元)"}', table="orders")
    '加 --bad-rows drop，或写 --map "orders.amount=实付款(元)"'
    """
    words = {
        "{statuses}": statuses,
        "{option}": statuses.partition(" ")[0],
        "{table}": f"{table}." if table else "",
    }
    for pattern, option in _ARGUMENTS:
        for place, word in words.items():
            option = option.replace(place, word)  # noqa: PLW2901
        for found in reversed(list(re.finditer(pattern, message))):
            message = message[: found.start()] + _quoted(found.expand(option)) + message[found.end() :]
    return message


def _quoted(option: str) -> str:
    """Put quotation marks round a value that a shell would take apart."""
    name, blank, value = option.partition(" ")
    return f'{name} "{value}"' if value and _NEEDS_QUOTES.search(value) else name + blank + value
