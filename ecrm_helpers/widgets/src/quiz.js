// Self-check quiz. Progress per question: {value, hints, tries, state: "" | "right" | "wrong" | "shown"}.

import { bind, h, parseNumber, say, uid, watchTheme } from "./dom.js";
import { quiz as words } from "./messages.js";

const FRESH = { value: null, hints: 0, tries: 0, state: "" };

function render({ model, el }) {
  const items = model.get("items");
  const rightIn = (all) => items.filter((_, i) => all?.[i]?.state === "right").length;
  const progress = (i) => ({ ...FRESH, ...(model.get("progress") ?? {})[i] });
  const write = (i, change) => {
    const all = { ...model.get("progress"), [i]: { ...progress(i), ...change } };
    link.set({ progress: all, score: rightIn(all) });
    link.keep();
  };
  const views = items.map((item, i) => itemView(item, i, items.length, (change) => write(i, change), () => progress(i)));
  const score = h("span", { role: "status" });
  const again = h("button", {
    type: "button", class: "ecrm-quiet",
    onclick: () => {
      link.set({ progress: {}, score: 0 });
      link.keep();
    },
  }, words.retry);
  const root = h(
    "section",
    { class: "ecrm ecrm-quiz", "aria-label": model.get("title") },
    h("div", { class: "ecrm-title", role: "heading", "aria-level": "3" }, model.get("title")),
    ...views.map(({ node }) => node),
    h("p", { class: "ecrm-score" }, score, again),
  );
  const redraw = () => {
    views.forEach((view) => view.show());
    const right = rightIn(model.get("progress")); // `score` may arrive a moment later in a second view
    say(score, right === items.length ? words.allRight : words.score(right, items.length));
    again.hidden = !Object.keys(model.get("progress") ?? {}).length;
  };
  const link = bind(model, ["progress"], redraw);
  el.append(root);
  const unwatch = watchTheme(root);
  redraw();
  return () => {
    unwatch();
    link.release();
  };
}

const KINDS = { choice: choiceField, numeric: numberField, ordering: orderField, matching: pairField };

function itemView({ kind, question, hints, explain, data }, place, count, write, read) {
  const asked = uid("ask");
  const field = KINDS[kind](data, { label: asked, changed: (value) => write({ value, state: "" }) });
  const verdict = h("div", { class: "ecrm-say", role: "status" });
  const help = h("div", { class: "ecrm-say" });
  const button = (text, onclick, style) => h("button", { type: "button", class: style, onclick }, text);
  const check = button(words.check, () => {
    const value = read().value ?? field.start ?? null;
    const problem = field.problem(value);
    if (problem) return tell("no", problem);
    write({ value, tries: read().tries + 1, state: field.right(value) ? "right" : "wrong" });
  }, "ecrm-main");
  const hint = button("", () => write({ hints: Math.min(read().hints + 1, hints.length) }), "ecrm-plain");
  const reveal = button(words.answer, () => write({ state: "shown" }), "ecrm-quiet");
  const tell = (style, title, text = "") => {
    const told = [style, title, text].join("\n");
    if (told === verdict.dataset.told) return; // a screen reader would read it out again
    verdict.dataset.told = told;
    verdict.className = `ecrm-say ecrm-${style}`;
    verdict.replaceChildren(h("b", {}, title), ...(text ? [h("span", {}, text)] : []));
  };
  const node = h(
    "div",
    { class: "ecrm-item", role: "group", "aria-labelledby": asked },
    h(
      "div",
      { class: "ecrm-ask", id: asked },
      count > 1 ? h("i", { "aria-label": words.number(place + 1) }, `${place + 1}`) : null,
      h("span", {}, question + (data.several ? words.multiple : "")),
    ),
    field.node,
    h("div", { class: "ecrm-row" }, check, hint, reveal),
    help,
    verdict,
  );
  return {
    node,
    show() {
      const { value, hints: seen, tries, state } = read();
      const over = state === "right" || state === "shown";
      field.lock(over);
      field.show(value);
      help.replaceChildren(...hints.slice(0, seen).map((text, i) => h("span", {}, h("b", {}, `${words.hint(i + 1)}　`), text)));
      say(hint, words.hint(seen + 1));
      hint.hidden = over || seen >= hints.length;
      // The answer comes after the hints have been read and something has been tried.
      reveal.hidden = over || seen < hints.length || (!tries && !hints.length);
      check.hidden = over;
      if (state === "right") tell("yes", words.right, explain);
      else if (state === "shown") tell("yes", `${words.shown}：${field.answer()}`, explain);
      else if (state === "wrong") tell("no", seen < hints.length ? words.wrongMore : words.wrong);
      else {
        delete verdict.dataset.told;
        verdict.replaceChildren();
      }
    },
  };
}

