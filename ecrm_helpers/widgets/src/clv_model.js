// The browser's twin of ecrm_helpers.value (formula, curve, sensitivity, perceived, saving): pure arithmetic, money in any unit.
// A parity test runs both on the same inputs; the Python modules are the reference.

export const LEVERS = ["margin", "retention", "discount", "acquisition_cost"];

const ROUNDING = 1e-9; // a sum that reaches the cost but for its last binary digits has reached it
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Endless value of a customer; `first_period` is "immediate" or "end". */
export function clv({ margin, retention, discount, first_period }) {
  const ratio = retention / (1 + discount);
  return (first_period === "immediate" ? margin : margin * ratio) / (1 - ratio);
}

export const netClv = (settings) => clv(settings) - settings.acquisition_cost;

/** What one customer has brought up to each moment 0 … periods. */
export function clvCurve(settings, periods) {
  const { margin, retention, discount, acquisition_cost, first_period } = settings;
  const time = Array.from({ length: periods + 1 }, (_, t) => t);
  const discounted = time.map((t) => margin * (retention / (1 + discount)) ** t);
  if (first_period === "end") discounted[0] = 0;
  let running = 0;
  const cumulative = discounted.map((value) => (running += value));
  return {
    time,
    survivors: time.map((t) => retention ** t),
    discounted,
    cumulative,
    net: cumulative.map((value) => value - acquisition_cost),
  };
}

/** The first moment at which the margins have paid for winning the customer; null if they never do. */
export function payback({ margin, retention, discount, acquisition_cost, first_period }) {
  if (acquisition_cost === 0) return 0;
  const ratio = retention / (1 + discount);
  const first = first_period === "immediate" ? margin : margin * ratio;
  if (first <= 0) return null;
  const count = payments(acquisition_cost / first, ratio);
  if (count === null) return null;
  return first_period === "immediate" ? count - 1 : count;
}

/** How many of the payments 1, q, q² … sum to `cost`: 1 - qⁿ ≥ cost (1 - q). */
function payments(cost, ratio) {
  if (ratio === 1) return Math.ceil(cost - ROUNDING);
  const missing = 1 - cost * (1 - ratio);
  if (missing <= 0) return cost <= 1 ? 1 : null;
  if (ratio === 0) return 1;
  return Math.max(1, Math.ceil(Math.log(missing) / Math.log(ratio) - ROUNDING));
}

/** What each lever is worth when it alone gets better by `change`: [{lever, value, improved, net, gain}]. */
export function sensitivity(settings, change = 0.01) {
  const net = netClv(settings);
  return LEVERS.map((lever) => {
    const value = settings[lever];
    const better = lever === "margin" || lever === "retention" ? value * (1 + change) : value * (1 - change);
    const improved = lever === "retention" ? Math.min(better, 1) : better;
    const changed = netClv({ ...settings, [lever]: improved });
    return { lever, value, improved, net: changed, gain: changed - net };
  });
}

/** The retention at which `newMargin` gives the same CLV as today's margin. */
export function breakEvenRetention(settings, newMargin) {
  const { margin, retention, discount, first_period } = settings;
  if (first_period === "end") {
    const value = clv(settings);
    return (value * (1 + discount)) / (newMargin + value);
  }
  return Math.max(0, 1 + discount - (newMargin / margin) * (1 + discount - retention));
}

/** One shop as its customers see it; `sides` is {benefits: [name], costs: [name]}, scores and weights by name. */
export function perceivedValue(scores, weights, sides) {
  const mean = (names, sign) => {
    const total = sum(names.map((name) => weights[name]));
    return Object.fromEntries(names.map((name) => [name, (sign * weights[name] * scores[name]) / total]));
  };
  const gets = mean(sides.benefits, 1);
  const gives = mean(sides.costs, -1);
  const benefit = sum(Object.values(gets));
  const cost = -sum(Object.values(gives));
  return { benefit, cost, difference: benefit - cost, ratio: benefit / cost, parts: { ...gets, ...gives } };
}

/** By item, what `own` is ahead of (or behind) `rival`. */
export const comparePerceived = (own, rival) =>
  Object.fromEntries(Object.keys(own.parts).map((name) => [name, own.parts[name] - rival.parts[name]]));

/** Spending less on service, if customers who feel it leave: an assumption of teaching, not a measurement. */
export function saveOnService(settings, { scores, weights, sides }, { saving, serviceLoss, retentionLoss }) {
  const { margin, retention } = settings;
  const before = perceivedValue(scores, weights, sides);
  const service = Math.max(1, scores.service - serviceLoss);
  const after = perceivedValue({ ...scores, service }, weights, sides);
  const lost = before.difference - after.difference;
  const kept = Math.max(0, retention - retentionLoss * lost);
  const edge = breakEvenRetention(settings, margin + saving);
  return {
    margin: margin + saving,
    service,
    differenceBefore: before.difference,
    difference: after.difference,
    retention: kept,
    netBefore: netClv(settings),
    netAfter: netClv({ ...settings, margin: margin + saving, retention: kept }),
    breakEvenRetention: edge,
    breakEvenLoss: lost > 0 ? (retention - edge) / lost : Infinity,
  };
}
