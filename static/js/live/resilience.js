/** What a snapshot says of the patterns, put together over the replicas; pure. */

export const PATTERNS = ["cache", "bulkhead", "deadline", "retry", "breaker"];

const RANK = { closed: 0, half_open: 1, open: 2 };

/** The class of a breaker's state; it has a glyph and a word as well. @param {string} state */
export function classOf(state) {
  return { closed: "is-ok", half_open: "is-risk", open: "is-burning" }[state] ?? null;
}

/** The database's breakers, one a replica. @param {any} report the JSON of /api/resilience @returns {any[]} */
export function breakersOf(report) {
  return (report?.breakers ?? []).filter((each) => each.name === "database");
}

/** The gravest state, how many are in it, and the first trial that is due. @param {any[]} breakers */
export function worstOf(breakers) {
  const state = breakers.reduce((worst, { state: one }) => (RANK[one] > RANK[worst] ? one : worst), "closed");
  const those = breakers.filter((each) => each.state === state);
  const trials = those.map((each) => each.nextTrialAt).filter(Boolean).sort();
  const failures = Math.max(0, ...breakers.map((each) => each.failures));
  return { state, count: those.length, of: breakers.length, nextTrialAt: trials[0] ?? null, failures, threshold: breakers[0]?.threshold ?? null };
}

/** Sums of one compartment over the replicas. @param {any[] | undefined} items @param {string} [name] */
export function sumOf(items, name = "service") {
  const those = (items ?? []).filter((each) => each.name === name);
  const sum = (key) => those.reduce((total, each) => total + (each[key] ?? 0), 0);
  return { inUse: sum("inUse"), limit: sum("limit"), waiting: sum("waiting"), refused: sum("refused"), any: those.length > 0 };
}

/** How much of its budget the retries of the last minute took. @param {any[] | undefined} retries */
export function retriesOf(retries) {
  const those = (retries ?? []).filter((each) => each.name === "database");
  const sum = (key) => those.reduce((total, { budget }) => total + budget[key], 0);
  const calls = sum("calls");
  return { share: calls ? sum("retries") / calls : 0, most: those[0]?.budget.share ?? null, attempts: those[0]?.attempts ?? null };
}

/** Requests a second that a pattern refused or cut. @param {any} work of a point */
export function refusedOf(work) {
  return work?.breaker === null || work === undefined ? null : work.breaker + work.bulkhead + work.deadline;
}

/** The first letters of a replica's id: enough to tell a few apart. @param {string} id */
export function shortId(id) {
  return id.slice(0, 8);
}
