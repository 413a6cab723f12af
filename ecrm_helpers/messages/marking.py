"""What marking says in feedback: to the student about a task, and about a file that had to be repaired."""

from __future__ import annotations

NOTES_TITLE = "**评阅前的整理**（交来的文件和发下去的作业对过一遍，下面是发现的情况）"

EMPTY_FILE = "交来的文件是空的，所有答案按没有作答处理。请打开自己的笔记本，保存后重新提交。"
NO_FILE = "提交里没有找到笔记本文件，所有答案按没有作答处理。请保存笔记本后重新提交。"
LINKED_FILE = "交来的不是普通文件，没有打开。请提交笔记本文件本身。"
HUGE_FILE = "交来的文件太大（超过 64 MB），没有打开。请选“清除所有输出”，保存后重新提交。"
TOO_MUCH = "交来的文件内容太多，读不完，所有答案按没有作答处理。请选“清除所有输出”，保存后重新提交。"
UNREADABLE = "交来的文件打不开，不是一份笔记本，所有答案按没有作答处理。请重新提交。"
NO_CELLS = "交来的笔记本里一个格子也没有，所有答案按没有作答处理。请重新取一份作业，做完保存后提交。"
TRUNCATED = "文件不完整（可能是保存或上传时断了），已读出前面完好的部分。请检查后重新提交。"
DAMAGED = "文件中间有损坏，已读出完好的部分。请检查后重新提交。"
TRAILING = "文件末尾多出了一段内容（可能是保存时出了错），只看了前面完整的笔记本。请检查后重新提交。"
WRONG_ENCODING = "文件的编码不是 UTF-8，已转换。请用 JupyterLab 保存，不要用记事本另存。"
OLD_FORMAT = "笔记本是旧版格式，已转换。"
SCRIPT = (
    "交来的是导出的 Python 脚本，不是笔记本，已按内容认出其中的答案，请老师看一眼。下次请提交 .ipynb 文件。"
)
PAGE = "交来的是导出的网页，不是笔记本，已按内容认出其中的答案，请老师看一眼。下次请提交 .ipynb 文件。"
UNPACKED = "交来的是压缩包，已取出其中唯一的笔记本。下次请直接提交 .ipynb 文件。"
CUT_CELLS = "笔记本的格子太多，只看了前面的部分。"
CUT_SOURCE = "有的格子内容太长，只看了前面的部分。"
OTHER_ASSIGNMENT = (
    "交来的像是另一份作业：里面没有这份作业的题目，所有答案按没有作答处理。"
    "交来的内容附在后面，没有运行。请核对后重新提交。"
)
OTHER_COPY = "**同一题的另一份答案**（没有运行，也没有计分，留给老师看）"
PARTIAL = frozenset(
    {TRUNCATED, DAMAGED, SCRIPT, PAGE}
)  # what is missing there was not deleted by the student
READABLE_KINDS = frozenset({"zip", "page"})
PACKED_KINDS = frozenset({"zip"})
_KINDS = {
    "pdf": "PDF 文件",
    "picture": "图片（截图）",
    "word": "Word 文档",
    "excel": "Excel 表格",
    "slides": "演示文稿",
    "old_office": "旧版 Office 文档",
    "rtf": "RTF 文档",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "gzip": "压缩文件",
    "page": "网页（可能是登录页）",
    "database": "数据库文件",
    "program": "程序文件",
}
UNCHECKED_CELLS = "这份作业里有普通的测试格，它们的分数由 nbgrader 直接给出，可以伪造，请老师抽查。"
NO_EXECUTION = "运行环境没有启动，没有打分，已留给老师处理。"


def not_a_notebook(kind: str) -> str:
    """Say what was handed in instead of a notebook."""
    if kind == "zip":
        return (
            "交来的压缩包里要正好有一份笔记本，这一包里没有，或者不止一份，所有答案按没有作答处理。"
            "请直接提交自己的 .ipynb 文件，不要压缩。"
        )
    return (
        f"交来的是{_KINDS[kind]}，不是笔记本，所有答案按没有作答处理。"
        "请在 JupyterLab 里打开自己的作业，保存后提交 .ipynb 文件。"
    )


def renamed_file(name: str) -> str:
    """Say that the file had another name."""
    return f"笔记本的文件名改成了“{name}”，已按内容认出来。下次请保留原来的文件名。"


def other_file(name: str) -> str:
    """Say that the named file was untouched, and another one was marked."""
    return f"原来名字的笔记本里没有作答，已按另一份“{name}”评阅，请老师看一眼。下次请只交原来名字的那一份。"


def old_copy(name: str) -> str:
    """Say that only JupyterLab's automatic copy was there."""
    return f"笔记本文件本身不在了，已用 JupyterLab 自动留下的旧版本“{name}”，可能不是最后一稿。请重新提交。"


