"""What the judge's side says about a task that its own messages do not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ODD_SCORE = "这一题的测试格给出的分数不在 0 和满分之间，不能采用，分数由老师来定。"


def too_much_beside(folder: object, size: int, most: int) -> str:
    """Say that the files beside the marking file do not fit."""
    return (
        f"{folder} 里和 marking.py 放在一起的文件一共 {size} MB，评分程序最多带上 {most} MB。\n"
        "提示：只留下 marking.py 要读的文件，别的移到别处。"
    )


def released_too(names: Sequence[str]) -> str:
    """Say which files that the marking file reads are released to students."""
    return (
        f"marking.py 里提到的这些文件会一起发给学生：{'、'.join(names)}。\n"
        "提示：里面有答案的，把文件名改成 answers….csv 或 marking_…（这样的文件不发给学生），再生成一次。"
    )
