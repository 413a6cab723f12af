"""Words that platforms use in their exports, and what `ecrm scores import` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# ── 各平台导出表里的列标题（去空格、半角、小写后比较）；靠前的优先 ──
ID_HEADINGS = (
    "学号", "学号/工号", "学工号", "工号/学号", "学生学号", "学员学号", "学校学号", "用户学号",
    "学号(工号)",
    "学籍号", "sisuserid", "idnumber", "id号", "学校编号", "编号", "sisloginid", "studentid",
    "orgdefinedid",
)  # fmt: skip
NAME_HEADINGS = (
    "姓名", "学生姓名", "真实姓名", "学员姓名", "用户姓名", "填写人姓名", "名字", "student", "name",
)  # fmt: skip
FIRST_NAMES, LAST_NAMES = ("firstname", "名", "名字"), ("surname", "lastname", "姓", "姓氏")
OTHER_HEADINGS = {
    "序号", "班级", "行政班", "行政班级", "教学班", "院系", "学院", "系部", "专业", "年级",
    "性别", "学校", "角色",
    "邮箱", "电子邮箱", "手机", "手机号", "联系电话", "昵称", "账号", "用户名", "备注", "提交者",
    "提交人", "提交者(自动)",
    "填写人", "提交时间", "提交时间(自动)", "填写时间", "开始答题时间", "结束答题时间", "部门",
    "id", "section",
    "rootaccount", "integrationid", "institution", "department", "emailaddress", "email",
    "username",
    "lastdownloadedfromthiscourse", "从此课程上次下载时间", "机构", "系", "姓", "电子邮件地址",
}  # fmt: skip
CANVAS_POINTS, CANVAS_TEST = "pointspossible", "student,test"
CANVAS_HIDDEN = {"manualposting", "muted", "hidden", "pointspossible"}
# platform -> headings of which all stand in its export
SIGNATURES: tuple[tuple[str, frozenset[str]], ...] = (
    ("Canvas", frozenset({"student", "sisloginid", "section"})),
    ("Moodle", frozenset({"idnumber", "emailaddress"})),
    ("Moodle", frozenset({"idnumber", "firstname"})),
    ("Moodle", frozenset({"编号", "电子邮件地址"})),
    ("Moodle", frozenset({"id号", "电子邮件地址"})),
    ("超星学习通", frozenset({"学号/工号"})),
    ("中国大学MOOC", frozenset({"昵称", "真实姓名"})),
    ("钉钉或腾讯文档的收集表", frozenset({"提交者", "提交时间"})),
    ("钉钉或腾讯文档的收集表", frozenset({"提交者(自动)", "提交时间(自动)"})),
    ("钉钉或腾讯文档的收集表", frozenset({"提交人", "提交时间"})),
    ("钉钉或腾讯文档的收集表", frozenset({"填写人", "填写时间"})),
)
# platform -> words of its file name or title lines
TITLES = (
    ("雨课堂", "雨课堂"), ("超星学习通", "学习通"), ("超星学习通", "超星"),
    ("智慧职教", "智慧职教"), ("智慧职教", "职教云"),
    ("中国大学MOOC", "中国大学mooc"), ("中国大学MOOC", "慕课"), ("钉钉或腾讯文档的收集表", "钉钉"),
    ("钉钉或腾讯文档的收集表", "腾讯文档"), ("钉钉或腾讯文档的收集表", "收集结果"),
)  # fmt: skip
UNKNOWN = "没有认出的平台"

# ── 登录不是出勤 ──
LOGINS = (
    "登录", "登陆", "访问", "在线", "时长", "观看", "视频", "音视频", "浏览", "活跃", "学习次数",
    "章节学习", "学习进度",
    "完成进度", "点击", "停留", "任务点", "学习时间", "login", "loggedin", "lastaccess", "visit",
    "online", "pageview",
    "view", "watch", "duration", "minutes", "lastonline", "totalactivity",
)  # fmt: skip
ATTENDANCE_NAMES = ("出勤", "考勤", "签到", "到课")
# a platform's record of one roll call -> the word of our sheets
ROLL_CALL = {
    "已签": "出勤", "已签到": "出勤", "签到": "出勤", "签到成功": "出勤", "正常": "出勤",
    "到课": "出勤", "已到": "出勤",
    "出勤": "出勤", "教师代签": "出勤", "迟到": "迟到", "早退": "早退",
    "请假": "请假", "事假": "请假",
    "病假": "请假", "公假": "请假", "缺勤": "旷课", "旷课": "旷课", "未签": "旷课",
    "未签到": "旷课", "未参与": "旷课",
    "缺席": "旷课", "未到": "旷课",
}  # fmt: skip
NO_MARK_WORDS = {
    "未提交", "未参加", "未参与", "未做", "未完成", "未批阅", "待批阅", "未批改", "待批改",
    "未开始", "无", "null",
    "ex", "n/a", "none",
}  # fmt: skip

ORIGIN = "〔平台导入〕"
RAW = "原始记录"


def title(file: str, platform: str, columns: Sequence[str], full: str, day: str) -> str:
    """Name in the first row where an imported sheet comes from."""
    named = "、".join(f"“{one}”" for one in columns)
    out_of = f"，满分 {full}" if full else ""
    return f"{ORIGIN}来自 {file}（{platform}）的{named}列{out_of}，{day} 导入。改分请在平台上改了再导入一次。"


# ── 拒绝 ──
def no_id_column(file: str, headings: Sequence[str]) -> str:
    """Say that an export has no column of ids."""
    seen = f"看到的列：{'、'.join(headings)}。" if headings else ""
    return (
        f"{file} 里没有学号列（认识“学号”“学号/工号”“SIS User ID”“ID number”等）。\n"
        f"提示：{seen}导出时勾选学号，或把那一列的标题改成“学号”。"
    )


def choose_column(file: str, platform: str, wanted: str, near: str, columns: Sequence[str]) -> str:
    """List the columns that can be imported."""
    asked = f"没有“{wanted}”这一列" if wanted else "要用 --column 说明导入哪一列"
    guess = f"是不是“{near}”？" if near else ""
    listed = "\n".join(f"  {one}" for one in columns) or "  （没有）"
    return f'{file}（{platform}）：{asked}。可以导入的列：\n{listed}\n提示：{guess}写 --column "列标题"。'


def column(name: str, filled: int, example: str) -> str:
    """Describe a column that can be imported."""
    return f"{name}：{filled} 格有内容，例如 {example}"


def column_in_several(file: str, name: str, sheets: Sequence[str]) -> str:
    """Say that several sheets of a workbook have the column."""
    return f"{file} 有几张表都有“{name}”列：{'、'.join(sheets)}。\n提示：把要导入的那张另存为一个文件。"


def one_column(place: str) -> str:
    """Say that only attendance takes several columns."""
    return f"“{place}”只有一个成绩，一次只能导入一列。\n提示：只写一个 --column；先合成总分再导入。"


def login_is_no_attendance(name: str, place: str) -> str:
    """Refuse to take log-ins, visits and minutes for attendance."""
    return (
        f"“{name}”记录的是登录、访问或在线时长，不能当作“{place}”：登录不是出勤，人没来也能登录。\n"
        "提示：导入平台的签到记录（已签、迟到、请假、缺勤），或用点名表：ecrm scores template。"
    )


def numbers_are_no_attendance(where: str, text: str, words: Iterable[str]) -> str:
    """Refuse a number where a roll call's word is needed."""
    return (
        f"{where}：“{text}”不是一次点名的记录。\n"
        f"提示：出勤要每次一列、每格一个词：{'、'.join(words)}；签到次数、签到率和登录都不行。"
    )


