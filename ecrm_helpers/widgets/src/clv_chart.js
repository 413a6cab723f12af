// Cumulative discounted margin against the cost of winning the customer, over bars of those still there.

import uPlot from "uplot";
import { FONT, LABEL_ROOM, endLabels, followWidth } from "./chart.js";
import { inkOn } from "./markers.js";
import { clv as words } from "./clv_messages.js";

const BAR_SHARE = 0.34; // of the plot's height, for a bar of all customers
const LIMIT_REACH = 1.5; // the endless value is on the chart if it is at most this many times the rest
const NARROW = 480; // here the first bar needs more room beside the axis
const COST = "#D55E00";
const [NOW, GHOST, COSTS] = [1, 2, 3];

export function curveChart(host, { cash, hovered }) {
  let plot = null;
  let now = null;
  let built = null;
  const css = (name) => getComputedStyle(now.root).getPropertyValue(name).trim();
  const dark = () => now.root.dataset.theme === "dark";

  const sized = followWidth(host, () => plot, extent);

  function extent() {
    const width = Math.max(240, Math.floor(host.clientWidth));
    return { width, height: Math.round(Math.min(400, Math.max(270, width * 0.54))) };
  }

  const columns = () => {
    const { curve, ghost, settings } = now;
    return [curve.time, curve.cumulative, ghost ?? curve.time.map(() => null), curve.time.map(() => settings.acquisition_cost)];
  };

  /** From zero to a round number above all lines, so that the axis rests while a slider moves. */
  function range() {
    const [, own, ghost, cost] = columns();
    const most = Math.max(own.at(-1), ghost.at(-1) ?? 0, cost[0], 1e-6);
    const high = Math.max(most, now.limit <= most * LIMIT_REACH ? now.limit : most) * 1.1;
    const step = 10 ** Math.floor(Math.log10(high)) / 2;
    return [0, Math.ceil(high / step) * step];
  }

  function build() {
    plot?.destroy();
    const grid = { stroke: dark() ? "#ffffff14" : "#0000000f", width: 1 };
    const axis = { stroke: css("--muted") || "#666", font: FONT, labelFont: FONT, grid, ticks: { show: false }, labelSize: 22 };
    const accent = css("--accent");
    const dots = { show: true, size: 7, fill: accent, stroke: css("--surface") || "#fff", width: 1.5 };
    plot = new uPlot(
      {
        ...extent(),
        padding: [12, LABEL_ROOM, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: (u, low, high) => [low - (u.width < NARROW ? 1 : 0.6), high + 0.4] }, y: { range } },
        axes: [
          { ...axis, label: words.axisYears, size: 30, grid: { show: false }, incrs: [1, 2, 5, 10] },
          { ...axis, label: words.axisMoney(now.unit), size: 52, values: (_, marks) => marks.map((v) => v.toLocaleString("zh-CN")) },
        ],
        series: [
          {},
          { stroke: accent, width: 3, points: now.curve.time.length <= 21 ? dots : { show: false } },
          { stroke: css("--ink"), width: 2, dash: [6, 5], points: { show: false } },
          { stroke: inkOn(COST, dark()), width: 2.5, points: { show: false } },
        ],
        hooks: { drawAxes: [bars], draw: [marks, labels], setCursor: [point] },
      },
      columns(),
      host,
    );
    built = key();
  }

  const key = () => [now.curve.time.length, now.root.dataset.theme].join();

  /** Those still there, as soft bars from the floor with their share above. */
  function bars() {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const gap = plot.valToPos(1, "x", true) - plot.valToPos(0, "x", true);
    const width = gap * 0.56;
    const skip = Math.ceil((30 * ratio) / gap);
    const floor = bbox.top + bbox.height;
    ctx.save();
    ctx.font = FONT.replace("12px", `${11 * ratio}px`);
    ctx.textAlign = "center";
    now.curve.survivors.forEach((share, t) => {
      const x = plot.valToPos(t, "x", true);
      const tall = share * BAR_SHARE * bbox.height;
      ctx.fillStyle = dark() ? "#ffffff1c" : "#1d243314";
      ctx.fillRect(x - width / 2, floor - tall, width, tall);
      if (t % skip) return;
      ctx.fillStyle = css("--muted");
      ctx.fillText(percentOf(share), x, floor - tall - 5 * ratio);
    });
    ctx.restore();
  }

  /** The endless value as a dotted line, and the moment the money is back. */
  function marks() {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const [, top] = range();
    const inside = now.limit <= top;
    const y = inside ? plot.valToPos(now.limit, "y", true) : bbox.top;
    ctx.save();
    ctx.font = FONT.replace("12px", `${12 * ratio}px`);
    ctx.fillStyle = ctx.strokeStyle = css("--muted");
    ctx.lineWidth = 1.5 * ratio;
    if (inside) dotted(ctx, bbox.left, y, bbox.left + bbox.width, y, ratio);
    ctx.textAlign = "left";
    ctx.textBaseline = inside ? "bottom" : "top";
    const text = inside ? words.limit(cash(now.limit)) : words.limitAbove(cash(now.limit));
    ctx.fillText(text, bbox.left + 8 * ratio, inside ? y - 4 * ratio : y + 4 * ratio);
    const back = now.payback;
    if (back !== null && back < now.curve.time.length && now.settings.acquisition_cost > 0) {
      const at = [plot.valToPos(back, "x", true), plot.valToPos(now.curve.cumulative[back], "y", true)];
      ctx.strokeStyle = ctx.fillStyle = inkOn(COST, dark());
      dotted(ctx, at[0], at[1], at[0], bbox.top + bbox.height, ratio);
      ctx.beginPath();
      ctx.arc(...at, 7 * ratio, 0, Math.PI * 2);
      ctx.lineWidth = 3 * ratio;
      ctx.stroke();
      const right = at[0] > bbox.left + bbox.width * 0.75;
      ctx.font = `600 ${FONT.replace("12px", `${13 * ratio}px`)}`;
      ctx.textAlign = right ? "right" : "left";
      ctx.textBaseline = "top";
      const cost = plot.valToPos(now.settings.acquisition_cost, "y", true);
      ctx.fillText(words.paid(back), at[0] + (right ? -12 : 12) * ratio, Math.max(cost, at[1]) + 8 * ratio);
    }
    ctx.restore();
  }

  function dotted(ctx, fromX, fromY, toX, toY, ratio) {
    ctx.save();
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
    ctx.stroke();
    ctx.restore();
  }

  function labels() {
    const last = (series) => plot.data[series].at(-1);
    const named = [
      [words.labels.now, last(NOW)],
      [words.labels.cost, last(COSTS)],
      ...(now.ghost ? [[words.labels.ghost, last(GHOST)]] : []),
    ];
    endLabels(plot, named, { ink: css("--ink") });
  }

  function point({ cursor }) {
    hovered(cursor.left >= 0 && cursor.idx !== undefined ? cursor.idx : null);
  }

  return {
    draw(next) {
      now = next;
      host.setAttribute("aria-label", words.chartLabel);
      if (!plot || built !== key()) build();
      else plot.setData(columns());
    },
    theme: () => now && build(),
    destroy() {
      sized.disconnect();
      plot?.destroy();
    },
  };
}

const percentOf = (share) => `${share < 0.0995 && share > 0 ? (share * 100).toFixed(share < 0.00995 ? 1 : 0) : Math.round(share * 100)}%`;
