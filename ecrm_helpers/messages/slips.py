"""The slips beginners make most, each as what happened and what to do about it."""

from __future__ import annotations

Lines = tuple[str, str]

SUMMARY = "完整的英文报错（需要时给老师看）"
_RUN_ABOVE = "从菜单选“运行 → 运行选中单元格上方的所有单元格”，再运行这一格。"
_GET_AGAIN = "交卷格是锁定的，不用改。重新取一份作业，把自己的答案抄过去。"

BLANK: Lines = ("这里的空还没有填。", '在等号右边写上你的答案，例如 = 12 或 = "A"，再运行这一格。')
LOCKED_CELL: Lines = ("这一格是交卷格，内容被改动过，运行不了。", _GET_AGAIN)
FULL_WIDTH: Lines = ("用了全角的数字或字母。", "切换到英文输入法（看右下角），把这几个字符重新打一遍。")
MISSING_QUOTE: Lines = ("引号没有成对。", '文字两边各要一个英文引号，例如 "A" 或 "重要价值客户"。')
MISSING_BRACKET: Lines = ("括号没有成对。", "数一数这一行的左括号和右括号，补上少的那个，或删掉多的那个。")
INDENTATION: Lines = ("这一行前面的空格不对。", "最左边不该有空格就删掉；在冒号下面的行，前面要有 4 个空格。")
PERCENT: Lines = ("Python 不认识百分号。", "删掉它：题目的单位写着 % 就写 25，要的是比例就写 0.25。")
NONE_KEPT: Lines = ("原来的 None 还没有删掉。", "把 None 整个换成你的答案，例如 12，后面的逗号要留着。")
UNIT_AFTER_NUMBER: Lines = ("数的后面跟了单位或文字。", "只写数，不写单位，例如 12，不写 12元、12人。")
THOUSANDS: Lines = ("数里写了千位逗号。", "Python 里的逗号会把数切成两段，请写成 1050，不要写 1,050。")
EQUALS_IN_TEST: Lines = (
    "判断是否相等要用两个等号。",
    "一个等号 = 是“把右边的值存到左边”，两个等号 == 才是“左右相等吗”。",
)
COLON: Lines = ("行末少了一个英文冒号。", "在 if、for、def 这一行的末尾加上 : 。")
COMMA: Lines = ("两个值之间少了逗号，或者文字少了引号。", "值和值之间加英文逗号；文字两边加英文引号。")
NOT_UNDERSTOOD: Lines = (
    "这一行的写法 Python 看不懂。",
    "和题目里的样子对照；改乱了就按 Ctrl+Z 退回去，只改“改这里”的值。",
)
TEXT_AS_NUMBER: Lines = (
    "把文字当成数来算了。",
    '数不要放在引号里，也不要带单位：写 12，不写 "12" 或 "12元"。',
)
RESTARTED: Lines = (
    "内核是刚启动的（可能重启过），前面的结果都清空了。",
    "从菜单选“运行 → 运行所有单元格”，从头跑一遍。",
)
COMPARISON_ALONE: Lines = ("== 只是比较，没有改变左边的值。", "想存一个值请用一个等号，例如 我的答案 = 12。")
PRINT_STORED: Lines = (
    "print(…) 只显示，不保存，等号左边得到的是 None。",
    "去掉 print 和它的括号，直接写 = 后面的值。",
)
NONE_USED: Lines = ("用到了一个空的结果（None）。", "看看上面是不是写了 = print(…)，或者那一格还没有填。")


def chinese_mark(mark: str, instead: str) -> Lines:
    """Return the lines on a Chinese punctuation mark."""
    return f"用了中文标点“{mark}”。", f"代码里要用英文标点，请换成 {instead} 。"


def odd_mark(mark: str) -> Lines:
    """Return the lines on another character that Python does not take."""
    return f"有一个 Python 不认识的字符“{mark}”。", "删掉它，用英文输入法重新打。"


def letter_without_quotes(letter: str) -> Lines:
    """Return the lines on an option letter without quotes."""
    return f"选项字母 {letter} 两边少了引号。", f'请写成 "{letter}"（英文引号）。'


def text_without_quotes(text: str) -> Lines:
    """Return the lines on Chinese text without quotes."""
    return f"文字“{text}”两边少了引号，Python 把它当成了名字。", f'请写成 "{text}"（英文引号）。'


def misspelt_name(name: str, near: str) -> Lines:
    """Return the lines on a misspelt name."""
    return f"没有叫“{name}”的东西，是不是想写“{near}”？", "名字要一字不差，大小写也算。"


def not_run_yet(name: str, number: int, first_line: str) -> Lines:
    """Return the lines on a name whose cell has not been run."""
    return f"“{name}”还没有：做出它的是第 {number} 个代码格（{first_line}），那一格还没有运行。", _RUN_ABOVE


def not_run_or_deleted(name: str) -> Lines:
    """Return the lines on a name that nothing tells more about."""
    return f"还没有“{name}”，上面的格可能没有运行。", _RUN_ABOVE


def deleted_cell(name: str) -> Lines:
    """Return the lines on a name that no cell of the notebook makes."""
    return (
        f"整份笔记本里都没有做出“{name}”的格，那一格可能被删掉了。",
        "按 Esc 再按 Z 撤销删除；找不回来就重新取一份作业，把自己的答案抄过去。",
    )


def missing_column(name: str, near: str | None) -> Lines:
    """Return the lines on a column or key that is not there."""
    what = f"表里没有“{name}”这一列" + (f"，是不是想写“{near}”？" if near else "。")
    return what, "列名要一字不差，大小写和下划线都算；运行 表名.columns 可以看有哪些列。"


def missing_attribute(name: str, near: str | None) -> Lines:
    """Return the lines on something after a dot that is not there."""
    what = f"点后面的“{name}”不存在" + (f"，是不是想写“{near}”？" if near else "。")
    return what, "名字要一字不差；打完点后按 Tab 键可以看有哪些可用。"


def missing_file(name: str) -> Lines:
    """Return the lines on a file that is not there."""
    return (
        f"找不到文件“{name}”。",
        "请从左侧文件栏打开课程文件夹里的笔记本，不要单独复制出来，也不要改文件夹的名字。",
    )


def missing_package(name: str) -> Lines:
    """Return the lines on a package that this kernel lacks."""
    return (
        f"这个内核里没有“{name}”，可能选错了内核。",
        "点右上角的内核名，选 Python 3 (ipykernel)；还不行就告诉老师这个名字。",
    )


def stale_answer(names: str, task: str) -> Lines:
    """Return the lines on an answer recorded before its value changed."""
    return (
        f"{names} 变了，可是 {task} 记录的还是原来的答案。",
        f'再运行一次 answer("{task}", …) 那一格，然后保存。',
    )
