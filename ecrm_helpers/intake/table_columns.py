"""Which header of a shop's table means which of our columns, and which word of it which of our codes.

Every column is also known by its own name and by its Chinese title in data/datapackage.json, every code by
itself and by its Chinese name; the lists here add what exports say besides.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ecrm_helpers.datasets.own_schema import OPTIONAL, own_schemas
from ecrm_helpers.intake.columns import ALIASES, heading
from ecrm_helpers.messages.datasets import CODE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CLOSED_AT", "NUMBERED", "TABLES", "codes_of", "required_columns", "table_aliases"]

TABLES = tuple(name for name in OPTIONAL if name != "orders")
"""The tables that :func:`~ecrm_helpers.intake.load_table` reads."""

NUMBERED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"tickets": ("ticket_id", "T"), "surveys": ("survey_id", "S"), "contacts": ("contact_id", "K")}
)
"""Tables whose own id may lack: rows are then numbered, which says nothing about the shop."""

CLOSED_AT = "closed_at"
"""A role beside the schema's columns: handling time is its distance from `opened_at`."""

_CUSTOMER, _ORDER = ALIASES["customer_id"][1:], ALIASES["order_id"][1:]
_MORE: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "customers": {
            "customer_id": (*_CUSTOMER, "编号", "ID"),
            "country": (
                "国家", "地区", "国家地区", "国家代码", "省份", "省", "所在省", "所在地区", "Country",
                "Country Code", "Region", "Province", "State",
            ),
            "joined_on": (
                "注册时间", "加入时间", "加入日期", "入会时间", "入会日期", "创建时间", "首次下单时间",
                "Joined", "Joined at", "Registered", "Registered at", "Signup Date", "Created at",
            ),
            "channel": (
                "渠道", "来源", "来源渠道", "客户来源", "注册渠道", "注册来源", "Source", "Channel",
                "Acquisition Channel",
            ),
            "opted_in": (
                "同意营销", "是否同意接收营销", "是否接收营销", "接收营销", "营销许可", "是否订阅",
                "订阅", "Accepts Marketing", "Accepts Email Marketing", "Opted in", "Opt in",
                "Subscribed",
            ),
        },
        "products": {
            "product_id": (*ALIASES["product_id"][1:10], "编号", "Variant SKU", "Lineitem sku", "ID"),
            "name_zh": ("商品名称", "产品名称", "商品标题", "宝贝标题", "品名", "名称", "Title", "Name"),
            "name_en": ("英文名称", "English Name", "English Title", "Product Name", "Item Name"),
            "category": (
                "分类", "品类", "商品类目", "商品分类", "Category", "Product Category", "Product Type",
                "Type",
            ),
            "price_cny": (
                "售价", "价格", "单价", "销售价", "零售价", "吊牌价", "商品价格", "Price", "List Price",
                "Unit Price", "Variant Price",
            ),
            "cost_cny": (
                "成本价", "进价", "进货价", "采购价", "单位成本", "Cost", "Unit Cost", "Cost per item",
            ),
        },
        "contacts": {
            "contact_id": (
                "会话编号", "会话ID", "记录编号", "咨询ID", "编号", "Session ID", "Conversation ID",
                "ID",
            ),
            "customer_id": _CUSTOMER,
            "order_id": _ORDER,
            "contacted_at": (
                "会话时间", "会话开始时间", "进线时间", "开始时间", "创建时间", "时间", "日期",
                "Contacted at", "Started at", "Created at", "Time", "Date",
            ),
            "channel": ("渠道", "咨询渠道", "来源渠道", "Channel", "Source"),
            "topic": (
                "咨询类型", "咨询主题", "问题类型", "问题分类", "类型", "Topic", "Subject", "Category",
                "Type",
            ),
            "first_response_minutes": (
                "首次响应", "首次响应时间", "首次响应时长", "首响时间", "首响时长", "首响",
                "首次回复时间", "First Response", "First Response Time", "Response Time",
            ),
        },
        "tickets": {
            "ticket_id": (
                "工单号", "工单ID", "投诉编号", "投诉单号", "售后单号", "售后编号", "编号", "Ticket",
                "Ticket Number", "Ticket No", "Case ID", "Case Number", "ID",
            ),
            "customer_id": _CUSTOMER,
            "order_id": _ORDER,
            "opened_at": (
                "创建时间", "工单创建时间", "建单时间", "投诉时间", "提交时间", "发起时间", "申请时间",
                "时间", "日期", "Opened", "Opened at", "Created at", "Created", "Date", "Time",
            ),
            CLOSED_AT: (
                "结案时间", "完结时间", "关闭时间", "解决时间", "处理完成时间", "完成时间", "Closed at",
                "Resolved at", "Solved at",
            ),
            "type": (
                "类型", "工单类型", "问题类型", "投诉原因", "售后原因", "原因", "Type", "Ticket Type",
                "Reason", "Issue", "Issue Type", "Category",
            ),
            "channel": ("渠道", "投诉渠道", "受理渠道", "来源", "来源渠道", "Channel", "Source"),
            "handling_hours": (
                "处理时长", "处理用时", "处理时间", "处理耗时", "解决时长", "用时", "Handling Time",
                "Handling Hours", "Resolution Time", "Time to Resolve",
            ),
            "outcome": (
                "结果", "处理方式", "处理方案", "解决方案", "解决方式", "Outcome", "Resolution",
                "Result",
            ),
        },
        "surveys": {
            "survey_id": (
                "答卷编号", "答卷ID", "评价编号", "评价ID", "序号", "编号", "Response ID", "Survey ID",
                "ID",
            ),
            "customer_id": _CUSTOMER,
            "order_id": _ORDER,
            "answered_on": (
                "回答时间", "答题时间", "填写时间", "填写日期", "提交时间", "提交答卷时间", "评价时间",
                "评价日期", "创建时间", "时间", "日期", "Answered at", "Submitted at", "Response Date",
                "Created at", "Date", "Time",
            ),
            "satisfaction": (
                "满意度评分", "总体满意度", "整体满意度", "服务满意度", "评分", "打分", "星级", "CSAT",
                "Satisfaction", "Satisfaction Score", "Rating", "Score", "Stars",
            ),
            "recommend": (
                "NPS", "NPS评分", "净推荐值", "推荐度", "推荐分", "推荐评分", "是否愿意推荐",
                "NPS Score", "Recommend", "Likelihood to Recommend",
            ),
        },
        "campaigns": {
            "campaign_id": ("活动ID", "编号", "Campaign", "Campaign Number", "ID"),
            "name_zh": ("活动名称", "名称", "活动", "Name", "Campaign Name"),
            "name_en": ("英文名称", "English Name"),
            "sent_on": (
                "发送时间", "开始日期", "开始时间", "活动日期", "日期", "Sent at", "Send Date",
                "Start Date", "Date",
            ),
            "discount_percent": ("优惠", "优惠力度", "折扣", "折扣率", "Discount", "Discount Percent"),
            "cost_per_send": ("单条成本", "每条成本", "发送成本", "单封成本", "Cost per Send", "Unit Cost"),
        },
        "campaign_sends": {
            "campaign_id": ("活动ID", "Campaign", "Campaign Number"),
            "customer_id": _CUSTOMER,
            "opened": ("是否打开", "已打开", "打开状态", "是否已读", "Open"),
            "ordered": ("是否下单", "已下单", "是否转化", "转化", "是否购买", "Converted", "Purchased"),
            "unsubscribed": ("是否退订", "已退订", "Unsubscribe"),
        },
        "rates": {
            "valid_from": ("生效日期", "日期", "开始日期", "月份", "Date", "Valid from", "From"),
            "currency": ("货币", "币别", "Currency Code"),
            "cny_per_unit": ("汇率", "人民币汇率", "兑人民币", "Rate", "Exchange Rate", "CNY per Unit"),
        },
        "countries": {"country": ("国家", "地区", "国家代码", "省份", "Country Code")},
        "promotions": {
            "name_zh": ("促销名称", "活动名称", "名称", "Name"),
            "starts_on": ("开始日期", "开始时间", "Start Date"),
            "ends_on": ("结束日期", "结束时间", "End Date"),
        },
        "holidays": {
            "name_zh": ("节日", "节假日", "名称", "Name"),
            "starts_on": ("开始日期", "Start Date"),
            "ends_on": ("结束日期", "End Date"),
        },
    }
)  # fmt: skip

