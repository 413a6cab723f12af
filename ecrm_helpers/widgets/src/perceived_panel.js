// The customer's side of the CLV explorer: eight scores for us and a rival, what is got and what is given.

import { perceived as words } from "./clv_messages.js";
import { comparePerceived, perceivedValue } from "./clv_model.js";
import { h, say, uid } from "./dom.js";

const VIEWS = ["weights", "own", "rival"];
const SIDES = ["benefits", "costs"];
const SCALE = [1, 2, 3, 4, 5];
const LEVEL = 0.005; // below this, two decimals show no difference

/** `items` are {item, side, name, note}; `chosen` is called with the one view that changed, whole. */
export function perceivedPanel(items, chosen) {
  const sides = Object.fromEntries(SIDES.map((side) => [side, items.filter((one) => one.side === side).map(({ item }) => item)]));
  const names = new Map(items.map(({ item, name }) => [item, name]));
  let views;
  const boxes = new Map();
  const cells = ({ item, name }) =>
    VIEWS.map((view) => {
      const box = scoreBox(words.boxLabel(name, words.boxes[view]), (value) =>
        chosen({ [view]: { ...views[view], [item]: value } }),
      );
      boxes.set(`${view} ${item}`, box);
      return h("td", {}, box.node);
    });
  const group = (side) =>
    h(
      "tbody",
      {},
      h("tr", { class: "ecrm-side" }, h("th", { scope: "rowgroup", colSpan: 4 }, words.sides[side])),
      ...items
        .filter((one) => one.side === side)
        .map((one) => h("tr", {}, h("th", { scope: "row" }, one.name, h("small", {}, one.note)), ...cells(one))),
    );
  const { columns } = words;
  const table = h(
    "table",
    { class: "ecrm-scores" },
    h("caption", {}, words.caption),
    h("thead", {}, h("tr", {}, h("td"), ...[columns.weight, columns.own, columns.rival].map((text) => h("th", { scope: "col" }, text)))),
    ...SIDES.map(group),
  );
  const shops = { own: balance(words.shops.own), rival: balance(words.shops.rival) };
  const summary = h("p", { class: "ecrm-summary", role: "status", "aria-live": "polite" });
  const title = uid("perceived");
  return {
    sides,
    node: h(
      "div",
      { class: "ecrm-panel", role: "group", "aria-labelledby": title },
      h("div", { class: "ecrm-heading", id: title, role: "heading", "aria-level": "4" }, words.heading),
      h("p", { class: "ecrm-lead" }, words.lead),
      h(
        "div",
        { class: "ecrm-two" },
        table,
        h("div", { class: "ecrm-balances" }, shops.own.node, shops.rival.node, summary, h("p", { class: "ecrm-note" }, words.example)),
      ),
    ),
    show(next) {
      views = next;
      for (const view of VIEWS) {
        for (const { item } of items) boxes.get(`${view} ${item}`).show(views[view][item]);
      }
      const own = perceivedValue(views.own, views.weights, sides);
      const rival = perceivedValue(views.rival, views.weights, sides);
      shops.own.show(own);
      shops.rival.show(rival);
      const gaps = Object.entries(comparePerceived(own, rival)).sort(([, a], [, b]) => b - a);
      const [best, worst] = [gaps[0], gaps.at(-1)];
      const gap = own.difference - rival.difference;
      say(summary, words.summary({
        own: signed(own.difference),
        rival: signed(rival.difference),
        ahead: gap > 0,
        level: Math.abs(gap) < LEVEL,
        best: best[1] > LEVEL ? names.get(best[0]) : "",
        worst: worst[1] < -LEVEL ? names.get(worst[0]) : "",
      }));
    },
  };
}

export const signed = (value) => {
  const text = Math.abs(value).toFixed(2);
  return text === "0.00" ? text : `${value < 0 ? "−" : "+"}${text}`;
};

/** A small drop-down of 1 to 5, with the model's own number added where it is none of these. */
function scoreBox(label, chosen) {
  const box = h(
    "select",
    { "aria-label": label, onchange: () => chosen(Number(box.value)) },
    ...SCALE.map((value) => h("option", { value }, String(value))),
  );
  return {
    node: box,
    show(value) {
      const text = String(value);
      if (![...box.options].some((option) => option.value === text)) box.append(h("option", { value }, text));
      if (box.value !== text) box.value = text;
    },
  };
}

/** One shop: what is got and what is given as two bars, and the difference in words. */
function balance(name) {
  const score = h("span", { class: "ecrm-words" });
  const bar = (label, kind) => {
    const fill = h("i", { class: kind });
    const value = h("span");
    return { node: h("div", { class: "ecrm-measure" }, h("span", {}, label), h("span", { class: "ecrm-track", "aria-hidden": "true" }, fill), value), fill, value };
  };
  const bars = { benefit: bar(words.gets, "ecrm-gets"), cost: bar(words.gives, "ecrm-gives") };
  return {
    node: h("div", { class: "ecrm-balance" }, h("div", { class: "ecrm-label" }, h("b", {}, name), score), bars.benefit.node, bars.cost.node),
    show(seen) {
      say(score, words.score(signed(seen.difference), seen.ratio.toFixed(2)));
      for (const key of ["benefit", "cost"]) {
        say(bars[key].value, seen[key].toFixed(2));
        bars[key].fill.style.setProperty("--share", (seen[key] / SCALE.at(-1)).toFixed(4));
      }
    },
  };
}
