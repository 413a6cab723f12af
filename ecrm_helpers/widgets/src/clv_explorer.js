// CLV explorer: the view of the shop's side. The numbers come from clv_model.js, the words from clv_messages.js.

import { curveChart } from "./clv_chart.js";
import { clv as words } from "./clv_messages.js";
import { LEVERS, clv, clvCurve, netClv, payback, sensitivity } from "./clv_model.js";
import { bind, h, money, say, watchTheme } from "./dom.js";
import { common } from "./messages.js";
import { codeLine, explorer, guessCard, segmented, select, slider, verdictLine } from "./parts.js";
import { linkPanel } from "./perceived_link.js";
import { perceivedPanel } from "./perceived_panel.js";

const SETTINGS = [...LEVERS, "first_period"];
const VIEWS = ["weights", "own", "rival"];
const ASSUMED = ["linked", "saving", "service_loss", "retention_loss"];
const KEYS = [...SETTINGS, "periods", "guess", ...VIEWS, ...ASSUMED];
const TRIAL = 0.1; // the opening question: ten more points of retention
const MOST_RETENTION = 0.99;

function render({ model, el }) {
  const unit = model.get("unit");
  const start = model.get("start");
  const segments = model.get("segments");
  const cash = (value) => inMoney(value, unit);
  let now;

  function compute() {
    const settings = pick((name) => model.get(name), SETTINGS);
    const periods = model.get("periods");
    const changed = SETTINGS.some((name) => settings[name] !== start[name]);
    return {
      settings, periods, changed,
      gross: clv(settings),
      net: netClv(settings),
      payback: payback(settings),
      curve: clvCurve(settings, periods),
      ghost: changed ? clvCurve(start, periods).cumulative : null,
      levers: sensitivity(settings),
    };
  }

  // --- controls ---------------------------------------------------------------------------------------
  const settled = () => link.keep();
  const most = (name) => Math.max(model.get(name), start[name], ...segments.map((segment) => segment[name]));
  const marginScale = scaleOf(most("margin"));
  const costScale = scaleOf(Math.max(most("acquisition_cost"), most("margin")));
  const share = (name) => (percent) => update({ [name]: percent / 100 });
  const sliders = {
    margin: slider(words.leverWords.margin, {
      min: marginScale.step, ...marginScale, settled, moved: (margin) => update({ margin: tidy(margin) }),
    }),
    retention: slider(words.leverWords.retention, {
      min: 0, max: MOST_RETENTION * 100, settled, moved: share("retention"),
    }),
    discount: slider(words.leverWords.discount, { min: 0, max: 40, settled, moved: share("discount") }),
    acquisition_cost: slider(words.leverWords.acquisition_cost, {
      min: 0, ...costScale, settled, moved: (cost) => update({ acquisition_cost: tidy(cost) }),
    }),
  };
  const choose = (values) => {
    update(values);
    link.keep();
  };
  const segmentBox = select(
    words.segment,
    [["", words.ownNumbers], ...segments.map(({ name }, i) => [i, name])],
    (at) => at !== "" && choose(pick((name) => segments[at][name], SETTINGS)),
  );
  segmentBox.node.hidden = !segments.length;
  const reset = h("button", { type: "button", class: "ecrm-plain", onclick: () => choose(start) }, words.reset);
  const years = model.get("periods");
  const listed = words.periodOptions.some(([n]) => n === years);
  const periodBox = select(
    words.periods,
    listed ? words.periodOptions : [[years, words.years(years)], ...words.periodOptions],
    (periods) => choose({ periods: Number(periods) }),
  );
  const firstRow = segmented(words.firstPeriod, words.firstPeriods, (first_period) => choose({ first_period }));

  // --- results ----------------------------------------------------------------------------------------
  const plot = h("div", { class: "ecrm-plot", role: "img" });
  const pointer = h("p", { class: "ecrm-note", "aria-hidden": "true" }, words.hover);
  const figures = Object.fromEntries(Object.keys(words.figures).map((key) => [key, figure(key)]));
  const formula = h("p", { class: "ecrm-formula" });
  const terms = h("p", { class: "ecrm-note ecrm-terms" });
  const summary = h("p", { class: "ecrm-summary", role: "status", "aria-live": "polite" });
  const rows = LEVERS.map(leverRow);
  const { columns } = words;
  const table = h(
    "table",
    { class: "ecrm-levers" },
    h("caption", {}, words.caption),
    h("thead", {}, h(
      "tr", {}, ...[columns.lever, columns.change, columns.gain].map((text) => h("th", { scope: "col" }, text)),
    )),
    h("tbody", {}, ...rows.map(({ node }) => node)),
  );
  const code = codeLine(() => {
    const { settings } = now;
    const entries = LEVERS.map((name) => `"${name}": ${settings[name]}`);
    return `clv_settings = {${[...entries, `"first_period": "${settings.first_period}"`].join(", ")}}  # ${words.codeNote(unit)}`;
  });

  // --- predict first ----------------------------------------------------------------------------------
  const trial = () => Math.min(MOST_RETENTION, tidy(now.settings.retention + TRIAL));
  const card = guessCard({
    lead: "", question: "",
    fields: [
      { key: "times", label: words.guessTimes, unit: words.times, what: words.timesName, least: 0, most: 100 },
      { key: "lever", label: words.guessLever, options: [["", words.choose], ...Object.entries(words.levers)] },
    ],
    answer(values) {
      const better = { ...now.settings, retention: trial() };
      const best = now.levers.reduce((a, b) => (b.gain > a.gain ? b : a));
      const truth = {
        from: percentText(now.settings.retention), to: percentText(better.retention),
        before: cash(now.gross), after: cash(clv(better)), netBefore: cash(now.net), netAfter: cash(netClv(better)),
        times: now.gross > 0 ? Math.round((clv(better) / now.gross) * 100) / 100 : null,
        lever: best.lever,
      };
      choose({ guess: { ...values, skipped: values === null, truth } });
      sliders.retention.range.focus({ preventScroll: true });
    },
  });
  const verdict = verdictLine(() => {
    choose({ guess: {} });
    card.clear();
  });

  const customer = perceivedPanel(model.get("items"), (values) => choose(values));
  const joined = linkPanel({ cash, moved: (values) => update(values), chosen: choose, settled });
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
        segmentBox.node,
        ...LEVERS.map((name) => sliders[name].node),
        h("div", { class: "ecrm-group" }, periodBox.node, reset),
      ),
      h("div", { class: "ecrm-axis" }, firstRow.node),
      h("div", { class: "ecrm-chart" }, plot),
      h("div", { class: "ecrm-legend" }, h("p", { class: "ecrm-note" }, words.legend), pointer),
    ),
    h("dl", { class: "ecrm-figures" }, ...Object.values(figures).map(({ node }) => node)),
    formula,
    terms,
    summary,
    table,
    h("p", { class: "ecrm-note" }, words.bestNote),
    code.node,
    customer.node,
    joined.node,
  );
  const root = explorer("clv", model.get("title"), card.node, body);
  el.append(root);

  const chart = curveChart(plot, {
    cash,
    hovered: (t) => say(pointer, t === null ? words.hover : describe(t)),
  });
  const describe = (t) => {
    const { survivors, discounted, cumulative, net } = now.curve;
    const stay = tidy(Math.round(survivors[t] * 1000) / 10);
    return words.point(t, { stay, own: cash(discounted[t]), total: cash(cumulative[t]), net: cash(net[t]) });
  };

  // --- the loop: traits → numbers → screen ------------------------------------------------------------
  const link = bind(model, KEYS, redraw);
  const update = link.set;
  redraw();
  const unwatch = watchTheme(root, () => chart.theme());
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
    const { settings } = now;
    if (!revealed) {
      card.ask(
        words.lead(cash(settings.margin), percentText(settings.retention), percentText(settings.discount), cash(now.gross), settings.first_period),
        `${words.question(percentText(settings.retention), percentText(trial()))}${words.questionMore}`,
      );
      return;
    }
    verdict.show(verdictOf(guess));
    showControls();
    chart.draw({ ...now, limit: now.gross, unit, root });
    showFigures();
    const best = now.levers.reduce((a, b) => (b.gain > a.gain ? b : a));
    now.levers.forEach((lever, i) => rows[i].show(lever, best, cash));
    say(summary, words.summary({
      gross: cash(now.gross),
      net: words.netWords(cash(Math.abs(now.net)), now.net < 0),
      when: words.whenWords(now.payback),
      lever: words.levers[best.lever],
      gain: cash(best.gain),
    }));
    code.refresh();
    const views = pick((name) => model.get(name), VIEWS);
    customer.show(views);
    joined.show({ settings, views, sides: customer.sides, ...pick((name) => model.get(name), ASSUMED) });
  }

  function showControls() {
    const { settings } = now;
    const inWords = {
      margin: words.perYear(cash(settings.margin)),
      retention: percentText(settings.retention),
      discount: percentText(settings.discount),
      acquisition_cost: words.once(cash(settings.acquisition_cost)),
    };
    for (const name of LEVERS) {
      const percent = name === "retention" || name === "discount";
      sliders[name].show(percent ? tidy(settings[name] * 100) : settings[name], inWords[name]);
    }
    const at = segments.findIndex((segment) => SETTINGS.every((name) => segment[name] === settings[name]));
    segmentBox.show(at < 0 ? "" : at);
    periodBox.show(now.periods);
    firstRow.show(settings.first_period);
    reset.disabled = !now.changed;
  }

  function showFigures() {
    const { settings, gross, net } = now;
    const before = { gross: clv(start), net: netClv(start) };
    const times = before.gross > 0 ? (gross / before.gross).toFixed(2) : null;
    figures.gross.show(cash(gross), !now.changed || times === null ? words.same : words.timesStart(times), wayOf(gross - before.gross));
    const gap = net - before.net;
    const size = cash(Math.abs(gap));
    figures.net.show(cash(net), size === cash(0) ? words.same : gap > 0 ? words.more(size) : words.less(size), wayOf(gap));
    figures.payback.show(words.payback(now.payback), words.paybackNote(cash(settings.acquisition_cost)), "");
    const seen = gross > 0 ? now.curve.cumulative.at(-1) / gross : 1;
    figures.seen.show(`${(seen * 100).toFixed(1)}%`, words.later, "");
    say(figures.seen.name, words.figures.seen(now.periods));
    const m = tidy(settings.margin);
    say(formula, words.formula[settings.first_period](m, settings.retention, tidy(1 + settings.discount), cash(gross)));
    say(terms, words.terms[settings.first_period]);
  }
}