_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "type": {
            "late_delivery": (
                "迟到", "晚到", "延误", "物流延误", "物流慢", "物流太慢", "快递慢", "配送延误",
                "发货延误", "发货慢", "延迟送达", "送达延迟", "超时送达", "Late", "Delay", "Delayed",
                "Late delivery", "Shipping delay",
            ),
            "damaged": ("破损", "商品破损", "包装破损", "运输破损", "损坏", "Damage", "Broken"),
            "wrong_item": (
                "发错货", "错发", "发错", "错货", "错发漏发", "货不对板", "Wrong product", "Wrong item",
            ),
            "quality": (
                "质量", "商品质量", "品质问题", "瑕疵", "做工问题", "Defective", "Defect",
                "Quality issue",
            ),
            "customs_duty": (
                "关税", "清关", "清关问题", "税费", "海关", "关税问题", "Customs", "Duty", "Tax",
                "Customs duty",
            ),
            "return_refund": (
                "退货", "退款", "退换货", "退货退款", "仅退款", "退款退货", "Return", "Refund",
                "Returns", "Return/Refund",
            ),
        },
        "outcome": {
            "refunded": ("退款", "已退款", "全额退", "Refund", "Full refund"),
            "partly_refunded": ("部分退", "已部分退款", "Partial refund", "Partially refunded"),
            "replaced": ("补发", "换货", "重发", "补寄", "Replacement", "Resent", "Exchange"),
            "coupon": ("优惠券", "赠券", "补偿券", "补偿优惠券", "发优惠券", "Voucher"),
            "explained": ("解释", "已解释", "说明", "安抚", "Explanation"),
            "unresolved": ("处理中", "待处理", "未处理", "未结案", "Open", "Pending"),
        },
        "topic": {
            "product": ("商品咨询", "产品咨询", "商品", "Product question"),
            "stock": ("库存", "库存咨询", "有货吗", "In stock"),
            "shipping_cost": ("运费", "运费咨询", "邮费", "Shipping", "Shipping fee"),
            "where_is_it": (
                "物流", "物流查询", "查件", "催件", "物流咨询", "Tracking", "Where is my order",
            ),
            "after_sale": ("售后咨询", "售后服务", "退换", "After-sales", "After sales"),
        },
    }
)  # fmt: skip


