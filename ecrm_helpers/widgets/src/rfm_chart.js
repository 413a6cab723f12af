// The scatter: uPlot draws axes and grid, this module stamps the customers and the two cuts.

import uPlot from "uplot";
import { FONT, followWidth } from "./chart.js";
import { inkOn, markerLayer, stamps } from "./markers.js";
import { rfm as words } from "./messages.js";

const RADIUS = 2.9;
const NARROW = 520; // pixels; narrower plots get smaller markers
const NARROW_RADIUS = 2.1;
const NEAR = 14; // pixels within which the pointer finds a customer

// Frequencies are whole numbers: a fixed little shake per customer keeps equal ones apart.
const shake = (i) => ((Math.imul(i + 1, 2654435761) >>> 0) / 4294967296 - 0.5) * 0.62;

export function scatter(host, { colors, segments, hovered }) {
  let plot = null;
  let now = null;
  let sprites = null;
  let layer = null;
  let shownAxis = null;
  let xs = new Float64Array(0);
  let ys = new Float64Array(0);
  let placedFor = null;
  const css = (name) => getComputedStyle(now.root).getPropertyValue(name).trim();

  const sized = followWidth(host, () => plot, extent);

  function extent() {
    const width = Math.max(240, Math.floor(host.clientWidth));
    return { width, height: Math.round(Math.min(540, Math.max(300, width * 0.68))) };
  }

  /** Ends of the axes: fixed by shop and window, so that they rest while a slider moves. */
  function limits() {
    const { axis, moneyRange, farthest, mostOrders } = now;
    return {
      x: [-farthest * 0.02, farthest * 1.02],
      y: axis === "monetary" ? moneyRange : [0.6, Math.max(4, mostOrders) * 1.25],
    };
  }

  function build() {
    plot?.destroy();
    const dark = now.root.dataset.theme === "dark";
    const palette = colors.map((color) => inkOn(color, dark));
    const radius = host.clientWidth < NARROW ? NARROW_RADIUS : RADIUS;
    sprites = stamps(palette, radius, devicePixelRatio, dark ? "#fff5" : "#0004");
    const ink = css("--muted") || "#666";
    const grid = { stroke: dark ? "#ffffff14" : "#0000000f", width: 1 };
    const axis = { stroke: ink, font: FONT, labelFont: FONT, grid, ticks: { show: false }, labelSize: 22 };
    const isMoney = now.axis === "monetary";
    const bounds = limits();
    plot = new uPlot(
      {
        ...extent(),
        padding: [10, 14, 0, 0],
        legend: { show: false },
        cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: {
          x: { time: false, dir: -1, range: () => bounds.x },
          y: { distr: 3, range: () => bounds.y },
        },
        axes: [
          { ...axis, label: words.axisRecency, size: 30, space: 70 },
          {
            ...axis,
            label: isMoney ? `${words.axisMonetary[now.measure]}（${now.unit}）` : words.axisFrequency,
            size: 52,
            splits: () => decades(bounds.y, isMoney ? [1] : [1, 2, 5]),
            filter: (_, marks) => marks,
            values: (_, marks) => marks.map((v) => (isMoney ? shortMoney(v) : String(v))),
          },
        ],
        series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
        hooks: { draw: [paint], setCursor: [point] },
      },
      [bounds.x, bounds.y],
      host,
    );
    shownAxis = key();
    placedFor = null;
  }

  const key = () =>
    [now.axis, now.measure, now.unit, now.root.dataset.theme, limits().x[1], limits().y[1]].join();

  /** Pixel places of all customers; worked out again only when the table or the plot's box changed. */
  function place() {
    const { left, top, width, height } = plot.bbox;
    const wanted = [left, top, width, height, now.axis].join();
    if (placedFor?.table === now.table && placedFor.box === wanted) return;
    if (placedFor?.box !== wanted) layer = markerLayer(width, height, sprites);
    placedFor = { table: now.table, box: wanted };
    const { recency, frequency, monetary, size } = now.table;
    xs = new Float64Array(size);
    ys = new Float64Array(size);
    const bounds = limits();
    const [near, far] = bounds.x;
    const low = Math.log(bounds.y[0]);
    const span = Math.log(bounds.y[1]) - low;
    for (let i = 0; i < size; i++) {
      const y = now.axis === "monetary" ? Math.max(monetary[i], bounds.y[0]) : frequency[i] + shake(i);
      xs[i] = width * (1 - (recency[i] - near) / (far - near));
      ys[i] = height * (1 - (Math.log(y) - low) / span);
    }
  }

  function paint() {
    const { ctx } = plot;
    const { left, top, width, height } = plot.bbox;
    place();
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    drawCuts(ctx);
    const chosen = segments.findIndex(({ code }) => code === now.selected);
    layer.clear();
    if (chosen < 0) stampAll(() => true, 0.72);
    else {
      stampAll((own) => own !== chosen, 0.1);
      stampAll((own) => own === chosen, 0.9);
    }
    layer.drawOn(ctx, left, top);
    ctx.restore();
  }

  function stampAll(wanted, opacity) {
    const { classes } = now;
    for (let i = 0; i < xs.length; i++) if (wanted(classes[i])) layer.stamp(classes[i], xs[i], ys[i], opacity);
  }

  function drawCuts(ctx) {
    const { left, top, width, height } = plot.bbox;
    const ratio = devicePixelRatio;
    const x = plot.valToPos(Math.max(now.cuts.recency, 0) + 0.5, "x", true);
    const cutY = now.axis === "monetary" ? now.cuts.monetary : now.cuts.frequency - 0.4;
    const y = plot.valToPos(Math.max(cutY, limits().y[0]), "y", true);
    ctx.fillStyle = css("--soft");
    ctx.fillRect(x, top, left + width - x, y - top);
    ctx.strokeStyle = css("--ink");
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function point(u) {
    const { left, top } = u.cursor;
    if (!now || left === undefined || left < 0) return hovered(-1);
    const ratio = devicePixelRatio;
    const px = left * ratio;
    const py = top * ratio;
    let best = (NEAR * ratio) ** 2;
    let found = -1;
    for (let i = 0; i < xs.length; i++) {
      const distance = (xs[i] - px) ** 2 + (ys[i] - py) ** 2;
      if (distance < best) {
        best = distance;
        found = i;
      }
    }
    return hovered(found);
  }

  return {
    draw(next) {
      now = next;
      host.setAttribute(
        "aria-label",
        words.chartLabel(now.axis === "monetary" ? words.axisMonetary[now.measure] : words.axisFrequency),
      );
      if (!plot || shownAxis !== key()) build();
      else plot.redraw(false, false);
    },
    theme: () => now && build(),
    destroy() {
      sized.disconnect();
      plot?.destroy();
    },
  };
}

/** The 1s (2s, 5s) of every decade between two ends. */
function decades([low, high], leads) {
  const marks = [];
  for (let base = 10 ** Math.floor(Math.log10(low)); base <= high; base *= 10) {
    for (const lead of leads) if (lead * base >= low && lead * base <= high) marks.push(lead * base);
  }
  return marks;
}

const shortMoney = (minor) => {
  const yuan = minor / 100;
  return yuan >= 1e4 ? `${yuan / 1e4}万` : yuan.toLocaleString("zh-CN");
};