def undeclared(where: str, text: str, mapped: str, words: Sequence[str]) -> str:
    """Say that a roll call's word has no points."""
    shown = f"“{text}”即“{mapped}”，" if mapped and mapped != text else f"“{text}”"
    return f"{where}：{shown}没有规定得分。\n提示：grading_config.py 里规定了：{'、'.join(words)}。"


def above_full(where: str, text: str, full: str) -> str:
    """Refuse a mark above the full mark given."""
    return f"{where}：{text} 超过满分 {full}。\n提示：用 --full 写明这一列的满分，程序不猜。"


def no_mark(where: str, text: str) -> str:
    """Say that a cell of an export is no mark."""
    return f"{where}：“{text}”不是分数。\n提示：导入分数列；评语、等级列不能当分数。"


def percent(where: str, text: str) -> str:
    """Say that a percentage needs a full mark of 100."""
    return f"{where}：“{text}”是百分数，满分只能是 100。\n提示：去掉 --full，或导入原始分那一列。"


def other_full(name: str, stated: str, full: str) -> str:
    """Say that the export states another full mark."""
    return f"“{name}”在文件里写的满分是 {stated}，这里是 {full}。\n提示：加 --full {stated}。"


def student_twice(file: str, student: str, first: int, second: int) -> str:
    """Say that an export has a student twice."""
    return (
        f"{file}：学号 {student} 在第 {first} 行和第 {second} 行各有一条。\n"
        "提示：删掉不要的那一条（例如补交前的）。"
    )


