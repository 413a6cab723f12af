// RFM explorer: the view. The numbers come from rfm_model.js, the words from messages.js.

import { bind, h, integer, money, percent, points, say, watchTheme } from "./dom.js";
import { icon, inkOn } from "./markers.js";
import { common, rfm as words } from "./messages.js";
import { codeLine, explorer, guessCard, segmented, select, slider, verdictLine } from "./parts.js";
import { scatter } from "./rfm_chart.js";
import { classTable, classify, customerTable, dayNumber, isoDate, thresholds, unpack } from "./rfm_model.js";

const KEYS = [
  "shop", "as_of", "split", "measure", "window_days", "recency_days", "frequency", "monetary",
  "axis", "selected", "guess",
];
const DEFAULT_TIMEZONE = "Asia/Shanghai"; // of RFMSettings
const LEAST_DAYS = 30; // the as-of slider keeps at least a month of orders
const MONEY_STEPS = 200;
const MOST_FREQUENT = 12;

function render({ model, el }) {
  const shops = new Map(model.get("shops").map((shop) => [shop.id, readShop(shop)]));
  const segments = model.get("segments");
  const colors = segments.map(({ color }) => color);
  const cache = { key: null };

  const shopNow = () => shops.get(model.get("shop")) ?? shops.values().next().value;
  const names = new Map(segments.map(({ code, name }) => [code, name]));

  /** Everything on show, from the model's traits. The customer table is kept until date, shop or measure change. */
  function compute() {
    const shop = shopNow();
    const asOf = dayNumber(model.get("as_of") || shop.as_of);
    const measure = model.get("measure");
    const windowDays = model.get("window_days") || 0;
    const key = [shop.id, asOf, measure, windowDays].join();
    if (cache.key !== key) {
      cache.key = key;
      cache.table = customerTable(shop.columns, { asOf, measure, windowDays });
    }
    const { table } = cache;
    const cuts = thresholds(table, {
      split: model.get("split"),
      recencyDays: model.get("recency_days"),
      frequency: model.get("frequency"),
      monetary: model.get("monetary"),
    });
    const classes = classify(table, cuts);
    return { shop, asOf, measure, windowDays, table, cuts, classes, rows: classTable(table, classes) };
  }

  // --- controls ---------------------------------------------------------------------------------------
  const pick = (key) => (value) => {
    update({ [key]: value });
    link.keep();
  };
  /** The cuts in whole units: what a slider shows, and where it starts when it is first touched. */
  const wholeCuts = ({ cuts }) => ({
    recency_days: Math.max(1, Math.floor(cuts.recency || 0)), // no orders, no mean: start at the least
    frequency: Math.max(1, Math.ceil(cuts.frequency || 0)),
    monetary: Math.max(100, Math.ceil((cuts.monetary || 0) / 100) * 100),
  });
  const cutMoved = (key, from) => (position) => {
    const start = model.get("split") === "thresholds" ? {} : wholeCuts(now);
    update({ ...start, split: "thresholds", [key]: from(position) });
  };
  const settled = () => link.keep();

  const shopBox = select(words.shop, [...shops.values()].map(({ id, name }) => [id, name]), (id) => {
    const { as_of } = shops.get(id);
    update({ shop: id, as_of, split: "mean" });
    link.keep();
  });
  shopBox.node.hidden = shops.size < 2;
  const asOfSlider = slider(words.asOf, {
    min: 0, max: 1, settled,
    moved: (day) => update({ as_of: isoDate(day) }),
  });
  const windowBox = select(words.window, words.windows, (days) => pick("window_days")(Number(days)));
  const splitRow = segmented(words.split, words.splits, (split) => {
    update(split === "thresholds" ? { ...wholeCuts(now), split } : { split });
    link.keep();
  });
  const splitNote = h("p", { class: "ecrm-note" });
  const recency = slider(words.recency, {
    min: 1, max: 730, settled, moved: cutMoved("recency_days", (days) => days),
  });
  const frequency = slider(words.frequency, {
    min: 1, max: MOST_FREQUENT, settled, moved: cutMoved("frequency", (times) => times),
  });
  const monetary = slider(words.monetary, {
    min: 0, max: MONEY_STEPS, settled,
    moved: cutMoved("monetary", (position) => moneyAt(position, shopNow().money_range)),
  });
  const measureRow = segmented(words.measure, words.measures, (measure) => {
    update({ measure, split: model.get("split") === "thresholds" ? "mean" : model.get("split") });
    link.keep();
  });
  const axisRow = segmented(words.axis, words.axes, pick("axis"));

  // --- results ----------------------------------------------------------------------------------------
  const plot = h("div", { class: "ecrm-plot", role: "img" });
  const pointer = h("p", { class: "ecrm-note", "aria-hidden": "true" }, words.hover);
  const summary = h("p", { class: "ecrm-summary", role: "status", "aria-live": "polite" });
  const rows = segments.map((segment) => tableRow(segment, () => {
    update({ selected: model.get("selected") === segment.code ? "" : segment.code });
    link.keep();
  }));
  const caption = h("caption");
  const { columns } = words;
  const table = h(
    "table",
    { class: "ecrm-classes", role: "table" },
    caption,
    h("thead", { role: "rowgroup" }, h(
      "tr",
      { role: "row" },
      ...[columns.segment, columns.customers, columns.revenue, columns.share, columns.means, columns.strategy].map(
        (text) => h("th", { scope: "col", role: "columnheader" }, text),
      ),
    )),
    h("tbody", { role: "rowgroup" }, ...rows.map(({ node }) => node)),
  );
  const code = codeLine(() => pythonLine(now));

  // --- predict first ----------------------------------------------------------------------------------
  const card = guessCard({
    lead: "", question: "",
    fields: [
      { key: "customers", label: words.guessCustomers, unit: "%", least: 0, most: 100 },
      { key: "revenue", label: words.guessRevenue, unit: "%", least: 0, most: 100 },
    ],
    answer(values) {
      const top = now.rows[0];
      const truth = {
        customers: points(top.customerShare), revenue: points(top.revenueShare),
        shop: now.shop.name, as_of: isoDate(now.asOf),
      };
      update({ guess: { ...values, skipped: values === null, truth } });
      link.keep();
      splitRow.node.querySelector("input:checked")?.focus({ preventScroll: true });
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
        shopBox.node, splitRow.node, splitNote, recency.node, frequency.node, monetary.node,
        h("div", { class: "ecrm-group" }, asOfSlider.node, windowBox.node, measureRow.node),
      ),
      h("div", { class: "ecrm-axis" }, axisRow.node),
      h("div", { class: "ecrm-chart" }, plot),
      h("div", { class: "ecrm-legend" }, h("p", { class: "ecrm-note" }, words.legend), pointer),
    ),
    summary,
    table,
    code.node,
  );
  const root = explorer("rfm", model.get("title"), card.node, body);
  el.append(root);

  const chart = scatter(plot, {
    colors, segments,
    hovered: (i) => say(pointer, i < 0 ? words.hover : describeCustomer(i)),
  });
  const describeCustomer = (i) =>
    words.nearest(
      names.get(segments[now.classes[i]].code),
      now.table.recency[i],
      now.table.frequency[i],
      `${words.axisMonetary[now.measure]} ${money(now.table.monetary[i], now.shop.unit)}`,
    );

  // --- the loop: traits → numbers → screen ------------------------------------------------------------
  let now;
  const link = bind(model, KEYS, redraw);
  const update = link.set;
  redraw();
  const unwatch = watchTheme(root, () => {
    for (const row of rows) row.paint(root.dataset.theme === "dark");
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
      const revenue = now.rows.reduce((sum, row) => sum + row.revenue, 0);
      card.ask(
        words.lead(now.shop.name, integer(now.table.size), money(revenue, now.shop.unit)),
        words.question(now.shop.name),
      );
      return;
    }
    verdict.show(verdictOf(guess));
    showControls();
    chart.draw({
      table: now.table, classes: now.classes, cuts: now.cuts, measure: now.measure, unit: now.shop.unit,
      axis: model.get("axis"), selected: model.get("selected"), root,
      moneyRange: now.shop.money_range, farthest: now.windowDays || now.shop.span, mostOrders: now.shop.mostOrders,
    });
    showTable();
    code.refresh();
  }

  function showControls() {
    const { shop, asOf, cuts } = now;
    const split = model.get("split");
    const whole = wholeCuts(now);
    shopBox.show(shop.id);
    const last = dayNumber(shop.as_of);
    asOfSlider.limits(Math.min(dayNumber(shop.first_day) + LEAST_DAYS, last), last);
    asOfSlider.show(asOf, isoDate(asOf));
    windowBox.show(now.windowDays);
    splitRow.show(split);
    measureRow.show(now.measure);
    axisRow.show(model.get("axis"));
    say(splitNote, words.splitNote[split]);
    recency.show(whole.recency_days, words.recencyCut(exact(cuts.recency)));
    frequency.show(Math.min(whole.frequency, MOST_FREQUENT), words.frequencyCut(exact(cuts.frequency)));
    monetary.show(moneyPosition(whole.monetary, shop.money_range), words.monetaryCut(money(cuts.monetary, shop.unit)));
  }

  function showTable() {
    const selected = model.get("selected");
    now.rows.forEach((row, i) => rows[i].show(row, now.shop.unit, row.code === selected, Boolean(selected)));
    say(caption, words.caption(isoDate(now.asOf), now.windowDays, now.measure));
    if (!now.table.size) return say(summary, words.empty);
    const row = now.rows[Math.max(0, segments.findIndex(({ code: c }) => c === selected))];
    const { cuts, shop } = now;
    say(
      summary,
      words.summary(
        {
          customers: integer(row.customers),
          customerShare: percent(row.customerShare),
          revenueShare: percent(row.revenueShare),
        },
        names.get(row.code),
        words.cuts(
          `R ${words.recencyCut(exact(cuts.recency))}`,
          `F ${words.frequencyCut(exact(cuts.frequency))}`,
          `M ${words.monetaryCut(money(cuts.monetary, shop.unit))}`,
        ),
      ),
    );
  }

  function pythonLine({ shop, asOf, measure, windowDays }) {
    const split = model.get("split");
    const entries = [`"split": "${split}"`];
    if (split === "thresholds") {
      for (const key of ["recency_days", "frequency", "monetary"]) entries.push(`"${key}": ${model.get(key)}`);
    }
    if (measure !== "total") entries.push(`"measure": "${measure}"`);
    if (windowDays) entries.push(`"window_days": ${windowDays}`);
    if (shop.timezone !== DEFAULT_TIMEZONE) entries.push(`"timezone": "${shop.timezone}"`);
    entries.push(`"as_of": "${isoDate(asOf)}"`);
    const fen = model.get("monetary");
    const note = split === "thresholds" ? words.codeComment(shop.name, fen, shop.unit) : shop.name;
    return `settings = {${entries.join(", ")}}  # ${note}`;
  }
}

