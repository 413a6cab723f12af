"""The two fictional shops: 榕屿家居 Rongyu Home (cross-border) and 禾汀小铺 Heting (domestic).

Exchange rates, duty limits and transit times are simulated for teaching; none is a quotation or a rule.
Holiday periods are the public ones, rounded to whole days; those that follow the moon are approximate.
"""

from __future__ import annotations

from ecrm_helpers.simulate.parameters import (
    Campaign,
    Holiday,
    Market,
    Product,
    Promotion,
    PurchaseModel,
    ServiceModel,
    ShopSpec,
    SpendModel,
)

__all__ = ["HETING", "RONGYU", "SEEDS"]

SEEDS = {"rongyu": 20240701, "heting": 20240702}  # of the shipped tables

# Columns: code, Chinese, English, share, currency, UTC offset, promised days, median transit days, sigma,
# duty-free limit, duty in percent.
_ABROAD = [
    ("US", "美国", "United States", 24, "USD", -6, 12, 8.5, 0.30, 20_000, 12),
    ("GB", "英国", "United Kingdom", 12, "GBP", 0, 11, 8.0, 0.26, 13_500, 8),
    ("DE", "德国", "Germany", 10, "EUR", 1, 11, 7.5, 0.22, 15_000, 7),
    ("FR", "法国", "France", 9, "EUR", 1, 12, 9.0, 0.28, 15_000, 7),
    ("JP", "日本", "Japan", 9, "JPY", 9, 7, 4.5, 0.20, 16_666, 6),
    ("KR", "韩国", "South Korea", 7, "KRW", 9, 7, 4.8, 0.22, 200_000, 8),
    ("AU", "澳大利亚", "Australia", 7, "AUD", 10, 13, 9.5, 0.28, 100_000, 5),
    ("CA", "加拿大", "Canada", 6, "CAD", -5, 13, 10.5, 0.32, 15_000, 9),
    ("BR", "巴西", "Brazil", 5, "BRL", -3, 20, 17.5, 0.36, 28_000, 20),
    ("SA", "沙特阿拉伯", "Saudi Arabia", 4, "SAR", 3, 15, 12.0, 0.34, 100_000, 5),
    ("HK", "中国香港", "Hong Kong, China", 4, "HKD", 8, 5, 2.8, 0.25, 0, 0),
    ("TW", "中国台湾", "Taiwan, China", 3, "TWD", 8, 6, 3.6, 0.25, 200_000, 5),
]
# The same without currency, offset and duty.
_PROVINCES = [
    ("CN-FJ", "福建", "Fujian", 16, 3, 1.5, 0.25),
    ("CN-GD", "广东", "Guangdong", 15, 4, 2.1, 0.28),
    ("CN-ZJ", "浙江", "Zhejiang", 11, 4, 2.0, 0.28),
    ("CN-JS", "江苏", "Jiangsu", 11, 4, 2.3, 0.30),
    ("CN-SH", "上海", "Shanghai", 8, 4, 2.1, 0.28),
    ("CN-BJ", "北京", "Beijing", 8, 4, 2.8, 0.32),
    ("CN-SD", "山东", "Shandong", 8, 4, 2.9, 0.34),
    ("CN-SC", "四川", "Sichuan", 7, 5, 3.4, 0.36),
    ("CN-HB", "湖北", "Hubei", 6, 4, 2.6, 0.32),
    ("CN-LN", "辽宁", "Liaoning", 4, 5, 3.8, 0.38),
    ("CN-SN", "陕西", "Shaanxi", 4, 5, 3.5, 0.36),
    ("CN-XJ", "新疆", "Xinjiang", 2, 8, 6.6, 0.40),
]

