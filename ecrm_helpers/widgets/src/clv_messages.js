// What the CLV explorer says; the words all explorers share are in messages.js.

const NAMES = { margin: "每年毛利", retention: "留存率", discount: "贴现率", acquisition_cost: "获客成本" };

const FIRST = { immediate: "现在就收到", end: "一年后才收" };

export const clv = {
  levers: NAMES,
  leverWords: {
    margin: "m 每位客户每年的毛利",
    retention: "r 留存率：明年还在的占几成",
    discount: "d 贴现率：晚一年收，少算多少",
    acquisition_cost: "获客成本：引来一位",
  },
  lead: (margin, retention, discount, value, first) =>
    `一位客户每年带来毛利 ${margin}（第一笔${FIRST[first]}），每年有 ${retention} 的人留下来，晚一年收的钱按 ${discount} 贴现：` +
    `把将来各年都折到今天，这位客户一共值 ${value}，这就是客户终身价值（CLV）。`,
  question: (from, to) => `如果留存率从 ${from} 变成 ${to}，别的都不变，CLV 会变成原来的几倍？`,
  questionMore: "再猜：毛利、留存率、贴现率、获客成本各改善 1%，哪一个最值钱？",
  guessTimes: "变成原来的",
  times: "倍",
  timesName: "倍数",
  guessLever: "最值钱的 1% 是",
  choose: "选一个",
  verdict: (g, t, remark) =>
    `你猜变成 ${g.times} 倍；${told(t)}${remark}` +
    (g.lever === t.lever
      ? `最值钱的 1% 你猜对了：${NAMES[t.lever]}。`
      : `最值钱的 1% 不是${NAMES[g.lever]}，是${NAMES[t.lever]}。`),
  verdictSkipped: (t) => `${told(t)}最值钱的 1% 是${NAMES[t.lever]}。`,
  close: (gap) => (gap <= 0.05 ? "猜得很准！" : gap <= 0.2 ? "差得不远。" : "和直觉差得挺多，拖一拖留存率看看为什么。"),
  controls: "调一调",
  reset: "回到起点",
  segment: "看哪一群客户",
  ownNumbers: "自己定的数字",
  firstPeriod: "第一笔毛利",
  firstPeriods: Object.entries(FIRST),
  periods: "图上看几年",
  periodOptions: [5, 10, 20, 30].map((years) => [years, `${years} 年`]),
  years: (n) => `${n} 年`,
  perYear: (money) => `${money}／年`,
  once: (money) => `${money}（一次）`,
  chartLabel: "折线图：一位客户到每一年为止累计带来的毛利（已贴现），与获客成本的横线相比；底下的柱子是还在的客户占几成。",
  axisYears: "成为客户后的第几年（0＝现在）",
  axisMoney: (unit) => `累计毛利（${unit}，已折到今天）`,
  labels: { now: "累计毛利", ghost: "起点", cost: "获客成本" },
  limit: (money) => `一直算下去：${money}`,
  limitAbove: (money) => `一直算下去：${money}（在图外）`,
  paid: (t) => (t === 0 ? "当场回本" : `${t} 年后回本`),
  legend: "粗线：一位客户累计带来的毛利；橙色横线：引来这位客户花的钱，粗线高过它就回本。灰柱：还在的客户占几成。",
  hover: "指着（或点一下）图，看某一年的数字。",
  point: (t, { stay, own, total, net }) =>
    `${t === 0 ? "现在" : `${t} 年后`}：100 位里还剩 ${stay} 位，平均每位这一笔 ${own}，累计 ${total}，扣掉获客成本 ${net}`,
  figures: { gross: "CLV", net: "净 CLV", payback: "什么时候回本", seen: (n) => `头 ${n} 年收到` },
  figureNotes: {
    gross: "将来毛利折到今天，未扣获客成本",
    net: "CLV 减获客成本",
    payback: "累计毛利够付获客成本",
    seen: "占 CLV 的几成",
  },
  timesStart: (times) => `起点的 ${times} 倍`,
  more: (text) => `比起点多 ${text}`,
  less: (text) => `比起点少 ${text}`,
  same: "和起点一样",
  payback: (t) => (t === null ? "永远收不回" : t === 0 ? "当场" : `${t} 年后`),
  paybackNote: (cost) => `获客成本 ${cost}`,
  later: "其余要等更久",
  formula: {
    immediate: (m, r, d, value) =>
      `CLV ＝ m × (1 + d) ÷ (1 + d − r) ＝ ${m} × ${d} ÷ (${d} − ${r}) ＝ ${value}`,
    end: (m, r, d, value) => `CLV ＝ m × r ÷ (1 + d − r) ＝ ${m} × ${r} ÷ (${d} − ${r}) ＝ ${value}`,
  },
  terms: {
    immediate:
      "约定：m 是毛利，不是销售额；第一笔毛利现在就收到，不打折；以后每年先看客户还在不在，再贴现；m 和 r 假定年年不变，不设年限。",
    end: "约定：m 是毛利，不是销售额；第一笔毛利一年后才收，还得客户留下来；每年先看客户还在不在，再贴现；m 和 r 假定年年不变，不设年限。",
  },
  summary: ({ gross, net, when, lever, gain }) =>
    `一位客户值 ${gross}，扣掉获客成本${net}，${when}。四个数各改善 1%，最值钱的是${lever}：每位客户多值 ${gain}。`,
  netWords: (net, loss) => (loss ? `要亏 ${net}` : `净赚 ${net}`),
  whenWords: (t) => (t === null ? "永远收不回本" : t === 0 ? "当场回本" : `${t} 年后回本`),
  caption: "哪一个 1% 最值钱？（别的不变，净 CLV 多多少）",
  columns: { lever: "改善哪一个", change: "从 → 到", gain: "每位客户多值" },
  best: "最值钱",
  bestNote: "「各改善 1%」不等于一样容易做到：要花多少钱、做不做得成，公式不知道，得去试、去量。",
  codeNote: (unit) => `每年的数，钱的单位是${unit}；用法：net_clv(**clv_settings)、payback(**clv_settings)`,
};

