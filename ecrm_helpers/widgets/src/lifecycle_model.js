// The browser's twin of ecrm_helpers.lifecycle.model: pure arithmetic over five stages, money in fen.
// A parity test runs both on the same inputs; the Python module is the reference.

export const STAGES = ["acquisition", "retention", "loyalty", "winback", "lost"];
export const LEVERS = ["acquisition_budget", "retention_budget", "loyalty_budget", "winback_budget"];

const FIVE = [0, 1, 2, 3, 4];
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Every further yuan does a little less than the one before. */
export const effect = (budget, scale) => 1 - Math.exp(-budget / scale);

export const newCustomersWith = (levers, base) =>
  base.new_customers + base.new_customers_max * effect(levers.acquisition_budget, base.new_customers_scale);

/** The monthly transition matrix under the given budgets. */
export function matrixWith(levers, base) {
  const matrix = base.matrix.map((row) => [...row]);
  for (const { lever, stage, source, target, share, scale } of base.responses) {
    const [s, from, to] = [stage, source, target].map((name) => STAGES.indexOf(name));
    const moved = base.matrix[s][from] * share * effect(levers[lever], scale);
    matrix[s][from] -= moved;
    matrix[s][to] += moved;
  }
  return matrix;
}

/** Discounted contribution (fen) of one customer in each stage, over `clv_months` from now. */
export function stageValue(matrix, base) {
  const gain = FIVE.map((s) => base.margin * base.stage_revenue[s] - base.stage_cost[s]);
  let value = [0, 0, 0, 0, 0];
  for (let month = 0; month < base.clv_months; month++) {
    const next = value;
    value = FIVE.map((s) => gain[s] + sum(FIVE.map((j) => matrix[s][j] * next[j])) / (1 + base.monthly_discount));
  }
  return value;
}

/** People and money month by month, in expectation; see ecrm_helpers.lifecycle.project. */
export function project(levers, base, months) {
  const matrix = matrixWith(levers, base);
  const fresh = newCustomersWith(levers, base);
  const budget = sum(LEVERS.map((name) => levers[name]));
  const people = [[...base.people]];
  const revenue = [];
  const cost = [];
  const profit = [];
  let npv = 0;
  for (let t = 0; t < months; t++) {
    const now = people[t];
    revenue.push(sum(FIVE.map((s) => now[s] * base.stage_revenue[s])) + fresh * base.first_revenue);
    const service = sum(FIVE.map((s) => now[s] * base.stage_cost[s]));
    cost.push((1 - base.margin) * revenue[t] + service + 100 * budget);
    profit.push(revenue[t] - cost[t]);
    npv += profit[t] / (1 + base.monthly_discount) ** t;
    const next = FIVE.map((j) => sum(FIVE.map((i) => now[i] * matrix[i][j])));
    next[0] += fresh;
    people.push(next);
  }
  const value = stageValue(matrix, base);
  return {
    matrix,
    newCustomers: fresh,
    people,
    revenue,
    cost,
    profit,
    stageValue: value,
    customerEquity: people.map((row) => sum(FIVE.map((s) => row[s] * value[s]))),
    clv: base.margin * base.first_revenue + value[0] / (1 + base.monthly_discount),
    npv,
  };
}