# Columns: category, Chinese, English, price in yuan, cost in yuan.
_HOME = [
    ("收纳", "棉麻收纳袋", "Linen storage bag", 39, 14),
    ("餐厨", "竹筷五双装", "Bamboo chopsticks, 5 pairs", 45, 15),
    ("装饰", "香薰蜡烛", "Scented candle", 59, 20),
    ("餐厨", "釉下彩饭碗", "Underglaze rice bowl", 68, 25),
    ("收纳", "藤编置物篮", "Rattan basket", 79, 30),
    ("床品", "荞麦枕", "Buckwheat pillow", 89, 35),
    ("装饰", "陶瓷花瓶", "Ceramic vase", 99, 36),
    ("收纳", "桌面收纳盒", "Desk organiser", 109, 42),
    ("餐厨", "柴烧茶杯对装", "Wood-fired cups, pair", 119, 44),
    ("床品", "纯棉枕套对装", "Cotton pillowcases, pair", 129, 52),
    ("灯具", "夹式阅读灯", "Clip-on reading lamp", 149, 62),
    ("装饰", "棉编挂毯", "Woven wall hanging", 169, 63),
    ("餐厨", "竹砧板三件套", "Bamboo boards, set of 3", 189, 78),
    ("收纳", "折叠衣物箱", "Folding wardrobe box", 199, 85),
    ("床品", "水洗棉毯", "Washed cotton throw", 219, 92),
    ("灯具", "纸艺台灯", "Paper table lamp", 239, 98),
    ("餐厨", "青瓷餐具六件套", "Celadon dinnerware, 6 pieces", 269, 108),
    ("装饰", "大号穿衣镜框", "Full-length mirror frame", 299, 130),
    ("床品", "全棉四件套", "Cotton bedding set", 339, 148),
    ("灯具", "竹编吊灯", "Bamboo pendant lamp", 379, 155),
    ("收纳", "竹制鞋架", "Bamboo shoe rack", 399, 175),
    ("餐厨", "铸铁珐琅锅", "Enamelled iron pot", 459, 200),
    ("家具", "藤编圆凳", "Rattan stool", 499, 215),
    ("床品", "蚕丝春秋被", "Silk quilt", 599, 270),
    ("灯具", "落地阅读灯", "Floor reading lamp", 659, 285),
    ("家具", "竹制床头柜", "Bamboo bedside table", 759, 330),
    ("装饰", "手工羊毛地毯", "Hand-made wool rug", 899, 380),
    ("家具", "折叠茶桌", "Folding tea table", 1099, 470),
    ("家具", "实木书架", "Solid wood bookcase", 1399, 610),
    ("家具", "藤编休闲椅", "Rattan lounge chair", 1799, 780),
    ("床品", "蚕丝床品礼盒", "Silk bedding gift set", 2299, 980),
    ("家具", "楠竹餐桌", "Moso bamboo dining table", 3299, 1450),
]
_TEA = [
    ("零食", "海苔脆片", "Seaweed crisps", 12, 5),
    ("坚果", "盐焗花生", "Salted peanuts", 15, 6),
    ("糕点", "绿豆糕", "Mung bean cake", 19, 8),
    ("零食", "手工麻花", "Twisted dough snack", 22, 9),
    ("果干", "芒果干", "Dried mango", 26, 11),
    ("茶叶", "茉莉花茶试饮装", "Jasmine tea taster", 29, 11),
    ("坚果", "每日坚果七日装", "Daily nuts, 7 days", 35, 16),
    ("糕点", "凤梨酥", "Pineapple cake", 39, 17),
    ("果干", "桂圆肉", "Dried longan", 45, 20),
    ("茶叶", "福鼎白茶散茶", "Fuding white tea, loose", 58, 22),
    ("坚果", "碧根果", "Pecans", 65, 31),
    ("糕点", "闽南糕点礼盒", "Minnan cake box", 79, 34),
    ("茶叶", "安溪铁观音", "Anxi Tieguanyin", 98, 38),
    ("坚果", "坚果礼盒", "Nut gift box", 119, 56),
    ("茶叶", "正山小种", "Lapsang souchong", 138, 52),
    ("茶叶", "武夷岩茶", "Wuyi rock tea", 188, 72),
    ("礼盒", "年货大礼包", "New Year hamper", 238, 110),
    ("礼盒", "茶点双享礼盒", "Tea and cake gift box", 298, 128),
    ("茶叶", "陈年白茶饼", "Aged white tea cake", 428, 160),
    ("礼盒", "大师岩茶礼盒", "Master rock tea gift box", 688, 260),
]


def _products(rows: list[tuple[str, str, str, int, int]]) -> tuple[Product, ...]:
    return tuple(
        Product(category=kind, name_zh=zh, name_en=en, price=100 * price, cost=100 * cost)
        for kind, zh, en, price, cost in rows
    )


def _every(countries: str, *rest: str, days: int) -> list[Holiday]:
    zh, en, start, end = rest
    return [
        Holiday(country=code, name_zh=zh, name_en=en, starts_on=start, ends_on=end, extra_days=days)
        for code in countries.split(",")
    ]


