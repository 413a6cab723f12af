"""What a student's feedback page and the teacher's grading page say."""

from __future__ import annotations

# In place of what cannot or must not be shown.
WIDGET = "（这里是一个互动控件，评阅页上不能操作；请在 JupyterLab 里打开笔记本看。）"
SCRIPT = "（这里的输出是一段脚本，评阅页不运行它。）"
TOO_LONG = "…… 太长，后面的省略了 ……"
TOO_TANGLED = "（这段网页内容过于复杂，只显示文字。）"
BAD_IMAGE = "（图片数据不完整，显示不出来。）"
NO_FIGURE = "（这张图画不出静态的样子；请在 JupyterLab 里打开笔记本看。）"
MORE_OUTPUTS = "（输出太多，后面的没有显示。）"
FIGURE_ALT = "运行得到的图"
PICTURE_ALT = "答案里的图片"

# The page of a student.
PAGE_TITLE = "作业反馈"
STUDENT = "学号"
HANDED_IN = "提交时间"
BEIJING = "（北京时间）"
TOTAL = "总分"
LATE = "迟交扣分"
ATTEMPTS = "已评阅次数"
WAITING_TOTAL = "暂时的得分"
NOTES_TITLE = "文件的情况"
NOTES_LEAD = "交来的文件和发下去的作业对过一遍，发现："
TASKS_TITLE = "每一题的得分"
TASK = "题目"
POINTS = "得分"
REMARK = "评语"
DETAILS_TITLE = "逐题查看"
YOUR_ANSWER = "你的答案"
YOUR_CELL = "你自己加的内容"
YOUR_CELL_TEACHER = "学生自己加的内容"
CODE = "代码"
OUTPUT = "运行结果"
TEACHER_SAYS = "老师的话"
EXTRA_CREDIT = "加分"
BACK = "回到得分表"
FOOTER = "得分以最上面的表为准；“运行结果”里的文字是笔记本里的程序写的。对得分有疑问，请把题号告诉老师。"
FOOTER_HELD = "“运行结果”里的文字是笔记本里的程序写的，不是得分。"

STATES = {
    "full": "全对",
    "part": "部分得分",
    "none": "未得分",
    "missing": "没有收到答案",
    "waiting": "等老师查看",
    "held": "截止后公布",
}
HELD_RECEIVED = "已收到答案，得分和说明在截止时间后公布。"
HELD_MISSING = "没有收到这一题的答案。截止前还可以重新提交。"
HELD_WRITTEN = "截止后由老师评阅。"
WRITTEN_WAITING = "由老师评阅，还没有打分。"
WRITTEN_DONE = "由老师评阅。"
WRITTEN_MISSING = "这一题还是发下去时的样子，没有写。"
TESTS_PASSED = "测试通过。"
TESTS_FAILED = "测试没有全部通过。"
UNNAMED_TASK = "题目"

# The page on which a teacher marks.
GRADING_TITLE = "人工评阅"
PREVIOUS = "← 上一份"
NEXT = "下一份 →"
SUBMISSION = "第 {number} 份，共 {total} 份"
OPEN_NOTEBOOK = "打开笔记本"
SHOW_NAME = "显示姓名"
HIDE_NAME = "隐藏姓名"
FULL_CREDIT = "满分"
NO_CREDIT = "零分"
RESOLVE = "已看过"
EXTRA = "加分"
STUDENT_ANSWER = "学生的答案"
TASK_CELL = "任务"
COMMENT_PLACE = "写给学生的话（支持 Markdown）"
MISSING_FILE = "没有找到评阅后的笔记本，请先评阅这份作业：{name}"
NOT_DONE = "没有全部做完（退出码 {code}）。\n提示：原因在日志里，改好后再按一次。"
VERDICT = "自动评阅"
NO_DEADLINE = (
    "{assignment}：hold_messages 已打开，但这份作业没有截止时间，得分和说明已写进反馈。"
    "提示：在 formgrader 里给作业填上截止时间，再生成一次反馈。"
)


def held_until(moment: str) -> str:
    """Say when points and messages will be shown."""
    return f"截止时间 {moment}{BEIJING}之后，老师公布得分和说明。下面是收到的内容，请核对有没有交全。"


def waiting(count: int) -> str:
    """Say how many tasks the teacher has still to look at."""
    return f"还有 {count} 题等老师查看，总分会变。"


def attempts(used: int, allowed: int) -> str:
    """Say how often a student's work was marked."""
    return f"{used} / {allowed}" if allowed else str(used)


def attempts_used_up(allowed: int) -> str:
    """Say that no further hand-in is marked."""
    return f"这份作业最多自动评阅 {allowed} 次，已经用完：再交的不评阅，得分以这一次为准。"


def not_fetched(student: str, folder: object) -> str:
    """Say that a student cannot fetch feedback."""
    return (
        f"{student}：这份作业不是从 nbgrader 交来的，学生取不到反馈，已跳过。"
        f"提示：把这个文件夹里的网页直接发给学生：{folder}"
    )


def test_said(words: str) -> str:
    """Say what a failed test says."""
    return f"{TESTS_FAILED}测试的提示：{words}"
