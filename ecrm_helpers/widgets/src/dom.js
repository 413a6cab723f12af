// Small helpers shared by the widgets: elements, numbers, theme, the model's changes.

// JupyterLab takes arrow keys, Enter and letters for itself unless the focused element itself asks it not to.
const TAKES_KEYS = new Set(["button", "input", "select"]);

/** Make an element: h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", child). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !key.includes("-") && key !== "list") {
      if (key === "style") element.style.cssText = value;
      else element[key] = value;
    } else element.setAttribute(key === "class" ? "class" : key, value === true ? "" : value);
  }
  if (TAKES_KEYS.has(tag)) element.setAttribute("data-lm-suppress-shortcuts", "true");
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Every widget runs its own copy of this file: a counter alone would join the radio buttons of two widgets.
const copy = Math.random().toString(36).slice(2);
let serial = 0;
export const uid = (name) => `ecrm-${name}-${copy}-${++serial}`;

export const say = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const grouped = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 0 });
export const integer = (x) => grouped.format(x);
export const percent = (share) => `${(share * 100).toFixed(1)}%`;
export const points = (share) => Math.round(share * 1000) / 10;

/** Minor units as people say them: 1,234 元, 12.3 万元, 1.20 亿元. */
export function money(minor, unit) {
  if (Number.isNaN(minor)) return "–";
  const whole = minor / 100;
  const size = Math.abs(whole);
  if (size >= 1e8) return `${(whole / 1e8).toFixed(2)} 亿${unit}`;
  if (size >= 1e4) return `${(whole / 1e4).toFixed(1)} 万${unit}`;
  return `${integer(whole)} ${unit}`;
}

/** Full-width digits, thousands separators, `unit`, a usual unit or % sign: still the number; else NaN. */
export function parseNumber(text, unit = "") {
  const whole = text.normalize("NFKC").replace(/[\s,，、_]/g, "");
  const own = unit.normalize("NFKC").replace(/\s/g, "");
  const said = [own, own.replace(/元$/, "")].find((ending) => ending && whole.endsWith(ending)) ?? ""; // 万 for 万元
  const plain = whole
    .slice(0, whole.length - said.length)
    .replace(/。/g, ".") // what a Chinese keyboard gives for a decimal point
    .replace(/^[¥$￥]/, "")
    .replace(/[−–—]/g, "-")
    .replace(/(%|百分点|个|元|天|次|单|人|位)+$/, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** Mark `root` light or dark after what lies behind it, now and when the page's theme changes. */
export function watchTheme(root, changed = () => {}) {
  const look = () => {
    const theme = backgroundIsDark(root) ? "dark" : "light";
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    changed();
  };
  look();
  const observer = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", look);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", look);
  };
}

function backgroundIsDark(root) {
  for (let node = root.parentElement; node; node = node.parentElement) {
    const [r, g, b, a = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (r !== undefined && a > 0.5) return 0.299 * r + 0.587 * g + 0.114 * b < 110;
  }
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Join a view to its model: `set` writes several traits and redraws once, `keep` sends them to the kernel. */
export function bind(model, keys, redraw) {
  let writing = false;
  const heard = () => writing || redraw();
  for (const key of keys) model.on(`change:${key}`, heard);
  return {
    set(values) {
      writing = true;
      for (const [key, value] of Object.entries(values)) model.set(key, value);
      writing = false;
      redraw();
    },
    keep: () => model.save_changes(),
    release() {
      for (const key of keys) model.off(`change:${key}`, heard);
    },
  };
}