_SPRING = [
    *_every("", "春节停运", "Spring Festival, warehouse closed", "2025-01-26", "2025-02-04", days=5),
    *_every("", "春节停运", "Spring Festival, warehouse closed", "2026-02-14", "2026-02-23", days=5),
]
_HOLIDAYS_ABROAD = [
    *_SPRING,
    *_every(
        "US,GB,DE,FR,AU,CA,BR", "圣诞与新年", "Christmas and New Year", "2024-12-20", "2025-01-02", days=4
    ),
    *_every(
        "US,GB,DE,FR,AU,CA,BR", "圣诞与新年", "Christmas and New Year", "2025-12-20", "2026-01-02", days=4
    ),
    *_every("US", "感恩节", "Thanksgiving", "2024-11-28", "2024-11-29", days=2),
    *_every("US", "感恩节", "Thanksgiving", "2025-11-27", "2025-11-28", days=2),
    *_every("GB,DE,FR,AU", "复活节", "Easter", "2025-04-18", "2025-04-21", days=2),
    *_every("GB,DE,FR,AU", "复活节", "Easter", "2026-04-03", "2026-04-06", days=2),
    *_every("JP", "黄金周", "Golden Week", "2025-04-29", "2025-05-06", days=3),
    *_every("JP", "黄金周", "Golden Week", "2026-04-29", "2026-05-06", days=3),
    *_every("KR", "中秋节", "Chuseok", "2024-09-14", "2024-09-18", days=3),
    *_every("KR", "中秋节", "Chuseok", "2025-10-03", "2025-10-09", days=3),
    *_every("BR", "狂欢节", "Carnival", "2025-03-01", "2025-03-05", days=3),
    *_every("BR", "狂欢节", "Carnival", "2026-02-14", "2026-02-18", days=3),
    *_every("SA", "开斋节", "Eid al-Fitr", "2025-03-29", "2025-04-02", days=4),
    *_every("SA", "开斋节", "Eid al-Fitr", "2026-03-19", "2026-03-23", days=4),
    *_every("HK,TW", "农历新年", "Lunar New Year", "2025-01-28", "2025-02-02", days=3),
    *_every("HK,TW", "农历新年", "Lunar New Year", "2026-02-16", "2026-02-21", days=3),
]


def _sale(zh: str, en: str, start: str, end: str, lift: float) -> Promotion:
    return Promotion(name_zh=zh, name_en=en, starts_on=start, ends_on=end, lift=lift)


def _mail(zh: str, en: str, day: str, discount: int, cost: int) -> Campaign:
    return Campaign(name_zh=zh, name_en=en, sent_on=day, discount_percent=discount, cost_per_send=cost)


_EVENING = (2, 1, 0.6, 0.4, 0.4, 0.5, 1, 2, 3, 4, 4.5, 5, 5, 4.5, 4, 4, 4, 4.5, 5, 6, 8, 9, 7, 4)

