"""What a cell that cannot be read is answered with."""

from __future__ import annotations

# ── 应为什么：接在“第 n 行“某列”是“…”，”后面 ──
EMPTY = "不能空着"
ID_CUT = "这是被 Excel 改成科学计数法、丢了末尾数字的编号；请从平台重新导出，打开前先把这一列设成“文本”"
ID_IS_DATE = "编号被 Excel 改成了日期；请从平台重新导出，打开前先把这一列设成“文本”"
NO_ID = "这样写表示没有编号，算进去会把不同的人或订单混成一个"
MASKED = (
    '打了星号，不同的人会混成一位客户；请换一列没有打星号的，写明 mapping={"customer_id": "列名"}'
    "（确认要用这一列，也这样写明）"
)
ERROR_VALUE = "这是 Excel 公式的错误值或还没算出的公式；请在 Excel 里打开、改好、保存一次"
WANT_WHOLE = "应是整数，例如 2"
WANT_TIME = "应是日期和时间，例如 2026-07-01 13:05:00"
WRONG_YEAR = "年份应在 1990 到 2100 之间"
WANT_AMOUNT = "应是金额，例如 1,234.50 或 ¥1,234.50"
WANT_CURRENCY = "应是币种，例如 CNY、USD 或 人民币"
NEGATIVE = (
    '金额不能是负数；如果这些是退款行，请改用退款金额列（mapping={"refund": "列名"}），'
    '或用 bad_rows="drop" 略过它们'
)
NEGATIVE_REFUND = "退款金额应写成正数"
TWO_CURRENCIES = "货币符号和币种不一致，分不清是哪一种"
TOO_LARGE = "金额太大，像是编号或电话填错了列"


def _at(file: str, header: str) -> str:
    return f"{file} 的“{header}”列" if file else f"“{header}”列"


def dates_unclear(file: str, header: str, cell: object) -> str:
    """Say that day and month cannot be told apart."""
    return (
        f"{_at(file, header)}写成“{cell}”，分不清先写日还是先写月，"
        "整列也没有能说明的日期（例如 13/07/2026）。\n"
        "提示：先写日就加 day_first=True，先写月就加 day_first=False。"
    )


def dates_contradict(file: str, header: str, first: object, second: object) -> str:
    """Say that the column has both orders."""
    return (
        f"{_at(file, header)}里“{first}”只能先写日，“{second}”只能先写月，两种写法混在一起。\n"
        "提示：把这一列统一成 2026-07-01 这样的写法。"
    )


def dates_half_converted(file: str, header: str, cell: object) -> str:
    """Say that Excel has taken some texts for dates and left others, swapping day and month."""
    return (
        f"{_at(file, header)}一部分是真正的日期，一部分是“{cell}”这样的文字，"
        "多半是 Excel 打开时只认出了一部分，"
        "认出的那些日和月可能已经颠倒。\n"
        "提示：从平台重新导出，不要先用 Excel 打开；或把整列统一成 2026-07-01 这样的写法。"
    )


def day_first_wrong(file: str, header: str, cell: object, *, day_first: bool) -> str:
    """Say that a cell contradicts the option."""
    return (
        f"写了 day_first={day_first}，但{_at(file, header)}的“{cell}”不能这样读。\n"
        f"提示：改成 day_first={not day_first}，或去掉它让程序判断。"
    )


def decimals_contradict(file: str, header: str, point: object, comma: object) -> str:
    """Say that the column has both decimal signs."""
    return (
        f"{_at(file, header)}里“{point}”用点作小数点，“{comma}”用逗号作小数点，两种写法混在一起。\n"
        "提示：把这一列统一成 1234.50 这样的写法。"
    )


def decimals_unclear(file: str, header: str, cell: object) -> str:
    """Say that a point may separate thousands or decimals."""
    return (
        f"{_at(file, header)}的“{cell}”可能是一千多，也可能是一点几，整列也没有能说明的金额。\n"
        '提示：点是小数点就加 decimal="."，逗号是小数点（欧洲写法）就加 decimal=","。'
    )
