// One colour (Okabe–Ito) and one marker per class. The shape repeats R and M, the filling repeats F:
// circle R高M高, square R低M高, triangle R高M低, diamond R低M低; filled F高, hollow F低.

import { CODES } from "./rfm_model.js";

const SHAPES = { HH: "circle", LH: "square", HL: "triangle", LL: "diamond" };
export const shapeOf = (code) => ({ shape: SHAPES[code[0] + code[2]], filled: code[1] === "H" });

const OUTLINES = {
  circle: [],
  square: [[-0.86, -0.86], [0.86, -0.86], [0.86, 0.86], [-0.86, 0.86]],
  triangle: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
  diamond: [[0, -1.2], [1.05, 0], [0, 1.2], [-1.05, 0]],
};

/** Yellow vanishes on white, black on black, and solid black shouts: stand-ins for these two. */
export function inkOn(color, dark) {
  if (color === "#000000") return dark ? "#C4C8CF" : "#59606B";
  if (!dark && color === "#F0E442") return "#C9B700";
  return color;
}

/** The marker as an inline SVG in the row's own colour. */
export function icon(code) {
  const { shape, filled } = shapeOf(code);
  const body =
    shape === "circle"
      ? '<circle r="5"/>'
      : `<polygon points="${OUTLINES[shape].map(([x, y]) => `${x * 5},${y * 5}`).join(" ")}"/>`;
  const fill = filled ? "var(--own)" : "none";
  return `<svg class="ecrm-icon" viewBox="-8 -8 16 16" aria-hidden="true"><g fill="${fill}" stroke="var(--own)" stroke-width="2">${body}</g></svg>`;
}

/** Each class's marker at one opacity as the pixels it covers: places and colours, ready to be blended. */
export function stamps(colors, radius, ratio, edge) {
  return CODES.map((code, i) => {
    const { shape, filled } = shapeOf(code);
    const r = radius * ratio;
    const side = Math.ceil(r * 2.6) + 2;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    ctx.translate(side / 2, side / 2);
    ctx.beginPath();
    if (shape === "circle") ctx.arc(0, 0, r, 0, Math.PI * 2);
    else OUTLINES[shape].forEach(([x, y], k) => (k ? ctx.lineTo(x * r, y * r) : ctx.moveTo(x * r, y * r)));
    ctx.closePath();
    ctx.fillStyle = ctx.strokeStyle = colors[i];
    if (filled) {
      ctx.fill();
      ctx.strokeStyle = edge;
      ctx.lineWidth = 0.7 * ratio;
    } else ctx.lineWidth = 1.1 * ratio;
    ctx.stroke();
    return covered(ctx.getImageData(0, 0, side, side).data, side);
  });
}

function covered(data, side) {
  const pixels = [];
  for (let k = 0; k < side * side; k++) {
    if (data[k * 4 + 3] > 4) pixels.push([k % side, Math.floor(k / side), ...data.subarray(k * 4, k * 4 + 4)]);
  }
  return { side, pixels };
}

/**
 * A transparent layer that many markers are blended onto in plain memory. 5,000 `drawImage` calls take a
 * whole frame where there is no graphics card; this takes a few milliseconds everywhere.
 */
export function markerLayer(width, height, sprites) {
  const pad = sprites[0].side;
  const wide = width + 2 * pad;
  const canvas = document.createElement("canvas");
  canvas.width = wide;
  canvas.height = height + 2 * pad;
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  const image = ctx.createImageData(wide, canvas.height);
  const { data } = image;
  const half = pad / 2;
  const flat = sprites.map(({ pixels }) => ({
    at: Int32Array.from(pixels, ([x, y]) => (y * wide + x) * 4),
    red: Float32Array.from(pixels, ([, , red]) => red),
    green: Float32Array.from(pixels, ([, , , green]) => green),
    blue: Float32Array.from(pixels, ([, , , , blue]) => blue),
    alpha: Float32Array.from(pixels, ([, , , , , alpha]) => alpha / 255),
  }));
  return {
    clear: () => data.fill(0),
    /** Blend sprite `kind` with its centre at (x, y); what lies outside is left out. */
    stamp(kind, x, y, opacity) {
      const left = (x - half + pad) | 0;
      const top = (y - half + pad) | 0;
      if (left < 0 || top < 0 || left > width + pad || top > height + pad) return;
      const { at, red, green, blue, alpha } = flat[kind];
      const origin = (top * wide + left) * 4;
      for (let k = 0; k < at.length; k++) {
        const o = origin + at[k];
        const below = data[o + 3] / 255;
        const own = alpha[k] * opacity;
        const both = own + below * (1 - own);
        const share = own / both;
        data[o] += (red[k] - data[o]) * share;
        data[o + 1] += (green[k] - data[o + 1]) * share;
        data[o + 2] += (blue[k] - data[o + 2]) * share;
        data[o + 3] = both * 255;
      }
    },
    drawOn(target, left, top) {
      ctx.putImageData(image, 0, 0);
      target.drawImage(canvas, left - pad, top - pad);
    },
  };
}