function told({ from, to, before, after, times, netBefore, netAfter }) {
  const grown = times === null ? "" : `，是原来的 ${times} 倍`;
  return `留存率 ${from} → ${to}，CLV 从 ${before}变成 ${after}${grown}；扣掉获客成本，从 ${netBefore}变成 ${netAfter}。`;
}

export const perceived = {
  heading: "换到客户那一边：感知价值",
  lead: "CLV 是店铺算的账。客户也在算账：从这家店得到多少，要付出多少。得到减付出，就是感知价值（也叫顾客让渡价值）。分数由客户打，不由店铺打。",
  columns: { item: "", weight: "看重", own: "我们", rival: "对手" },
  sides: { benefits: "得到的（分越高越好）", costs: "付出的（分越低越好）" },
  caption: "客户看重什么、打几分（1 到 5）",
  boxes: { weights: "看重程度", own: "我们的分数", rival: "对手的分数" },
  boxLabel: (item, column) => `${item}，${column}，1 到 5`,
  gets: "得到",
  gives: "付出",
  shops: { own: "我们", rival: "对手" },
  score: (difference, ratio) => `感知价值 ${difference}（得到是付出的 ${ratio} 倍）`,
  summary: ({ own, rival, ahead, level, best, worst }) =>
    `客户觉得我们值 ${own}、对手值 ${rival}：` +
    (level ? "两家一样，客户随时会换。" : ahead ? "客户多半选我们。" : "对手更划算，客户多半会走。") +
    (best ? `我们最占便宜的是「${best}」` : "") +
    (best && worst ? "，" : "") +
    (worst ? `最吃亏的是「${worst}」` : "") +
    (best || worst ? "。" : ""),
  example: "这里的分数是举的例子，请换成你问来的。",
};

export const link = {
  toggle: "两本账连起来看：少花服务费，划算吗？",
  toggleNote: "这一段加了两条假设，是教学模型，不是测量。",
  saving: "服务上少花（每位客户每年）",
  savingWords: (share, money) => `毛利的 ${share}，即 ${money}`,
  serviceLoss: "假设一：每省毛利的 10%，服务价值降",
  serviceWords: (points) => `${points} 分`,
  retentionLoss: "假设二：感知价值每低 1 分，留存率降",
  retentionWords: (points) => `${points} 个百分点`,
  caption: "省下服务费之后",
  columns: { what: "", before: "今天", after: "省了以后" },
  rows: {
    margin: "每年毛利",
    service: "服务价值（分）",
    difference: "感知价值",
    retention: "留存率",
    net: "净 CLV",
  },
  nothing: "还没有省：把第一个滑块往右拖。",
  summary: ({ saved, net, way, retention, edge }) =>
    `每年多出毛利 ${saved}，看着是赚；可是留存率${retention}，` +
    (way === "up" ? `净 CLV 还是多了 ${net}。` : way === "down" ? `净 CLV 反而少了 ${net}。` : "净 CLV 一分没多。") +
    (edge === "0%" ? "不管有没有假设：就算一位也没留下，也不算白省。" : `不管有没有假设：留存率只要低于 ${edge}，就是白省。`),
  stays: (r) => `没变（${r}）`,
  falls: (from, to) => `从 ${from} 掉到 ${to}`,
  edge: (points) => `在这里，分界是「感知价值每低 1 分，留存率降 ${points} 个百分点」。真实的数要靠自家店的数据去量。`,
  alone: "公式自己不知道客户会不会走：这两条假设一改，结论就可能反过来。",
};
