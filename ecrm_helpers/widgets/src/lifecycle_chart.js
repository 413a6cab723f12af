// Stacked stages, or one line of money, each with the shop that spends nothing extra as a dashed ghost.

import uPlot from "uplot";
import { FONT, LABEL_ROOM, endLabels, followWidth } from "./chart.js";
import { integer } from "./dom.js";
import { inkOn } from "./markers.js";
import { lifecycle as words } from "./messages.js";

const STACK = [2, 1, 0, 3, 4]; // bottom to top: loyalty, retention, acquisition, winback, lost
const ACTIVE = 3; // how many of them, from the bottom, still come
const WAN = 1e6; // fen in 万元

export function stageChart(host, { stages, hovered }) {
  let plot = null;
  let now = null;
  let built = null;
  const css = (name) => getComputedStyle(now.root).getPropertyValue(name).trim();
  const dark = () => now.root.dataset.theme === "dark";
  // Softened towards the background, so that large areas do not shout; still told apart.
  const tone = (color) => `color-mix(in srgb, ${inkOn(color, dark())} 78%, ${dark() ? "#16191f" : "#fff"})`;

  const sized = followWidth(host, () => plot, extent);

  function extent() {
    const width = Math.max(240, Math.floor(host.clientWidth));
    return { width, height: Math.round(Math.min(440, Math.max(260, width * 0.56))) };
  }

  /** x, then the series from back to front: the ghost is always last. */
  function columns() {
    const { current, ghost, show } = now;
    const count = show === "profit" ? current.profit.length : current.people.length;
    const first = show === "profit" ? 1 : 0;
    const months = Array.from({ length: count }, (_, i) => i + first);
    if (show !== "people") {
      const series = ({ profit, customerEquity }) => (show === "profit" ? profit : customerEquity).map((fen) => fen / WAN);
      return [months, series(current), series(ghost)];
    }
    const pile = ({ people }, levels) => people.map((row) => STACK.slice(0, levels).reduce((sum, s) => sum + row[s], 0));
    return [
      months,
      ...STACK.map((_, i) => pile(current, STACK.length - i)), // whole pile first, lower levels over it
      pile(ghost, ACTIVE),
    ];
  }

  function build() {
    plot?.destroy();
    const people = now.show === "people";
    const data = columns();
    const grid = { stroke: dark() ? "#ffffff14" : "#0000000f", width: 1 };
    const axis = { stroke: css("--muted") || "#666", font: FONT, labelFont: FONT, grid, ticks: { show: false }, labelSize: 22 };
    const ghost = { stroke: css("--ink"), width: 2, dash: [6, 5], points: { show: false } };
    const line = { stroke: css("--accent"), width: 3, points: { show: false } };
    plot = new uPlot(
      {
        ...extent(),
        padding: [12, LABEL_ROOM, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: {
          x: { time: false },
          y: { range: (_, low, high) => nice(low, high, people) },
        },
        axes: [
          { ...axis, label: words.axisMonths, size: 30 },
          {
            ...axis,
            label: people ? words.axisPeople : words.axisMoney,
            size: 56,
            values: (_, marks) => marks.map((v) => (people ? integer(v) : v.toLocaleString("zh-CN"))),
          },
        ],
        series: [
          {},
          ...(people
            ? STACK.map((_, i) => {
                const color = tone(stages[STACK[STACK.length - 1 - i]].color);
                return { fill: color, stroke: css("--surface") || "#fff", width: 1, points: { show: false } };
              })
            : [line]),
          ghost,
        ],
        hooks: { draw: [labels], setCursor: [point] },
      },
      data,
      host,
    );
    built = key();
  }

  const key = () => [now.show, now.current.people.length, now.root.dataset.theme].join();

  function labels() {
    const last = (series) => plot.data[series].at(-1);
    const people = now.show === "people";
    const named = people
      ? STACK.map((s, i) => {
          const top = last(STACK.length - i);
          const below = i ? last(STACK.length - i + 1) : 0;
          return [stages[s].name, (top + below) / 2];
        })
      : [[words.now, last(1)], [words.ghost, last(2)]];
    endLabels(plot, named, { ink: css("--ink"), size: people ? 12 : 11 });
  }

  function point({ cursor }) {
    hovered(cursor.left >= 0 && cursor.idx !== undefined ? cursor.idx : null);
  }

  return {
    draw(next) {
      now = next;
      host.setAttribute("aria-label", words.chartLabel[now.show]);
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

/** From zero (or just below the least) up to a round number, so that the axis rests while a slider moves. */
function nice(low, high, fromZero) {
  const span = Math.max(high, -low, 1e-6);
  const step = 10 ** Math.floor(Math.log10(span)) / 2;
  const floor = fromZero || low >= 0 ? 0 : Math.floor(low / step) * step;
  return [floor, Math.max(Math.ceil((high * 1.04) / step) * step, floor + step)];
}