function verdictOf({ times, lever, skipped, truth }) {
  if (skipped) return words.verdictSkipped(truth) + common.peekNote;
  const remark = truth.times === null ? "" : words.close(Math.abs(times - truth.times));
  return words.verdict({ times, lever }, truth, remark);
}

const pick = (get, names) => Object.fromEntries(names.map((name) => [name, get(name)]));
/** 0.1 + 0.2 is 0.30000000000000004: cut what no one typed. */
const tidy = (value) => Number(value.toPrecision(12));
const percentText = (share) => `${tidy(Math.round(share * 1000) / 10)}%`;
const wayOf = (gap) => (Math.abs(gap) < 1e-9 ? "" : gap > 0 ? "up" : "down");

/** Small sums with one decimal, as the gains of one per cent are; large ones as everywhere. */
function inMoney(value, unit) {
  const size = Math.abs(value);
  const text = size < 1000 ? `${tidy(Math.round(size * 10) / 10)} ${unit}` : money(size * 100, unit);
  return value < 0 && !/^0 /.test(text) ? `−${text}` : text;
}

/** A slider's round end, at least four times the value, and a step of some hundredth of it. */
function scaleOf(value) {
  const high = Math.max(value * 4, 1);
  const grain = 10 ** Math.floor(Math.log10(high));
  const max = Math.ceil(high / grain) * grain;
  return { max, step: 10 ** Math.floor(Math.log10(max / 200)) };
}

