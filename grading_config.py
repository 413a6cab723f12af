"""How the two courses are marked: the published figures as published, and one line per open policy.

给老师：“公布的构成与占比”照课程文件抄录，不要改数字；其余各行是课程文件没有规定、由任课老师决定的，改那一行就行。
改完运行 `ecrm grades --course crossborder_crm`；写错了会指出是哪一行。
学生状态按默认（STATES）；要改就在课程里加一行
    states={**STATES, "缺考": State(total="none", attainment=False)},
"""

from ecrm_helpers.grades import (  # noqa: F401  every policy a teacher may switch to
    STATES,
    Assignments,
    Attainment,
    Attendance,
    Component,
    Contribution,
    CountIn,
    Course,
    Evidence,
    Formative,
    GiveRest,
    Late,
    Part,
    PeerReview,
    Product,
    Resubmit,
    RoundHalfUp,
    Rubric,
    ScaleTo100,
    Score,
    State,
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
    "课程文件第八部分的表（X1–X4 都评三个目标）",
    {"LO211": _EVERY_X, "LO351": _EVERY_X, "LO811": _EVERY_X},
    consequence="表中没有给出份额，每个目标的证据完全相同，三个达成度必然相等，看不出哪个目标最弱",
    tasks=False,  # 题目自己标注的目标不另作证据，否则每一项就不是“都评三个目标”了
)
LEVELS = {"优秀": 90, "良好": 80, "中等": 70, "及格": 60, "不及格": 0}  # 五级制，按取整后的总评

