// The browser's twin of ecrm_helpers.rfm: pure functions over typed arrays, no DOM.
// A parity test runs both on the same orders; the Python module is the reference.

export const CODES = ["HHH", "HLH", "LHH", "LLH", "HHL", "HLL", "LHL", "LLL"];

// Place of each class in CODES by the bits R high = 4, F high = 2, M high = 1.
const PLACE = new Uint8Array(8);
CODES.forEach((code, place) => {
  PLACE[(code[0] === "H") * 4 + (code[1] === "H") * 2 + (code[2] === "H")] = place;
});

const typed = (Kind, view) =>
  new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/** Unpack a shop's columns: orders lie customer by customer, `counts` says how many each has. */
export function unpack({ counts, days, amounts }) {
  return {
    counts: typed(Uint16Array, counts),
    days: typed(Uint16Array, days),
    amounts: typed(Int32Array, amounts),
  };
}

/** Whole days since 1970-01-01 of an ISO date, and back. */
export const dayNumber = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / 86400000);
export const isoDate = (day) => new Date(day * 86400000).toISOString().slice(0, 10);

/** R, F, M of every customer with an order before day `asOf` (and within `windowDays` of it, if given). */
export function customerTable({ counts, days, amounts }, { asOf, windowDays, measure }) {
  const n = counts.length;
  const recency = new Int32Array(n);
  const frequency = new Int32Array(n);
  const monetary = new Float64Array(n);
  const revenue = new Float64Array(n);
  const first = windowDays ? asOf - windowDays : 0;
  let size = 0;
  let at = 0;
  for (let i = 0; i < n; i++) {
    const end = at + counts[i];
    let last = -1;
    let orders = 0;
    let sum = 0;
    for (; at < end; at++) {
      const day = days[at];
      if (day >= asOf || day < first) continue;
      if (day > last) last = day;
      orders++;
      sum += amounts[at];
    }
    if (!orders) continue;
    recency[size] = asOf - last;
    frequency[size] = orders;
    monetary[size] = measure === "mean" ? Math.floor((2 * sum + orders) / (2 * orders)) : sum; // half up
    revenue[size] = sum;
    size++;
  }
  return {
    size,
    recency: recency.subarray(0, size),
    frequency: frequency.subarray(0, size),
    monetary: monetary.subarray(0, size),
    revenue: revenue.subarray(0, size),
  };
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

function median(values) {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The three cuts: the customers' mean or median, or the given thresholds. */
export function thresholds(table, { split, recencyDays, frequency, monetary }) {
  if (split === "thresholds") return { recency: recencyDays, frequency, monetary };
  const cut = split === "median" ? median : mean;
  return {
    recency: cut(table.recency),
    frequency: cut(table.frequency),
    monetary: cut(table.monetary),
  };
}

/** Class of each customer (its place in CODES). High: R at most the cut, F and M at least the cut. */
export function classify(table, cuts) {
  const classes = new Uint8Array(table.size);
  const { recency, frequency, monetary } = table;
  for (let i = 0; i < table.size; i++) {
    classes[i] =
      PLACE[
        (recency[i] <= cuts.recency) * 4 +
          (frequency[i] >= cuts.frequency) * 2 +
          (monetary[i] >= cuts.monetary)
      ];
  }
  return classes;
}

/** One row per class, in the order of CODES; means of an empty class are null. */
export function classTable(table, classes) {
  const rows = CODES.map((code) => ({ code, customers: 0, revenue: 0, r: 0, f: 0, m: 0 }));
  let revenue = 0;
  for (let i = 0; i < table.size; i++) {
    const row = rows[classes[i]];
    row.customers++;
    row.revenue += table.revenue[i];
    row.r += table.recency[i];
    row.f += table.frequency[i];
    row.m += table.monetary[i];
    revenue += table.revenue[i];
  }
  return rows.map(({ code, customers, revenue: own, r, f, m }) => ({
    code,
    customers,
    customerShare: table.size ? customers / table.size : 0,
    revenue: own,
    revenueShare: revenue ? own / revenue : 0,
    meanRecencyDays: customers ? r / customers : null,
    meanFrequency: customers ? f / customers : null,
    meanMonetary: customers ? m / customers : null,
  }));
}
