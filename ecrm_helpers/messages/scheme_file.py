"""What is said about `grading_config.py` as a file: not there, does not run, which line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.messages.scheme import KEEP_ONE, near

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path


def located(file: str, line: int | None, what: str, hint: str) -> str:
    """Put the place to change before what is wrong."""
    place = f"{file} 第 {line} 行" if line else file
    return f"{place}：{what}\n提示：{hint}"


def no_config(path: Path) -> str:
    """Say that the scheme file is not there."""
    return f"找不到计分方案：{path}\n提示：在课件的最上层文件夹里运行，或用 --config 指出 grading_config.py。"


def config_does_not_run(file: str, line: int | None, error: Exception) -> str:
    """Say that the scheme file is not valid Python."""
    return located(
        file,
        line,
        f"这里写得不完整或有拼写错误（{type(error).__name__}: {error}）。",
        "检查括号、引号、逗号和名字。",
    )


def courses_unclear(file: str, twice: Sequence[str]) -> str:
    """Say that a file declares no course, or one twice."""
    what = f"课程 {twice[0]} 声明了两次。" if twice else "里面没有声明任何课程。"
    return f"{file}：{what}\n提示：每门课写一个 Course(id=…)。"


def unknown_course(course: str, known: Sequence[str]) -> str:
    """Say which courses there are."""
    return f"没有名为“{course}”的课程。\n提示：可选 {'、'.join(known)}。"


_SYNTAX = (
    ("invalid character", "这里有中文标点或看不见的字符。", "换成英文的逗号、括号、引号。"),
    ("invalid non-printable", "这里有看不见的字符。", "删掉重新输入，空格用英文空格。"),
    ("was never closed", "这里的括号没有配对的右括号。", "补上右括号。"),
    ("unmatched", "这里多了一个右括号。", "删掉多出来的，或补上左括号。"),
    ("does not match", "这里的括号和前面的不是一对。", "( 配 )，{ 配 }，[ 配 ]。"),
    ("forgot a comma", "这里可能漏了逗号。", "每一项后面加英文逗号。"),
    ("unterminated string", "这里的引号没有成对。", "文字前后都要有英文引号。"),
    ("codec can't decode", "文件不是 UTF-8 编码。", "在编辑器里另存为 UTF-8。"),
)


def syntax(error: SyntaxError) -> tuple[str, str]:
    """Say what is wrong with the punctuation."""
    said = str(error.msg)
    if said.startswith("keyword argument repeated"):
        return f"{said.rpartition(' ')[2]}= 写了两次。", KEEP_ONE
    if "decimal literal" in said and re.search(r"\d[^\x00-\x7f]", error.text or ""):
        said = "invalid character"  # early 3.11 takes a Chinese mark behind a number for part of it
    for piece, what, hint in _SYNTAX:
        if piece in said:
            return what, hint
    return f"这里写得不完整或有拼写错误（{type(error).__name__}: {said}）。", "检查括号、引号、逗号和名字。"


def unknown_name(name: str, known: Collection[str]) -> tuple[str, str]:
    """Say that nothing of this name is known here."""
    if name in known:
        return f"用到了 {name}，却没有引入。", f"在文件最上面的 import 里加一行 {name}。"
    return f"不认识“{name}”。", f"{near(name, known)}检查拼写；文字要放在英文引号里。"


def unknown_keyword(declaration: str, name: str, known: Sequence[str]) -> tuple[str, str]:
    """Say that a declaration has no such keyword."""
    listed = "、".join(f"{one}=" for one in known) or "没有任何参数，括号里空着"
    return f"{declaration}(…) 里没有 {name}= 这一项。", f"{near(name, known)}可写 {listed}。"


def keyword_missing(declaration: str, names: Sequence[str]) -> tuple[str, str]:
    """Say that a declaration lacks something it needs."""
    return f"{declaration}(…) 里缺 {'、'.join(f'{one}=' for one in names)}。", "补上这一项。"


def not_by_position(declaration: str, known: Sequence[str]) -> tuple[str, str]:
    """Say that figures need their names."""
    example = f"{declaration}({known[0]}=…)" if known else f"{declaration}()"
    return f"{declaration}(…) 括号里有没写名字的内容，或写多了。", f"每一项写成“名字=…”，例如 {example}。"


def key_twice(name: str) -> str:
    """Say that a table in braces holds a name twice."""
    return f"“{name}”在同一个花括号里写了两次，前一次不起作用。"
