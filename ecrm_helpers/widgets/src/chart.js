// What the charts share: their letters, following the width of their place, names at the lines' right ends.

export const FONT = '12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
export const LABEL_ROOM = 62;
const LABEL_GAP = 15;

/** Give the chart of the moment (`plot()`, null before the first) the size of `extent()` whenever its place changes. */
export function followWidth(host, plot, extent) {
  const observer = new ResizeObserver(() => {
    if (!plot() || !host.clientWidth) return;
    const size = extent();
    if (size.width !== plot().width || size.height !== plot().height) plot().setSize(size);
  });
  observer.observe(host);
  return observer;
}

/** Names `[text, value]` at the right end, so that no one has to match colours with a legend. */
export function endLabels(plot, named, { ink, size = 12 }) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const places = named
    .map(([text, value]) => ({ text, y: plot.valToPos(value, "y", true) }))
    .sort((a, b) => b.y - a.y);
  for (let i = 1; i < places.length; i++) places[i].y = Math.min(places[i].y, places[i - 1].y - LABEL_GAP * ratio);
  ctx.save();
  ctx.font = FONT.replace("12px", `${size * ratio}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = ink;
  for (const { text, y } of places) ctx.fillText(text, bbox.left + bbox.width + 6 * ratio, y);
  ctx.restore();
}
