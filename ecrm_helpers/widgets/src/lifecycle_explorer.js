// Lifecycle explorer: the view. The numbers come from lifecycle_model.js, the words from messages.js.

import { bind, h, integer, money, say, watchTheme } from "./dom.js";
import { stageChart } from "./lifecycle_chart.js";
import { LEVERS, project } from "./lifecycle_model.js";
import { inkOn } from "./markers.js";
import { common, lifecycle as words } from "./messages.js";
import { codeLine, explorer, guessCard, segmented, select, slider, verdictLine } from "./parts.js";

const KEYS = [...LEVERS, "months", "show", "guess"];
const WAN = 1e6; // fen in 万元
const NOTHING = Object.fromEntries(LEVERS.map((name) => [name, 0]));
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const tenth = (fen) => Math.round(fen / (WAN / 10)) / 10;
const ACTIVE = [0, 1, 2];
const active = (people) => total(ACTIVE.map((s) => people[s]));

function render({ model, el }) {
  const base = model.get("base");
  const stages = model.get("stages");
  const trial = model.get("trial_budget");
  const unit = "元";
  let now;
  let held = { months: null };

  function compute() {
    const levers = Object.fromEntries(LEVERS.map((name) => [name, model.get(name)]));
    const months = model.get("months");
    if (held.months !== months) held = { months, ghost: project(NOTHING, base, months) };
    return { levers, months, current: project(levers, base, months), ghost: held.ghost };
  }

  /** What the trial budget earns (fen) in each of the four places, in profit and in customers at the end. */
  function trials() {
    const earned = (run) => total(run.profit) - total(now.ghost.profit);
    return LEVERS.map((lever) => {
      const run = project({ ...NOTHING, [lever]: trial }, base, now.months);
      return { lever, gain: tenth(earned(run)), equity: run.customerEquity.at(-1) };
    });
  }

  // --- controls ---------------------------------------------------------------------------------------
  const sliders = LEVERS.map((name) =>
    slider(words.leverWords[name], {
      min: 0,
      max: model.get("budget_max"),
      step: model.get("budget_step"),
      moved: (yuan) => update({ [name]: yuan }),
      settled: () => link.keep(),
    }),
  );
  const sum = h("p", { class: "ecrm-note" });
  const reset = h("button", {
    type: "button", class: "ecrm-plain",
    onclick: () => {
      update(NOTHING);
      link.keep();
    },
  }, words.reset);
  const pick = (key) => (value) => {
    update({ [key]: value });
    link.keep();
  };
  const monthOptions = words.monthOptions.some(([n]) => n === model.get("months"))
    ? words.monthOptions
    : [[model.get("months"), `${model.get("months")} 个月`], ...words.monthOptions];
  const monthBox = select(words.months, monthOptions, (months) => pick("months")(Number(months)));
  const showRow = segmented(words.chart, words.charts, pick("show"));

  // --- results ----------------------------------------------------------------------------------------
  const plot = h("div", { class: "ecrm-plot", role: "img" });
  const legend = h("p", { class: "ecrm-note" });
  const pointer = h("p", { class: "ecrm-note", "aria-hidden": "true" }, words.hover);
  const figures = Object.fromEntries(Object.keys(words.figures).map((key) => [key, figure(key, base)]));
  const summary = h("p", { class: "ecrm-summary", role: "status", "aria-live": "polite" });
  const rows = stages.map(stageRow);
  const { columns } = words;
  const table = h(
    "table",
    { class: "ecrm-stages", role: "table" },
    h("caption", {}, words.caption),
    h("thead", { role: "rowgroup" }, h(
      "tr",
      { role: "row" },
      ...[columns.stage, columns.start, columns.end, columns.ghost, columns.gap, columns.strategy].map((text) =>
        h("th", { scope: "col", role: "columnheader" }, text),
      ),
    )),
    h("tbody", { role: "rowgroup" }, ...rows.map(({ node }) => node)),
  );
  const code = codeLine(
    () => `levers = {${LEVERS.map((name) => `"${name}": ${now.levers[name]}`).join(", ")}}  # ${words.codeNote}`,
  );

  // --- predict first ----------------------------------------------------------------------------------
  const card = guessCard({
    lead: "", question: "",
    fields: [
      { key: "lever", label: words.guessLever, options: [["", words.choose], ...Object.entries(words.levers)] },
      { key: "gain", label: words.guessGain, unit: words.wan },
    ],
    answer(values) {
      const tried = trials();
      const best = tried.reduce((a, b) => (b.gain > a.gain ? b : a));
      const kept = tried.reduce((a, b) => (b.equity > a.equity ? b : a));
      const own = tried.find(({ lever }) => lever === values?.lever);
      const truth = { lever: best.lever, gain: best.gain, own: own?.gain ?? null, equity_lever: kept.lever, months: now.months };
      update({ guess: { ...values, skipped: values === null, truth } });
      link.keep();
      sliders[0].range.focus({ preventScroll: true });
    },
  });
  const verdict = verdictLine(() => {
    update({ guess: {} });
    link.keep();
    card.clear();
  });

  const body = h(
    "div",
    {},
    verdict.node,
    h(
      "div",
      { class: "ecrm-stage" },
      h(
        "div",
        { class: "ecrm-controls", role: "group", "aria-label": words.controls },
        ...sliders.map(({ node }) => node),
        h("div", { class: "ecrm-row" }, reset, sum),
        h("div", { class: "ecrm-group" }, monthBox.node),
      ),
      h("div", { class: "ecrm-axis" }, showRow.node),
      h("div", { class: "ecrm-chart" }, plot),
      h("div", { class: "ecrm-legend" }, legend, pointer),
    ),
    h("dl", { class: "ecrm-figures" }, ...Object.values(figures).map(({ node }) => node)),
    h("p", { class: "ecrm-note ecrm-terms" }, words.terms(base)),
    summary,
    table,
    code.node,
  );
  const root = explorer("lifecycle", model.get("title"), card.node, body);
  el.append(root);

  const chart = stageChart(plot, {
    stages,
    hovered: (month) => say(pointer, month === null ? words.hover : describeMonth(month)),
  });
  function describeMonth(at) {
    const { current, ghost } = now;
    const show = model.get("show");
    if (show === "people") {
      const parts = stages.map(({ name }, s) => `${name} ${integer(current.people[at][s])}`);
      return words.point(at, parts.join("，"));
    }
    const [own, other] = [current, ghost].map((run) => (show === "profit" ? run.profit : run.customerEquity)[at]);
    const month = show === "profit" ? at + 1 : at;
    return words.point(month, `${words.now} ${money(own, unit)}，${words.ghost} ${money(other, unit)}`);
  }

  // --- the loop: traits → numbers → screen ------------------------------------------------------------
  const link = bind(model, KEYS, redraw);
  const update = link.set;
  redraw();
  const unwatch = watchTheme(root, () => {
    rows.forEach((row) => row.paint(root.dataset.theme === "dark"));
    chart.theme();
  });
  return () => {
    unwatch();
    link.release();
    chart.destroy();
  };

  function redraw() {
    now = compute();
    const guess = model.get("guess") ?? {};
    const revealed = Boolean(guess.truth);
    card.node.hidden = revealed;
    body.hidden = !revealed;
    if (!revealed) {
      card.ask(
        words.lead(integer(total(base.people)), money(total(now.ghost.profit), unit), now.months),
        words.question(money(trial * 100, unit), now.months),
      );
      return;
    }
    verdict.show(verdictOf(guess));
    showControls();
    chart.draw({ ...now, show: model.get("show"), root });
    showFigures();
    rows.forEach((row, s) => row.show(now.current.people[0][s], now.current.people.at(-1)[s], now.ghost.people.at(-1)[s]));
    code.refresh();
  }

  function showControls() {
    LEVERS.forEach((name, i) => sliders[i].show(now.levers[name], words.perMonth(now.levers[name])));
    say(sum, words.total(total(Object.values(now.levers))));
    monthBox.show(now.months);
    showRow.show(model.get("show"));
    say(legend, words.legend[model.get("show")]);
  }

  function showFigures() {
    const measure = (run) => ({
      profit: total(run.profit),
      equity: run.customerEquity.at(-1),
      clv: run.clv,
      active: active(run.people.at(-1)),
    });
    const own = measure(now.current);
    const other = measure(now.ghost);
    const inWords = (key, value) => (key === "active" ? `${integer(value)} 人` : money(value, unit));
    const gaps = {};
    for (const key of Object.keys(own)) {
      const gap = own[key] - other[key];
      const size = inWords(key, Math.abs(gap));
      const level = size === inWords(key, 0);
      gaps[key] = level ? words.equal : gap > 0 ? words.more(size) : words.less(size);
      figures[key].show(inWords(key, own[key]), level ? words.same : words.versus(gaps[key]), level ? "" : gap > 0 ? "up" : "down");
    }
    say(
      summary,
      words.summary(integer(total(Object.values(now.levers))), now.months, gaps.profit, gaps.equity, gaps.active),
    );
  }
}

