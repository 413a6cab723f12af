"""What marking says about files handed in beside the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = "**交来的附件**"

_REASONS = {
    "macro": "里面有宏或嵌入的程序，没有收。请另存为不带宏的文件再交。",
    "active": "里面有会自动运行的内容，没有收。请重新导出一份再交。",
    "external": "里面引用了外部文件或网址上的内容，没有收。请断开链接、把内容放进文件里再交。",
    "encrypted": "加了密码，打不开，没有收。请去掉密码再交。",
    "not_kind": "不是它的文件名所说的类型，没有收。请用“另存为”换类型，不要直接改文件名。",
    "broken": "打不开，可能已经损坏，没有收。请打开确认后重新提交。",
    "limits": "内容太多或太复杂，读不完，没有收。请压缩图片或减少内容后再交。",
}


def refused(name: str, reason: str) -> str:
    """Say why a file was not kept."""
    return f"“{name}”{_REASONS.get(reason, _REASONS['broken'])}"


def missing(label: str, name: str) -> str:
    """Say that a declared file is not there."""
    return f"没有收到附件“{label}”（{name}）。"


def too_large(name: str, most: float) -> str:
    """Say that a file is too large."""
    return f"附件“{name}”超过 {most:g} MB，没有收。请压缩图片后重新提交。"


def too_many(label: str, most: int) -> str:
    """Say that more files fit than are taken."""
    return f"附件“{label}”交了不止 {most} 份，只收前 {most} 份。"


def empty(name: str) -> str:
    """Say that a file is empty."""
    return f"附件“{name}”是空的，没有收。"


def no_file(name: str) -> str:
    """Say that it is no regular file."""
    return f"附件“{name}”不是普通文件，没有打开。"


def about(kind: str, told: Mapping[str, int], size: int) -> str:
    """Say what a file holds, and its size."""
    count = lambda name: told.get(name, 0)  # noqa: E731 - used ten times
    scanned = "没有文字（像是扫描件）"
    letters = f"前 30 页约 {count('letters')} 字" if count("letters") else scanned
    words = {
        "docx": f"Word 文档，{count('letters')} 字，{count('paragraphs')} 段，{count('pictures')} 张图",
        "pdf": f"PDF，{count('pages')} 页，{letters}",
        "xlsx": f"Excel，{count('sheets')} 张表，{count('rows')} 行，{count('formulas')} 个公式",
        "png": f"图片，{count('width')} × {count('height')} 像素",
        "json": f"JSON 数据，{count('entries')} 项",
    }
    return f"{words[kind]}，{max(1, round(size / 1024))} KB"


def bad_declaration(came: str) -> str:
    """Say that the solution declares attachments in a wrong way."""
    return (
        '附件的声明应写成 {"name": "report.docx", "label": "调研报告", "max_mb": 10}，'
        f"收到的是：{came}\n"
        "提示：只收 docx、pdf、xlsx、png、json，max_mb 不超过 50，写在笔记本元数据 ecrm.attachments 里。"
    )