def not_importable(place: str, places: Sequence[str]) -> str:
    """Say where marks of single students can go."""
    return f"不能导入到“{place}”。\n提示：--to 可以写：{'、'.join(places)}。"


def not_our_import(file: str) -> str:
    """Refuse to write over a file that was not imported."""
    return f"{file} 不是以前导入的那张表，没有覆盖。\n提示：先把它改名或移走。"


def marks_elsewhere(place: str, count: int, where: str) -> str:
    """Say that the place has marks already."""
    return (
        f"“{place}”已经有 {count} 人的成绩，例如 {where}。\n提示：同一项只留一处：先移走或清空那里，再导入。"
    )


def nobody_matched(file: str) -> str:
    """Say that no id of an export is in the class."""
    return f"{file} 里没有一个学号在名单里，什么也没有写。\n提示：检查学号列和 --course。"


# ── 回答 ──
def imported(place: str, count: int, platform: str, path: object) -> str:
    """Tell what was written."""
    return f"已导入“{place}”{count} 人（{platform}），写入 {path}"


def unmatched(rows: Sequence[str], most: int = 20) -> str:
    """List the rows that are nobody's, none guessed."""
    more = f"\n  ……共 {len(rows)} 行" if len(rows) > most else ""
    return "这些行没有对上名单，没有导入：\n" + "\n".join(f"  {one}" for one in rows[:most]) + more


def unmatched_row(number: int, student: str, name: str, why: str) -> str:
    """Describe a row that is nobody's."""
    return f"第 {number} 行 {student or '（没有学号）'} {name}：{why}"


NOT_IN_ROSTER = "不在名单里"


def other_name(name: str) -> str:
    """Say that the roster has another name for an id."""
    return f"名单里这个学号叫“{name}”"


def absent(students: Sequence[str], most: int = 20) -> str:
    """List who of the class is not in an export."""
    more = " 等" if len(students) > most else ""
    return (
        f"名单里有 {len(students)} 人没有从这个文件得到成绩，按缺成绩处理：{'、'.join(students[:most])}{more}"
    )


def changes(lines: Sequence[str], most: int = 20) -> str:
    """List what a new import changes in the former one."""
    more = f"\n  ……共 {len(lines)} 处" if len(lines) > most else ""
    return "和上次导入相比，有这些变化：\n" + "\n".join(f"  {one}" for one in lines[:most]) + more


def change(student: str, name: str, old: str, new: str) -> str:
    """Describe one change."""
    return f"{student} {name}：{old or '空'} → {new or '空'}"


REPLACE = "用新的替换上次导入的吗？"
NOTHING_CHANGED = "和上次导入相比，没有变化。"
KEPT = "没有确认，保留了上次导入的。\n提示：确定要替换，请加 --yes。"
