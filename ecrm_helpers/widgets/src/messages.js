// Every Chinese sentence the widgets show, in one place.

export const common = {
  guess: "先猜一猜",
  reveal: "揭晓",
  peek: "直接看",
  peekNote: "没关系，直接看也行。下次先猜一个数再看，会记得更牢。",
  again: "重新猜",
  needGuess: "先填一个数，猜错了也有收获。",
  guessBeyond: ({ least, most, what = "占比" }) => `${what}在 ${least} 到 ${most} 之间，再估一个。`,
  code: "把设置变成一行代码",
  codeNote: "复制这一行，粘贴到练习里标着「改这里」的地方。",
  codeLabel: "设置的一行 Python 代码",
  copy: "复制",
  copied: "已复制",
  selectInstead: "浏览器不让自动复制：这一行已经选中，请按 Ctrl+C（苹果电脑按 ⌘C）",
  close: (gap) =>
    gap <= 3 ? "猜得很准！" : gap <= 10 ? "差得不远。" : "和直觉差得挺多，这正是要看数据的原因。",
};

export const rfm = {
  question: (shop) =>
    `在「${shop}」，把最近买过、买得勤、花得多（R、F、M 都高）的人叫「重要价值客户」。你觉得他们……`,
  lead: (shop, customers, revenue) => `「${shop}」有 ${customers} 位下过单的客户，销售额一共 ${revenue}。`,
  guessCustomers: "占全部客户的",
  guessRevenue: "占全部销售额的",
  verdict: (g, t, remark) =>
    `${where(t)}，你猜「重要价值客户」占客户 ${g.customers}%、占销售额 ${g.revenue}%；` +
    `实际占客户 ${t.customers}%、占销售额 ${t.revenue}%。${remark}`,
  verdictSkipped: (t) => `${where(t)}，「重要价值客户」占客户 ${t.customers}%，占销售额 ${t.revenue}%。`,
  controls: "调一调",
  shop: "店铺",
  asOf: "统计日",
  window: "看多长时间的订单",
  windows: [
    [0, "全部历史"],
    [365, "最近 365 天"],
    [180, "最近 180 天"],
    [90, "最近 90 天"],
  ],
  split: "高低怎么分",
  splits: [
    ["mean", "均值"],
    ["median", "中位数"],
    ["thresholds", "自己定"],
  ],
  splitNote: {
    mean: "以全店均值为界。拖动下面任一滑块，就改为自己定。",
    median: "以中间那位客户为界，不怕少数大客户把均值拉高。",
    thresholds: "界线由你定：拖一拖，看谁换了类。",
  },
  recency: "R 多久没下单",
  recencyCut: (days) => `${days} 天以内算高（近）`,
  frequency: "F 买过几单",
  frequencyCut: (orders) => `${orders} 单及以上算高`,
  monetary: "M 花了多少",
  monetaryCut: (money) => `${money}及以上算高`,
  measure: "M 指的是",
  measures: [
    ["total", "累计金额"],
    ["mean", "平均每单金额"],
  ],
  axis: "图的纵轴",
  axes: [
    ["monetary", "金额 M"],
    ["frequency", "单数 F"],
  ],
  axisRecency: "距最后一单的天数（越靠右越近）",
  axisMonetary: { total: "累计金额", mean: "平均每单金额" },
  axisFrequency: "有效单数",
  chartLabel: (axis) => `散点图：每个点是一位客户，横轴是距最后一单的天数，纵轴是${axis}，颜色和形状表示类别。`,
  legend: "实心＝常买（F 高），空心＝少买（F 低）。点表格里的一类，图上只亮这一类。",
  nearest: (name, r, f, m) => `${name}：最后一单在 ${r} 天前，买过 ${f} 单，${m}`,
  hover: "指着（或点一下）图上的一个点，看这位客户是谁。",
  empty: "这段时间里没有订单：把统计日往后拖，或者多看一段时间。",
  columns: {
    segment: "类别",
    customers: "客户",
    revenue: "销售额",
    share: "占比（上：客户　下：销售额）",
    means: "均值 R / F / M",
    strategy: "怎么做",
  },
  caption: (asOf, windowDays, measure) =>
    `八类客户各有多少人、买了多少、该怎么对待（统计日 ${asOf}，` +
    `${windowDays ? `之前 ${windowDays} 天` : "之前全部"}的有效订单；M 为扣退款后的${rfm.axisMonetary[measure]}）`,
  means: (days, orders, money) => `${days} 天 / ${orders} 单 / ${money}`,
  levels: (code) => `R ${level(code[0], "近", "远")}F ${level(code[1])} M ${level(code[2])}`,
  summary: (row, name, cuts) =>
    `${cuts}。「${name}」${row.customers} 人，占客户 ${row.customerShare}，带来 ${row.revenueShare} 的销售额。`,
  cuts: (r, f, m) => `界线：${r}；${f}；${m}`,
  codeComment: (shop, fen, unit) =>
    `${shop}；金额以分为单位，${fen} 分 = ${(fen / 100).toLocaleString("zh-CN")} ${unit}`,
};

const where = ({ shop, as_of }) => `在「${shop}」（统计日 ${as_of}）`;

function level(letter, high = "", low = "") {
  const note = letter === "H" ? high : low;
  return `${letter === "H" ? "高" : "低"}${note ? `（${note}）` : ""}`;
}

const LEVER_NAMES = {
  acquisition_budget: "获取",
  retention_budget: "留存",
  loyalty_budget: "忠诚",
  winback_budget: "挽回",
};