RONGYU = ShopSpec(
    id="rongyu",
    customers=6000,
    markets=tuple(
        Market(
            code=code,
            name_zh=zh,
            name_en=en,
            share=share,
            currency=currency,
            utc_offset=offset,
            promised_days=promise,
            transit_days=transit,
            transit_sigma=sigma,
            duty_free_limit=limit,
            duty_rate_percent=duty,
        )
        for code, zh, en, share, currency, offset, promise, transit, sigma, limit, duty in _ABROAD
    ),
    currencies={
        "CNY": (2, 1.0),
        "USD": (2, 7.2),
        "GBP": (2, 9.2),
        "EUR": (2, 7.8),
        "JPY": (0, 0.048),
        "KRW": (0, 0.0052),
        "AUD": (2, 4.75),
        "CAD": (2, 5.2),
        "BRL": (2, 1.3),
        "SAR": (2, 1.92),
        "HKD": (2, 0.925),
        "TWD": (2, 0.223),
    },
    products=_products(_HOME),
    promotions=(
        _sale("暑期焕新", "Summer refresh", "2024-08-01", "2024-08-07", 1.4),
        _sale("双11", "Double 11", "2024-11-09", "2024-11-12", 2.0),
        _sale("黑色星期五", "Black Friday", "2024-11-28", "2024-12-02", 3.0),
        _sale("年终礼遇", "Year-end gifts", "2024-12-08", "2024-12-16", 1.6),
        _sale("年中大促", "Mid-year sale", "2025-06-16", "2025-06-20", 1.7),
        _sale("暑期焕新", "Summer refresh", "2025-08-01", "2025-08-07", 1.4),
        _sale("双11", "Double 11", "2025-11-09", "2025-11-12", 2.0),
        _sale("黑色星期五", "Black Friday", "2025-11-27", "2025-12-01", 3.0),
        _sale("年终礼遇", "Year-end gifts", "2025-12-08", "2025-12-16", 1.6),
        _sale("年中大促", "Mid-year sale", "2026-06-16", "2026-06-20", 1.7),
    ),
    holidays=tuple(_HOLIDAYS_ABROAD),
    campaigns=(
        _mail("新客九折", "10% off for newcomers", "2024-10-15", 10, 12),
        _mail("春季焕家", "Spring home refresh", "2025-03-12", 20, 12),
        _mail("初夏好物", "Early summer picks", "2025-05-14", 15, 12),
        _mail("老友回归", "We miss you", "2025-07-23", 30, 12),
        _mail("开学收纳", "Back-to-school storage", "2025-09-10", 20, 12),
        _mail("冬日暖居", "Warm winter home", "2026-01-13", 20, 12),
        _mail("春季焕家", "Spring home refresh", "2026-03-17", 30, 12),
        _mail("周年庆", "Anniversary", "2026-05-12", 20, 12),
    ),
    channels={"search": 0.34, "social": 0.26, "marketplace": 0.22, "influencer": 0.10, "referral": 0.08},
    contact_channels={"onsite_chat": 0.55, "email": 0.35, "phone": 0.10},
    season=(0.85, 0.85, 0.95, 0.95, 1.0, 1.0, 0.95, 0.95, 1.0, 1.05, 1.25, 1.2),
    hours=_EVENING,
)

HETING = ShopSpec(
    id="heting",
    customers=2000,
    markets=tuple(
        Market(
            code=code,
            name_zh=zh,
            name_en=en,
            share=share,
            promised_days=promise,
            transit_days=transit,
            transit_sigma=sigma,
        )
        for code, zh, en, share, promise, transit, sigma in _PROVINCES
    ),
    products=_products(_TEA),
    promotions=(
        _sale("中秋好礼", "Mid-Autumn gifts", "2024-09-06", "2024-09-14", 1.8),
        _sale("双11", "Double 11", "2024-11-08", "2024-11-11", 3.5),
        _sale("年货节", "New Year shopping festival", "2025-01-06", "2025-01-20", 2.2),
        _sale("618 年中大促", "618 mid-year sale", "2025-06-15", "2025-06-18", 2.5),
        _sale("中秋好礼", "Mid-Autumn gifts", "2025-09-24", "2025-10-03", 1.8),
        _sale("双11", "Double 11", "2025-11-08", "2025-11-11", 3.5),
        _sale("年货节", "New Year shopping festival", "2026-01-26", "2026-02-09", 2.2),
        _sale("618 年中大促", "618 mid-year sale", "2026-06-15", "2026-06-18", 2.5),
    ),
    holidays=tuple(_SPRING),
    campaigns=(
        _mail("尝新券", "Taster coupon", "2024-10-22", 10, 8),
        _mail("春茶上新", "Spring tea arrivals", "2025-04-08", 15, 8),
        _mail("老客回归礼", "Welcome-back gift", "2025-07-15", 30, 8),
        _mail("秋冬暖饮", "Warm drinks", "2025-10-21", 15, 8),
        _mail("春茶上新", "Spring tea arrivals", "2026-04-09", 20, 8),
    ),
    channels={"search": 0.40, "livestream": 0.22, "social": 0.20, "referral": 0.18},
    contact_channels={"platform_chat": 0.82, "phone": 0.10, "wechat": 0.08},
    season=(1.1, 0.95, 0.95, 1.05, 1.0, 1.0, 0.85, 0.9, 1.1, 1.05, 1.1, 1.15),
    hours=_EVENING,
    purchase=PurchaseModel(r=1.0, alpha=55.0, a=1.0, b=4.0),
    spend=SpendModel(mean_yuan=96.0, customer_sigma=0.75, order_sigma=0.40),
    service=ServiceModel(cancel_rate=0.05, problem_rate=0.05),
)