function figure(key) {
  const title = words.figures[key];
  const name = h("span", {}, typeof title === "string" ? title : "");
  const value = h("dd", { class: "ecrm-big" });
  const gap = h("dd", { class: "ecrm-gap" });
  return {
    node: h("div", {}, h("dt", {}, name, h("small", {}, words.figureNotes[key])), value, gap),
    name,
    show(text, against, way) {
      say(value, text);
      say(gap, against);
      gap.dataset.way = way;
    },
  };
}

/** One lever in the table: from, to, and what it adds, as a number and as a bar. */
function leverRow(lever) {
  const change = h("td");
  const gain = h("b");
  const best = h("span", { class: "ecrm-best" });
  const bar = h("i", { "aria-hidden": "true" });
  const node = h(
    "tr",
    {},
    h("th", { scope: "row" }, words.levers[lever], best),
    change,
    h("td", {}, h("span", { class: "ecrm-gain" }, bar, gain)),
  );
  const share = lever === "retention" || lever === "discount";
  return {
    node,
    show({ value, improved, gain: worth }, top, cash) {
      const text = share ? (x) => `${tidy(Math.round(x * 10_000) / 100)}%` : cash;
      say(change, `${text(value).replace(/ .*/, "")} → ${text(improved)}`);
      say(gain, cash(worth));
      const won = top.lever === lever && worth > 0;
      say(best, won ? words.best : "");
      node.classList.toggle("ecrm-on", won);
      bar.style.setProperty("--share", (top.gain > 0 ? worth / top.gain : 0).toFixed(4));
    },
  };
}

export default { render };