export const lifecycle = {
  levers: LEVER_NAMES,
  leverWords: {
    acquisition_budget: "获取：引来新客户",
    retention_budget: "留存：引出下一单",
    loyalty_budget: "忠诚：留住常客",
    winback_budget: "挽回：请回安静的客户",
  },
  perMonth: (yuan) => (yuan ? `每月多花 ${yuan.toLocaleString("zh-CN")} 元` : "不加钱"),
  lead: (people, profit, months) =>
    `这家店现有 ${people} 位客户。照今天的做法，${months} 个月一共能赚 ${profit}。`,
  question: (budget, months) =>
    `老板愿意每月多花 ${budget}，但只能投一处。你觉得投在哪儿，${months} 个月下来利润最多？比现在多赚多少？（已扣掉这笔预算）`,
  guessLever: "投在",
  guessGain: "多赚",
  wan: "万元",
  choose: "选一处",
  verdict: (g, own, best, remark) =>
    `你猜投在「${LEVER_NAMES[g.lever]}」、多赚 ${g.gain} 万元；实际投在那里，${best.months} 个月下来${change(own)}。` +
    (g.lever === best.lever ? `${remark}` : `利润最多的是投在「${LEVER_NAMES[best.lever]}」：${change(best.gain)}。`),
  verdictRight: "正是利润最多的一处！",
  verdictSkipped: (best) =>
    `${best.months} 个月下来，利润最多的是投在「${LEVER_NAMES[best.lever]}」：${change(best.gain)}。`,
  twist: (lever, best) =>
    lever === best
      ? "看期末的客户资产，最多的也是它。"
      : `可是看期末的客户资产，最多的却是「${LEVER_NAMES[lever]}」：眼前的利润和将来的客户，不总是一回事。`,
  controls: "预算",
  total: (yuan) => `四处合计：每月多花 ${yuan.toLocaleString("zh-CN")} 元`,
  reset: "都归零",
  months: "往后看几个月",
  monthOptions: [12, 24, 36, 60].map((n) => [n, `${n} 个月`]),
  chart: "看哪一样",
  charts: [
    ["people", "客户人数"],
    ["profit", "每月利润"],
    ["equity", "客户资产"],
  ],
  chartLabel: {
    people: "堆叠面积图：横轴是月份，从下到上是忠诚、留存、获取、挽回、流失各阶段的人数。",
    profit: "折线图：每月利润，实线是现在的预算，虚线是不加预算。",
    equity: "折线图：客户资产，实线是现在的预算，虚线是不加预算。",
  },
  legend: {
    people: "虚线：不加预算时的活跃客户（忠诚＋留存＋获取）。",
    profit: "虚线：不加预算时的每月利润。",
    equity: "虚线：不加预算时的客户资产（手里全部客户将来利润的现值）。",
  },
  axisMonths: "第几个月",
  axisPeople: "人数",
  axisMoney: "万元",
  now: "现在的预算",
  ghost: "不加预算",
  point: (month, parts) => `第 ${month} 个月：${parts}`,
  hover: "指着（或点一下）图，看某个月的数字。",
  figures: {
    profit: "累计利润",
    equity: "期末客户资产",
    clv: "一位新客户的价值",
    active: "期末活跃客户",
  },
  figureNotes: {
    profit: "毛利减服务成本，已扣预算",
    equity: "手里客户将来利润的现值",
    clv: (months) => `往后 ${months} 个月，未扣获取预算`,
    active: "忠诚＋留存＋获取",
  },
  terms: (base) =>
    `怎么算的：毛利率 ${tenths(base.margin)}%；将来的钱按每月 ${tenths(base.monthly_discount)}% 贴现；` +
    `客户价值看往后 ${base.clv_months} 个月，首单毛利当月就收到。预算的效果是教学模型的假设，不是预测。`,
  versus: (text) => `比不加预算${text}`,
  same: "和不加预算一样",
  columns: { stage: "阶段", start: "现在", end: "期末", ghost: "不加预算", gap: "相差", strategy: "怎么做" },
  caption: "每个阶段有多少人、该怎么对待",
  people: "人",
  summary: (total, months, profit, equity, active) =>
    `每月多花 ${total} 元，${months} 个月后：累计利润${profit}，客户资产${equity}，活跃客户${active}。`,
  more: (text) => `多 ${text}`,
  less: (text) => `少 ${text}`,
  equal: "不变",
  codeNote: "每月比今天多花的钱，单位是元",
};

const tenths = (share) => Math.round(share * 1000) / 10;

function change(wan) {
  if (wan === 0) return "不多不少";
  return wan > 0 ? `多赚 ${wan} 万元` : `反而少赚 ${-wan} 万元`;
}

export const quiz = {
  check: "看看对不对",
  hint: (n) => `提示 ${n}`,
  answer: "看答案",
  right: "答对了！",
  wrong: "还不对，再想想。",
  wrongMore: "还不对。可以看看提示。",
  choose: "先选一个答案。",
  chooseAll: "每一行都要选。",
  unparsable: "没看懂这个数。只填数字就行，例如 12.5 或 1,200。",
  numberLabel: "你的答案",
  up: "上移",
  down: "下移",
  moved: (item, place) => `「${item}」移到第 ${place} 位`,
  order: "从上到下排好：用箭头或拖动。",
  pick: "请选择",
  shown: "答案",
  retry: "再做一遍",
  score: (right, total) => `${total} 题答对 ${right} 题`,
  allRight: "全部答对，真棒！",
  multiple: "（可多选）",
  number: (n) => `第 ${n} 题`,
};