def several_files(count: int) -> str:
    """Say that several files could be the one meant."""
    return (
        f"提交里有 {count} 份笔记本，名字都改过，分不清要交哪一份，没有评阅。请只交一份，保留原来的文件名。"
    )


def most_answered(count: int, name: str) -> str:
    """Say which of several files was marked."""
    return f"提交里有 {count} 份笔记本，已按作答最多的一份“{name}”评阅，请老师看一眼。下次请只交一份。"


def other_language(language: str) -> str:
    """Say that the notebook was set to another language."""
    return f"笔记本选的内核是 {language}，不是 Python，已按 Python 运行。请在右上角换回 Python 3。"


def other_version(count: int) -> str:
    """Say that the notebook holds tasks of another version."""
    return f"有 {count} 个题号这份作业里没有，可能是旧版作业。认得出的答案已按现在的题目评阅，请老师看一眼。"


def duplicated(count: int) -> str:
    """Say that cells came more than once."""
    return f"有 {count} 格重复出现，已采用改动过的那一份。"


def joined(count: int) -> str:
    """Say that answers were split over several cells."""
    return f"有 {count} 个作答格被拆成了几格，已合起来。"


def unmerged(count: int) -> str:
    """Say that cells were merged."""
    return f"有 {count} 格是几格合并成的，已拆开。"


def emptied(count: int) -> str:
    """Say that answer cells are blank."""
    return f"有 {count} 个作答格被清空了，按没有作答处理。"


def deleted_answers(count: int) -> str:
    """Say that answer cells are gone."""
    return f"有 {count} 个作答格被删掉了，按没有作答处理。"


def not_found(count: int) -> str:
    """Say that answers could not be read."""
    return f"有 {count} 个作答格没有读到，按没有作答处理。"


def restored(count: int) -> str:
    """Say that locked cells were put back."""
    return f"有 {count} 个锁定格或说明里的代码格被删掉或改动了，已按发下去的作业还原。"


def found_by_place(count: int) -> str:
    """Say that answer cells had lost their mark."""
    return f"有 {count} 个作答格丢了编号，已按位置认出来，请老师看一眼。"


def other_type(count: int) -> str:
    """Say that answer cells had another cell type."""
    return f"有 {count} 个作答格改过类型（代码或文字），已改回来。"


def earned(points: str, full: str) -> str:
    """Say what a task earned."""
    return f"得分 {points} / {full}"


WAITING = "等老师查看"
PENDING = "这一题自动评阅没有完成，分数由老师来定。"
NOT_RUN = "前面的代码让程序停住了，没有运行到这一题，分数由老师来定。"
OUT_OF_TIME = "总时间用完，没有运行到这一题，不计分。请先改掉前面运行太久的代码，再重新提交。"
NO_ANSWER = "没有收到这一题的答案。请从上到下运行：先运行上面“改这里”的那一格，再运行这一格，保存后重新提交。"
TWO_ANSWERS = "这一格里出现了不止一份答案，不能评分。请只保留作业里原来的那一行。"
NO_RECORD = "这一题的答案记录不完整，不能评分。请重新取一份作业，把答案抄过去。"
TOO_BIG = "这一题的答案太大，不能评分。请只交题目要的那个数或那张小表。"
NO_MESSAGE_FULL = "对。"
NO_MESSAGE = "还不完全对，请再看一遍题目。"

PROBLEMS = {
    "blank": "答案还是空的。找到上面写着“改这里”的那一行，填上答案。",
    "none": "答案是 None。print(…) 只显示、不保存，请把答案写在等号右边。",
    "big": TOO_BIG,
    "deep": "答案里一层套一层，太深了，没有评分。",
    "finite": "答案里有空值或无穷大，没有评分。",
    "kind": "答案不是数、文字或小表格，没有评分。",
    "text": "答案里有无法保存的字符，没有评分。",
    "huge": "这个数大得不合常理，没有评分。",
    "task": NO_RECORD,
    "expect": NO_RECORD,
}


def other_shop(tail: str) -> str:
    """Say that the work fits another student's shop."""
    return f"这份答案与学号尾号 {tail} 的店铺相符，不是你自己的店铺，已请老师查看。"


def loaded_other_shop(tail: str) -> str:
    """Say that another student's shop was loaded."""
    return f"这份答案是在学号尾号 {tail} 的店铺上做的，请核对开头的学号。"


def unjudged(what: str) -> str:
    """Say in the log why a task waits for the teacher."""
    return f"pending: {what}"


OUTPUT_CUT = "…… 输出太长，后面的省略了 ……"
STOPPED = "这一格运行太久，或者让程序停住了，评阅时跳过了它。"
