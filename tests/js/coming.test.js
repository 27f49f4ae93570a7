import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { comingOf } from "../../static/js/controls/coming.js";

const foretold = [
  { name: "HighErrorRate", slo: null, severity: "critical", unit: "ratio", after: 8.6 },
  { name: "ErrorBudgetBurn1h", slo: "availability", severity: "page", unit: "burn", after: 12.3 },
  { name: "ErrorBudgetBurn6h", slo: "availability", severity: "page", unit: "burn", after: 30.9 },
  { name: "ErrorBudgetBurn1d", slo: "availability", severity: "ticket", unit: "burn", after: 61.7 },
];
const fired = (one, from, to = null) => ({ ...one, from, to });

test("each alert to come is told once, in order, by the first of its windows", () => {
  assert.deepEqual(comingOf(foretold, [], null).map(({ name, after }) => [name, after]), [
    ["HighErrorRate", 8.6], ["Availability page", 12.3], ["Availability ticket", 61.7],
  ]);
});

test("what has fired since the fault began is timed from its beginning, also when it is over", () => {
  const firings = [fired(foretold[2], 1031), fired(foretold[1], 1013), fired(foretold[0], 1009, 1020)];
  assert.deepEqual(comingOf(foretold, firings, 1000).map(({ at }) => at), [9, 13, null]);
});

test("what fired before the fault is not its doing", () => {
  const [open, over] = comingOf(foretold, [fired(foretold[0], 990), fired(foretold[1], 900, 950)], 1000);
  assert.deepEqual([open.at, open.before], [null, true]);
  assert.deepEqual([over.at, over.before], [null, false]);
});

test("nothing has fired of a fault that is only asked about", () => {
  assert.equal(comingOf(foretold, [fired(foretold[0], 990)], null).every(({ at, before }) => at === null && !before), true);
});