const exact = (value) => (Number.isInteger(value) ? String(value) : Number.isNaN(value) ? "–" : value.toFixed(1));

function readShop(shop) {
  const columns = unpack(shop);
  return {
    ...shop,
    columns,
    span: Math.max(LEAST_DAYS, dayNumber(shop.as_of) - dayNumber(shop.first_day)),
    mostOrders: columns.counts.reduce((most, count) => Math.max(most, count), 0),
  };
}

function verdictOf({ customers, revenue, skipped, truth }) {
  if (skipped) return words.verdictSkipped(truth) + common.peekNote;
  const gap = Math.max(Math.abs(customers - truth.customers), Math.abs(revenue - truth.revenue));
  return words.verdict({ customers, revenue }, truth, common.close(gap));
}

/** Slider position → fen, on a log scale, rounded to two digits so that people can say the number. */
function moneyAt(position, [low, high]) {
  const minor = low * (high / low) ** (position / MONEY_STEPS);
  const grain = Math.max(100, 10 ** (Math.floor(Math.log10(minor)) - 1));
  return Math.max(100, Math.round(minor / grain) * grain);
}

const moneyPosition = (minor, [low, high]) =>
  Math.max(0, Math.min(MONEY_STEPS, Math.round((Math.log(minor / low) / Math.log(high / low)) * MONEY_STEPS)));