CROSSBORDER = Course(
    id="crossborder_crm",
    title="跨境电商客户管理",
    result="课程总评",
    # ── 公布的构成与占比（合计 90，实验二没有占比）；by= 是政策：这一项的分数从哪里来 ──
    components=(
        Component("X1", "课堂表现", weight=10, parts=(
            # 各词的分数（None 不计入）和点名次数；登录平台不等于出勤
            Part("出勤", share=50, by=Attendance(
                points={"出勤": 100, "迟到": 70, "早退": 70, "请假": None, "旷课": 0}, sessions=16)),
            Part("互动", share=50, by=Score()),  # 成绩表里一个百分制分数
        )),
        Component("X2", "客户画像实验", weight=25, by=Score()),
        # 评分维度是我们的建议，改成你的：各维度合计 100；或 Score() 只给一个分数
        Component("X3", "建立跨境客户关系的开发报告", weight=25,
                  by=Rubric({"资料来源": 20, "客观全面": 30, "分析深度": 30, "表达规范": 20})),
        Component("X4", "课程论文", weight=30, by=Rubric(  # 我们的建议
            {"选题与文献": 15, "理论运用": 20, "数据分析": 25, "营销策略": 25, "论证与规范": 15})),
        Component("LAB2", "抱怨与纠纷处理实验", weight=0,
                  by=Rubric({"抱怨原因": 30, "对应措施": 35, "各环节预防": 35})),  # 我们的建议
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
    # 迟交一天扣几分（百分制）、最多扣几分、宽限几分钟；refuse_after_days=7 表示超过 7 天记 0
    late={
        "单元练习": Late(per_day=10, most=50, grace_minutes=10),
        "X3": Late(per_day=5, most=30),
        "X4": Late(per_day=5, most=30),
    },
    # 重交：前几次不扣分、之后每次扣几分、最多扣几分；cap=90 表示之后最高 90 分
    resubmit={"单元练习": Resubmit(free=3, per_extra=5, most=20)},
    # 缺成绩："pending" 暂不出总分；"zero" 按 0 分计；"leave_out" 去掉该项、其余放大
    missing="pending",
    # 四舍五入保留的小数位（总分由未取整的各项算出）
    rounding=RoundHalfUp(components=1, total=0),
    # 五级制各级的最低分；不用五级制写 {}
    levels=LEVELS,
    # 分数段的下限，从高到低
    bands=(90, 80, 70, 60),
    # 达成度的合格线，整门课取 "weakest" 最弱的目标或 "mean" 平均
    attainment=Attainment(threshold=0.60, course="weakest"),
    # 交教务的表：列名 → 内容；括号里的几项按占比加权平均
    office={"学号": "学号", "姓名": "姓名", "平时": ("X1", "X2", "X3"), "期末": "X4", "总评": "总评"},
)  # fmt: skip

ECOMMERCE = Course(
    id="ecommerce_crm",
    title="电子商务客户关系管理（第九单元）",
    result="单元成绩",
    # ── 公布的构成与占比；criteria 是课程文件的评价维度；by=Rubric() 是政策：各维度百分制、等权 ──
    groups={"过程性评价": 60, "终结性评价": 40},
    components=(
        Component("课堂", "课堂表现", weight=20, group="过程性评价", by=Rubric(),
                  criteria=("思维活跃度", "表达能力", "客户服务意识", "实操积极性", "实训态度")),
        Component("作业", "作业完成", weight=20, group="过程性评价",
                  criteria=("分析总结能力", "话术撰写能力", "知识应用能力"), parts=(
            # 两次作业各占多少；作业一没有话术，只评另外两个维度
            Part("作业一", share=50, by=Rubric({"分析总结能力": 50, "知识应用能力": 50})),
            Part("作业二", share=50, by=Rubric()),
        )),
        # 小组评分和个人贡献按份额相加；或 combine=Product()：小组评分 × 个人贡献%
        Component("实训", "实训表现", weight=20, group="过程性评价", combine=WeightedSum(),
                  criteria=("实操能力", "团队协作能力", "问题解决能力"), parts=(
            Part("小组评分", share=60, by=Rubric(each="group")),  # 每组一个分数
            # 组内互评："mean" 平均或 "median" 中位数，至少几人打分才算数；或 Contribution() 用分组表的“贡献”
            Part("个人贡献", share=40, by=PeerReview(combine="mean", least=2)),
        )),
        Component("测评", "单元测评", weight=30, group="终结性评价",
                  criteria=("千牛操作", "模型应用", "服务策略制定"), parts=(
            # 文件只写“现场实操+口头提问”，侧重实操；各占多少由你定
            Part("现场实操", share=60, by=Rubric()),
            Part("口头提问", share=40, by=Score()),
        )),
        Component("综合", "综合表现", weight=10, group="终结性评价", by=Rubric(),
                  criteria=("课前预习", "课堂纪律", "实训态度", "自主学习能力", "沟通表达能力")),
    ),
    counted_twice=("实训态度",),  # 课程文件里它同时属于课堂表现和综合表现，照此计两次
    exercises=(),
    # ── 政策：每行一条（写法同上）──
    gap=None,
    unit_exercises=Formative(),
    evidence=Evidence(
        "按评价维度对应（课程文件没有给出份额，是我们的读法）",
        {
            "EC9.K1": {"作业.作业一:分析总结能力": 50, "测评.口头提问": 50},
            "EC9.K2": {"作业.作业一": 50, "测评.口头提问": 50},
            "EC9.K3": {"作业.作业二:知识应用能力": 50, "测评.现场实操:模型应用": 50},
            "EC9.K3b": {"实训.小组评分:问题解决能力": 50, "测评.现场实操:模型应用": 50},
            "EC9.K4": {"作业.作业二:话术撰写能力": 50, "测评.现场实操:服务策略制定": 50},
            "EC9.K5": {"实训.小组评分:实操能力": 50, "测评.现场实操:千牛操作": 50},
            "EC9.S1": {"作业.作业一:分析总结能力": 100},
            "EC9.S2": {"实训.小组评分:实操能力": 50, "测评.现场实操:千牛操作": 50},
            "EC9.S3": {"实训": 50, "测评.现场实操:模型应用": 50},
            "EC9.S4": {"测评.现场实操:服务策略制定": 100},
            "EC9.Q1": {"课堂:客户服务意识": 100},
            "EC9.Q2": {"实训.小组评分:问题解决能力": 50, "综合:沟通表达能力": 50},
            "EC9.Q3": {"作业.作业二:知识应用能力": 50, "课堂:思维活跃度": 50},
            "EC9.Q4": {"实训.小组评分:团队协作能力": 50, "综合:实训态度": 50},
        },
        consequence="知识、技能、素养的达成度由评价维度的分数得出；几个目标共用一个维度时，结果会相近",
    ),
    late={},  # 例如 {"作业.作业一": Late(per_day=10)}，按成绩表“迟交天数”一列
    resubmit={},
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
    levels=LEVELS,
    bands=(90, 80, 70, 60),
    attainment=Attainment(threshold=0.60, course="weakest"),
    office={"学号": "学号", "姓名": "姓名", "平时": ("课堂", "作业", "实训"), "期末": ("测评", "综合"),
            "总评": "总评"},
    exported_as="第九单元",  # 这个总分是学校整门课成绩中的一项，按这个名字导出
)  # fmt: skip

COURSES = (CROSSBORDER, ECOMMERCE)
