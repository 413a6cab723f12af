"""How the two courses are marked: the published figures as published, and one line per open policy.

给老师：上半部分照课程文件抄录，不要改数字；“政策”各行是课程文件没有规定、由任课老师决定的，改那一行就行。
改完运行 `ecrm grades --course crossborder_crm`；写错了会指出是哪一行。
"""

from ecrm_helpers.grades import (  # noqa: F401  every policy a teacher may switch to
    Component,
    CountIn,
    Course,
    Evidence,
    Formative,
    GiveRest,
    Part,
    Product,
    RoundHalfUp,
    ScaleTo100,
    WeightedSum,
)

# XB.LO 课程目标的证据。冒号后的数字是几项证据之间的比例。
TABLE_FIVE = Evidence(
    "课程文件第五部分的评价方式",
    {
        "LO211": {"X3": 100},
        "LO351": {"X4": 60, "X2": 40},  # 文件只写课程论文；画像实验是我们加的
        "LO811": {"X1.互动": 100},  # 课堂提问；每单元的英语小任务随单元练习计入“互动”
    },
)
_EVERY_X = {"X1": 10, "X2": 25, "X3": 25, "X4": 30}
TABLE_EIGHT = Evidence(
    "课程文件第八部分的表（每项考核都评三个目标，三个达成度因此必然相等）",
    {"LO211": _EVERY_X, "LO351": _EVERY_X, "LO811": _EVERY_X},
)

CROSSBORDER = Course(
    id="crossborder_crm",
    title="跨境电商客户管理",
    result="课程总评",
    # ── 公布的构成与占比（合计 90，实验二没有占比）──
    components=(
        Component("X1", "课堂表现", weight=10, parts=(Part("出勤", share=50), Part("互动", share=50))),
        Component("X2", "客户画像实验", weight=25),
        Component("X3", "建立跨境客户关系的开发报告", weight=25),
        Component("X4", "课程论文", weight=30),
        Component("LAB2", "抱怨与纠纷处理实验", weight=0),
    ),
    programme={"LO21": ("LO211",), "LO35": ("LO351",), "LO81": ("LO811",)},
    exercises=("unit3_segments",),
    # ── 政策：每行一条 ──
    # XB.A-gap 缺的 10 怎么办：四项按比例放大到 100；或 GiveRest(to="LAB2")、GiveRest(to="X3")
    gap=ScaleTo100(),
    # XB.A-unit 单元练习算在哪里：占“互动”的一半；或 CountIn("X3", share=20)、Formative()
    unit_exercises=CountIn("X1.互动", share=50),
    # XB.LO 课程目标的证据：TABLE_FIVE 或 TABLE_EIGHT
    evidence=TABLE_FIVE,
    # 缺成绩："pending" 暂不出总分；"zero" 按 0 分计；"leave_out" 去掉该项、其余放大
    missing="pending",
    # 四舍五入保留的小数位（总分由未取整的各项算出）
    rounding=RoundHalfUp(components=1, total=0),
)

ECOMMERCE = Course(
    id="ecommerce_crm",
    title="电子商务客户关系管理（第九单元）",
    result="单元成绩",  # 它只是学校整门课成绩中的一项
    # ── 公布的构成与占比 ──
    groups={"过程性评价": 60, "终结性评价": 40},
    components=(
        Component(
            "课堂",
            "课堂表现",
            weight=20,
            group="过程性评价",
            criteria=("思维活跃度", "表达能力", "客户服务意识", "实操积极性", "实训态度"),
        ),
        Component(
            "作业",
            "作业完成",
            weight=20,
            group="过程性评价",
            parts=(Part("作业一", share=50), Part("作业二", share=50)),
            criteria=("分析总结能力", "话术撰写能力", "知识应用能力"),
        ),
        Component(
            "实训",
            "实训表现",
            weight=20,
            group="过程性评价",
            parts=(Part("小组评分", share=60), Part("个人贡献", share=40)),
            # 政策：小组评分和个人贡献按上面的份额相加；或 Product()：小组评分 × 个人贡献%
            combine=WeightedSum(),
            criteria=("实操能力", "团队协作能力", "问题解决能力"),
        ),
        Component(
            "测评",
            "单元测评",
            weight=30,
            group="终结性评价",
            criteria=("千牛操作", "模型应用", "服务策略制定"),
        ),
        Component(
            "综合",
            "综合表现",
            weight=10,
            group="终结性评价",
            criteria=("课前预习", "课堂纪律", "实训态度", "自主学习能力", "沟通表达能力"),
        ),
    ),
    counted_twice=("实训态度",),  # 课程文件里它同时属于课堂表现和综合表现，照此计两次
    exercises=(),
    # ── 政策：每行一条（写法同上）──
    gap=None,
    unit_exercises=Formative(),
    evidence=Evidence(
        "按评价维度对应（课程文件没有给出份额，是我们的读法）",
        {
            "EC9.K1": {"作业.作业一": 100},
            "EC9.K2": {"课堂": 50, "作业.作业一": 50},
            "EC9.K3": {"作业.作业二": 50, "测评": 50},
            "EC9.K3b": {"实训": 50, "测评": 50},
            "EC9.K4": {"作业.作业二": 50, "测评": 50},
            "EC9.K5": {"实训": 50, "测评": 50},
            "EC9.S1": {"作业.作业一": 100},
            "EC9.S2": {"实训": 50, "测评": 50},
            "EC9.S3": {"实训": 50, "测评": 50},
            "EC9.S4": {"测评": 100},
            "EC9.Q1": {"课堂": 100},
            "EC9.Q2": {"实训": 50, "综合": 50},
            "EC9.Q3": {"作业": 100},
            "EC9.Q4": {"实训": 50, "综合": 50},
        },
    ),
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
)

COURSES = (CROSSBORDER, ECOMMERCE)