def table_aliases(table: str) -> dict[str, tuple[str, ...]]:
    """Return our column -> headers for one table, best first.

    Examples
    --------
    >>> table_aliases("tickets")["ticket_id"][:3]
    ('ticket_id', '工单编号', '工单号')
    """
    more = _MORE[table]
    named = {
        field["name"]: (field["name"], field["title"], *more.get(field["name"], ()))
        for field in own_schemas()[table]["fields"]
    }
    return named | {role: names for role, names in more.items() if role not in named}


def required_columns(table: str) -> list[str]:
    """Return the columns a file must have; an id that rows can be numbered for is not among them.

    Examples
    --------
    >>> required_columns("surveys")
    ['customer_id', 'answered_on', 'satisfaction']
    """
    numbered = NUMBERED.get(table, ("",))[0]
    fields = own_schemas()[table]["fields"]
    return [one["name"] for one in fields if not one.get("optional") and one["name"] != numbered]


def codes_of(column: str, allowed: list[str]) -> dict[str, str]:
    """Return word -> code for a column that takes only these codes; words as :func:`heading` writes them.

    Examples
    --------
    >>> codes_of("type", ["late_delivery", "damaged"])["物流延误"]
    'late_delivery'
    """
    words = _WORDS.get(column, {})
    return {
        heading(word): code
        for code in allowed
        for word in (code, CODE_NAMES.get(code, code), *words.get(code, ()))
    }