function choiceField({ options, answer, several }, { label, changed }) {
  const name = uid("choice");
  const inputs = options.map((_, i) =>
    h("input", {
      type: several ? "checkbox" : "radio",
      name,
      value: i,
      onchange: () => changed(inputs.flatMap((input, k) => (input.checked ? [k] : []))),
    }),
  );
  const letter = (i) => String.fromCharCode(65 + i);
  return {
    node: h(
      "div",
      { class: "ecrm-options", role: several ? "group" : "radiogroup", "aria-labelledby": label },
      ...options.map((text, i) => h("label", { class: "ecrm-option" }, inputs[i], h("span", {}, `${letter(i)}. ${text}`))),
    ),
    show: (value) => inputs.forEach((input, i) => (input.checked = Boolean(value?.includes(i)))),
    lock: (over) => inputs.forEach((input) => (input.disabled = over)),
    problem: (value) => (value?.length ? "" : words.choose),
    right: (value) => value.join() === answer.join(),
    answer: () => answer.map((i) => `${letter(i)}. ${options[i]}`).join("；"),
  };
}

function numberField({ answer, tol, unit }, { label, changed }) {
  const input = h("input", {
    type: "text",
    autocomplete: "off",
    "aria-labelledby": label,
    oninput: () => changed(input.value),
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      input.closest(".ecrm-item").querySelector(".ecrm-main").click();
    },
  });
  return {
    node: h("div", { class: "ecrm-number" }, input, unit),
    show: (value) => input.value === (value ?? "") || (input.value = value ?? ""),
    lock: (over) => (input.readOnly = over),
    problem: (value) => (Number.isNaN(parseNumber(value ?? "", unit)) ? words.unparsable : ""),
    // A hair of slack, so that 0.1 + 0.2 is within 0.3 ± 0.
    right: (value) => Math.abs(parseNumber(value, unit) - answer) <= tol + 1e-9 * Math.max(1, Math.abs(answer)),
    answer: () => `${answer.toLocaleString("zh-CN", { maximumFractionDigits: 10 })} ${unit}`.trim(),
  };
}

function orderField({ items, answer }, { label, changed }) {
  const start = items.map((_, i) => i);
  let order = start;
  let held = null;
  let locked = false;
  const live = h("span", { role: "status", class: "ecrm-note" }, words.order);
  const list = h("ol", { class: "ecrm-order", "aria-labelledby": label });
  const rows = items.map((text, i) => {
    const move = (step, button) => {
      place(order.indexOf(i) + step, i);
      (button.disabled ? row.querySelector("button:not(:disabled)") : button)?.focus();
      say(live, words.moved(text, order.indexOf(i) + 1));
    };
    const arrow = (glyph, title, step) => {
      const button = h("button", { type: "button", "aria-label": `${title}：${text}`, onclick: () => move(step, button) }, glyph);
      return button;
    };
    const row = h(
      "li",
      {
        draggable: true,
        ondragstart: (event) => {
          held = i;
          event.dataTransfer.effectAllowed = "move";
          row.classList.add("ecrm-drag");
        },
        ondragend: () => row.classList.remove("ecrm-drag"),
        ondragover: (event) => {
          event.preventDefault();
          if (held !== null && held !== i && !locked) place(order.indexOf(i), held);
        },
        ondrop: (event) => event.preventDefault(),
      },
      h("span", {}, text),
      arrow("↑", words.up, -1),
      arrow("↓", words.down, 1),
    );
    return row;
  });
  function place(to, item) {
    const rest = order.filter((i) => i !== item);
    const target = Math.max(0, Math.min(items.length - 1, to));
    changed([...rest.slice(0, target), item, ...rest.slice(target)]);
  }
  return {
    start,
    node: h("div", {}, list, live),
    show(value) {
      const next = value ?? start;
      if (next.join() !== order.join() || !list.children.length) {
        order = next;
        list.replaceChildren(...order.map((i) => rows[i]));
      }
      order.forEach((i, k) => {
        const [up, down] = rows[i].querySelectorAll("button");
        up.disabled = locked || k === 0;
        down.disabled = locked || k === items.length - 1;
      });
    },
    lock(over) {
      locked = over;
      for (const row of rows) row.draggable = !over;
    },
    problem: () => "",
    right: (value) => value.join() === answer.join(),
    answer: () => answer.map((i) => items[i]).join(" → "),
  };
}

function pairField({ left, right, answer }, { changed }) {
  const boxes = left.map(() =>
    h(
      "select",
      { onchange: () => changed(boxes.map((box) => Number(box.value))) },
      h("option", { value: -1 }, words.pick),
      ...right.map((text, i) => h("option", { value: i }, text)),
    ),
  );
  return {
    node: h("div", { class: "ecrm-pairs" }, ...left.map((text, i) => h("label", {}, h("span", {}, text), boxes[i]))),
    show: (value) => boxes.forEach((box, i) => (box.value = String(value?.[i] ?? -1))),
    lock: (over) => boxes.forEach((box) => (box.disabled = over)),
    problem: (value) => (value?.every((i) => i >= 0) ? "" : words.chooseAll),
    right: (value) => value.join() === answer.join(),
    answer: () => left.map((text, i) => `${text} → ${right[answer[i]]}`).join("；"),
  };
}

export default { render };
