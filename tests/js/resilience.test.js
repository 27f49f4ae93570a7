import assert from "node:assert/strict";
import test from "node:test";

import { breakersOf, classOf, refusedOf, retriesOf, sumOf, worstOf } from "../../static/js/live/resilience.js";

const breaker = (state, more = {}) => ({ name: "database", replica: state, state, failures: 0, threshold: 5, nextTrialAt: null, ...more });

test("the gravest state speaks for the fleet", () => {
  const worst = worstOf([breaker("closed"), breaker("open", { failures: 5, nextTrialAt: "2026-01-31T12:00:09Z" }), breaker("half_open"), breaker("open", { nextTrialAt: "2026-01-31T12:00:05Z" })]);
  assert.deepEqual(worst, { state: "open", count: 2, of: 4, nextTrialAt: "2026-01-31T12:00:05Z", failures: 5, threshold: 5 });
});

test("without breakers nothing is claimed", () => {
  assert.deepEqual(worstOf([]), { state: "closed", count: 0, of: 0, nextTrialAt: null, failures: 0, threshold: null });
  assert.deepEqual(breakersOf(undefined), []);
});

test("only the database's breakers are the service's", () => {
  assert.deepEqual(breakersOf({ breakers: [breaker("open"), { ...breaker("open"), name: "webhook" }] }).length, 1);
});

test("every state has a class of its own", () => {
  assert.deepEqual(["closed", "half_open", "open"].map(classOf), ["is-ok", "is-risk", "is-burning"]);
});

test("compartments are summed over the replicas", () => {
  const item = { name: "service", inUse: 3, limit: 32, waiting: 1, refused: 2 };
  assert.deepEqual(sumOf([item, item, { ...item, name: "console" }]), { inUse: 6, limit: 64, waiting: 2, refused: 4, any: true });
  assert.equal(sumOf(undefined).any, false);
});

test("the budget's use is that of all replicas together", () => {
  const one = { name: "database", attempts: 3, budget: { share: 0.1, calls: 100, retries: 7 } };
  assert.deepEqual(retriesOf([one, { ...one, budget: { share: 0.1, calls: 300, retries: 1 } }]), { share: 0.02, most: 0.1, attempts: 3 });
  assert.equal(retriesOf([]).share, 0);
});

test("refusals are those of every pattern; no data is none", () => {
  assert.equal(refusedOf({ breaker: 1, bulkhead: 2, deadline: 3 }), 6);
  assert.equal(refusedOf({ breaker: null }), null);
  assert.equal(refusedOf(undefined), null);
});
