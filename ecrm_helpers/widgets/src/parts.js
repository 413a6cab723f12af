// The pieces the explorers are made of: frame, segmented choice, slider, guess card, verdict, code line.

import { h, parseNumber, say, uid } from "./dom.js";
import { common } from "./messages.js";

/** The whole of an explorer under its title. */
export function explorer(kind, title, ...children) {
  return h(
    "section",
    { class: `ecrm ecrm-${kind}`, "aria-label": title },
    h("div", { class: "ecrm-title", role: "heading", "aria-level": "3" }, title),
    ...children,
  );
}

/** A row of radio buttons that looks like one segmented control. */
export function segmented(label, options, onpick) {
  const name = uid("seg");
  const inputs = options.map(([value]) =>
    h("input", { type: "radio", name, value, onchange: () => onpick(value) }),
  );
  const row = h(
    "div",
    { class: "ecrm-seg" },
    ...options.map(([, text], i) => h("label", {}, inputs[i], h("span", {}, text))),
  );
  return {
    node: h("fieldset", { class: "ecrm-field" }, h("legend", {}, label), row),
    show: (value) => inputs.forEach((input) => (input.checked = input.value === String(value))),
  };
}

/** A range input with its name, the value in words, and a note. `moved` on input, `settled` on change. */
export function slider(label, { min, max, step = 1, moved, settled }) {
  const id = uid("range");
  // The slider itself says its value (aria-valuetext); an output would say it once more.
  const words = h("output", { class: "ecrm-words", "for": id, "aria-live": "off" });
  const range = h("input", {
    type: "range",
    id,
    min,
    max,
    step,
    oninput: () => moved(Number(range.value)),
    onchange: () => settled(),
  });
  return {
    node: h(
      "div",
      { class: "ecrm-field" },
      h("div", { class: "ecrm-label" }, h("label", { htmlFor: id }, label), words),
      range,
    ),
    range,
    show(value, text) {
      if (Number(range.value) !== value) range.value = value;
      say(words, text);
      range.setAttribute("aria-valuetext", text);
    },
    limits(low, high) {
      range.min = low;
      range.max = high;
    },
  };
}

/** The line that sets the guess beside the truth, with a way to guess again. */
export function verdictLine(again) {
  const text = h("p", { role: "status" });
  const button = h("button", { type: "button", class: "ecrm-quiet", onclick: again }, common.again);
  return { node: h("div", { class: "ecrm-verdict" }, text, button), show: (words) => say(text, words) };
}

export function select(label, options, onpick) {
  const id = uid("select");
  const box = h(
    "select",
    { id, onchange: () => onpick(box.value) },
    ...options.map(([value, text]) => h("option", { value }, text)),
  );
  return {
    node: h("div", { class: "ecrm-field" }, h("label", { class: "ecrm-label", htmlFor: id }, label), box),
    show: (value) => (box.value = String(value)),
  };
}

/** The card that asks before it shows; a field may name its `least` and `most` (and `what` they bound). `answer(values | null)` is called with the guess, or null for a peek. */
export function guessCard({ lead, question, fields, answer }) {
  const note = h("p", { class: "ecrm-note", role: "status" });
  const inputs = fields.map(({ options }) =>
    options
      ? h("select", {}, ...options.map(([value, text]) => h("option", { value }, text)))
      : h("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 5 }),
  );
  const submit = (event) => {
    event.preventDefault();
    const values = inputs.map((input, i) => (fields[i].options ? input.value : parseNumber(input.value, fields[i].unit)));
    const missing = values.findIndex((value) => value === "" || Number.isNaN(value));
    const beyond = values.findIndex((value, i) => value < fields[i].least || value > fields[i].most);
    if (missing < 0 && beyond < 0) return answer(Object.fromEntries(fields.map(({ key }, i) => [key, values[i]])));
    say(note, missing < 0 ? common.guessBeyond(fields[beyond]) : common.needGuess);
    inputs[missing < 0 ? beyond : missing].focus();
  };
  const leadLine = h("p", { class: "ecrm-lead" }, lead);
  const questionLine = h("p", { class: "ecrm-question" }, question);
  return {
    node: h(
      "form",
      { class: "ecrm-guess", onsubmit: submit, noValidate: true },
      h("p", { class: "ecrm-kicker" }, common.guess),
      leadLine,
      questionLine,
      h(
        "div",
        { class: "ecrm-blanks" },
        ...fields.map(({ label, unit }, i) =>
          h("label", {}, h("span", {}, label), h("span", { class: "ecrm-blank" }, inputs[i], unit ?? "")),
        ),
      ),
      h(
        "div",
        { class: "ecrm-row" },
        h("button", { type: "submit", class: "ecrm-main" }, common.reveal),
        h("button", { type: "button", class: "ecrm-quiet", onclick: () => answer(null) }, common.peek),
      ),
      note,
    ),
    ask(newLead, newQuestion) {
      say(leadLine, newLead);
      say(questionLine, newQuestion);
    },
    clear() {
      for (const input of inputs) input.value = "";
      say(note, "");
      inputs[0].focus();
    },
  };
}

/** Button「把设置变成一行代码」with the read-only line it fills and a copy button. */
export function codeLine(line) {
  const field = h("input", {
    type: "text",
    readOnly: true,
    spellcheck: false,
    "aria-label": common.codeLabel,
    onfocus: () => field.select(),
  });
  const note = h("p", { class: "ecrm-note", role: "status" }, common.codeNote);
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say(note, common.copied);
    } catch {
      // No clipboard on http pages or without permission: the selected line can still be copied by hand.
      field.focus();
      say(note, document.execCommand("copy") ? common.copied : common.selectInstead);
    }
  };
  const box = h(
    "div",
    { class: "ecrm-code", hidden: true },
    h("div", { class: "ecrm-row" }, field, h("button", { type: "button", class: "ecrm-plain", onclick: copy }, common.copy)),
    note,
  );
  const open = h(
    "button",
    {
      type: "button",
      class: "ecrm-main",
      "aria-expanded": "false",
      onclick: () => {
        box.hidden = false;
        open.setAttribute("aria-expanded", "true");
        refresh();
        field.focus();
        field.scrollLeft = 0;
      },
    },
    common.code,
  );
  const refresh = () => {
    if (box.hidden) return;
    field.value = line();
    say(note, common.codeNote);
  };
  return { node: h("div", { class: "ecrm-export" }, open, box), refresh };
}
