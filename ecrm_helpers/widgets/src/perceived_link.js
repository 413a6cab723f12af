// What joins the two accounts in the CLV explorer: two stated assumptions, off until someone asks for them.

import { link as words } from "./clv_messages.js";
import { saveOnService } from "./clv_model.js";
import { h, say, uid } from "./dom.js";
import { slider } from "./parts.js";
import { signed } from "./perceived_panel.js";

const TENTH = 0.1; // the share of margin that assumption one speaks of
const ROWS = Object.keys(words.rows);
const round = (value, digits) => Number(value.toFixed(digits));
const percent = (share) => `${round(share * 100, 1)}%`;

/** `moved` while a slider moves, `settled` after, `chosen` for a switch; `cash` writes money. */
export function linkPanel({ cash, moved, chosen, settled }) {
  const id = uid("link");
  const toggle = h("input", { type: "checkbox", id, onchange: () => chosen({ linked: toggle.checked }) });
  const sliders = {
    saving: slider(words.saving, { min: 0, max: 30, settled, moved: (percent) => moved({ saving: percent / 100 }) }),
    service_loss: slider(words.serviceLoss, { min: 0, max: 2, step: 0.25, settled, moved: (points) => moved({ service_loss: points }) }),
    retention_loss: slider(words.retentionLoss, { min: 0, max: 50, settled, moved: (points) => moved({ retention_loss: points / 100 }) }),
  };
  const cells = Object.fromEntries(ROWS.map((row) => [row, [h("td"), h("td")]]));
  const { columns } = words;
  const table = h(
    "table",
    {},
    h("caption", {}, words.caption),
    h("thead", {}, h("tr", {}, h("td"), ...[columns.before, columns.after].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...ROWS.map((row) => h("tr", { class: row === "net" ? "ecrm-on" : "" }, h("th", { scope: "row" }, words.rows[row]), ...cells[row]))),
  );
  const summary = h("p", { class: "ecrm-summary", role: "status", "aria-live": "polite" });
  const edge = h("p", { class: "ecrm-note" });
  const body = h(
    "div",
    { class: "ecrm-two" },
    h("div", { class: "ecrm-controls" }, ...Object.values(sliders).map(({ node }) => node)),
    h("div", {}, table, summary, edge, h("p", { class: "ecrm-note" }, words.alone)),
  );
  return {
    node: h(
      "div",
      { class: "ecrm-panel ecrm-link" },
      h("label", { class: "ecrm-toggle", htmlFor: id }, toggle, h("span", {}, words.toggle, h("small", {}, words.toggleNote))),
      body,
    ),
    show({ settings, views, sides, linked, saving, service_loss, retention_loss }) {
      toggle.checked = linked;
      body.hidden = !linked;
      if (!linked) return;
      const saved = saving * settings.margin;
      sliders.saving.show(round(saving * 100, 6), words.savingWords(percent(saving), cash(saved)));
      sliders.service_loss.show(service_loss, words.serviceWords(service_loss));
      sliders.retention_loss.show(round(retention_loss * 100, 6), words.retentionWords(round(retention_loss * 100, 1)));
      const found = saveOnService(
        settings,
        { scores: views.own, weights: views.weights, sides },
        { saving: saved, serviceLoss: (service_loss * saving) / TENTH, retentionLoss: retention_loss },
      );
      const pairs = {
        margin: [cash(settings.margin), cash(found.margin)],
        service: [round(views.own.service, 2), round(found.service, 2)],
        difference: [signed(found.differenceBefore), signed(found.difference)],
        retention: [percent(settings.retention), percent(found.retention)],
        net: [cash(found.netBefore), cash(found.netAfter)],
      };
      for (const row of ROWS) pairs[row].forEach((text, i) => say(cells[row][i], String(text)));
      if (!saving) {
        say(summary, words.nothing);
        say(edge, "");
        return;
      }
      const gap = found.netAfter - found.netBefore;
      const [from, to] = pairs.retention;
      say(summary, words.summary({
        saved: cash(saved),
        net: cash(Math.abs(gap)),
        way: cash(Math.abs(gap)) === cash(0) ? "" : gap > 0 ? "up" : "down",
        retention: from === to ? words.stays(from) : words.falls(from, to),
        edge: percent(found.breakEvenRetention),
      }));
      say(edge, Number.isFinite(found.breakEvenLoss) ? words.edge(round(found.breakEvenLoss * 100, 1)) : "");
    },
  };
}