/** One class in the table; `show` rewrites only the text that changed. */
function tableRow({ code, name, strategy, color }, onpick) {
  const cell = () => h("td", { role: "cell" });
  const customers = cell();
  const revenue = cell();
  const bars = [h("i"), h("i")];
  const means = cell();
  const button = h("button", { type: "button", class: "ecrm-name", onclick: onpick });
  button.innerHTML = icon(code);
  button.append(h("span", {}, h("b", {}, name), h("small", {}, words.levels(code))));
  const texts = [customers, revenue].map((node) => {
    const parts = [h("span"), h("small")];
    node.append(...parts);
    return parts;
  });
  const node = h(
    "tr",
    { role: "row" },
    h("th", { scope: "row", role: "rowheader" }, button),
    customers,
    revenue,
    h("td", { role: "cell" }, h("span", { class: "ecrm-bars", "aria-hidden": "true" }, ...bars)),
    means,
    h("td", { role: "cell", class: "ecrm-do" }, strategy),
  );
  return {
    node,
    paint: (dark) => node.style.setProperty("--own", inkOn(color, dark)),
    show(row, unit, on) {
      say(texts[0][0], `${integer(row.customers)} 人`);
      say(texts[0][1], percent(row.customerShare));
      say(texts[1][0], money(row.revenue, unit));
      say(texts[1][1], percent(row.revenueShare));
      bars[0].style.setProperty("--share", row.customerShare.toFixed(4));
      bars[1].style.setProperty("--share", row.revenueShare.toFixed(4));
      const { meanRecencyDays: r, meanFrequency: f, meanMonetary: m } = row;
      say(means, r === null ? "–" : words.means(r.toFixed(0), f.toFixed(1), money(m, unit)));
      node.classList.toggle("ecrm-on", on);
      button.setAttribute("aria-pressed", String(on));
    },
  };
}

export default { render };