function verdictOf({ lever, gain, skipped, truth }) {
  const twist = words.twist(truth.equity_lever, truth.lever);
  if (skipped) return words.verdictSkipped(truth) + twist + common.peekNote;
  return words.verdict({ lever, gain }, truth.own, truth, words.verdictRight) + twist;
}

function figure(key, base) {
  const note = words.figureNotes[key];
  const value = h("dd", { class: "ecrm-big" });
  const gap = h("dd", { class: "ecrm-gap" });
  return {
    node: h(
      "div",
      {},
      h("dt", {}, words.figures[key], h("small", {}, typeof note === "string" ? note : note(base.clv_months))),
      value,
      gap,
    ),
    show(text, against, way) {
      say(value, text);
      say(gap, against);
      gap.dataset.way = way;
    },
  };
}

/** One stage in the table: people now, at the end, without budgets, and the difference. */
function stageRow({ name, note, strategy, color }) {
  const cells = Array.from({ length: 4 }, () => h("td", { role: "cell" }));
  const node = h(
    "tr",
    { role: "row" },
    h(
      "th",
      { scope: "row", role: "rowheader" },
      h("span", {}, h("i", { class: "ecrm-swatch", "aria-hidden": "true" }), name),
    ),
    ...cells,
    h("td", { role: "cell", class: "ecrm-do" }, h("small", {}, note), strategy),
  );
  return {
    node,
    paint: (dark) => node.style.setProperty("--own", inkOn(color, dark)),
    show(start, end, ghost) {
      const gap = Math.round(end) - Math.round(ghost);
      [start, end, ghost].forEach((people, i) => say(cells[i], integer(people)));
      say(cells[3], gap > 0 ? `+${integer(gap)}` : integer(gap).replace("-", "−"));
    },
  };
}

export default { render };
