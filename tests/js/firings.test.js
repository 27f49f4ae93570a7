import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { conditionOf, gravestOf, openOnes } from "../../static/js/live/firings.js";
import { graveWords } from "../../static/js/live/title.js";

const burn = (more) => ({ name: "ErrorBudgetBurn1h", slo: "availability", severity: "page", unit: "burn", burn: 20, threshold: 14.4, from: 22, to: null, ...more });
const alert = (more) => ({ name: "HighErrorRate", slo: null, severity: "critical", unit: "ratio", value: 0.07, threshold: 0.05, comparison: "above", from: 18, to: null, ...more });

test("each unit is shown as itself", () => {
  const shown = (unit, value, threshold, comparison) => conditionOf(alert({ unit, value, threshold, comparison }));
  assert.equal(shown("ratio", 0.07, 0.05, "above"), "7.0 % > 5.0 %");
  assert.equal(shown("seconds", 0.7, 0.5, "above"), "700 ms > 500 ms");
  assert.equal(shown("seconds", 7.31, 5, "above"), "7.3 s > 5.0 s");
  assert.equal(shown("seconds", 1860, 1800, "above"), "31 min > 30 min");
  assert.equal(shown("events", 0, 1, "below"), "0 < 1");
  assert.equal(shown("ratio", -0.02, 0, "atMost"), "−2.0 % ≤ 0.0 %");
});

test("nothing is said of a rule that is gone", () => {
  assert.equal(conditionOf(alert({ unit: null, comparison: null })), "");
});

test("burn rates of one SLO fire once, other alerts each for itself", () => {
  const ones = openOnes([burn(), burn({ name: "ErrorBudgetBurn6h", threshold: 6, burn: 7 }), alert(), alert({ name: "DatabaseDown" }), alert({ to: 30 })]);
  assert.deepEqual(ones.map(({ name }) => name), ["ErrorBudgetBurn1h", "HighErrorRate", "DatabaseDown"]);
});

test("a page is graver than a critical alert, and the others are counted", () => {
  const { severity, worst, others } = gravestOf([alert(), burn(), alert({ name: "HighLatency", severity: "warning" })]);
  assert.deepEqual([severity, worst.map(({ slo }) => slo), others], ["page", ["availability"], 2]);
});

test("a ticket of an SLO that pages is not counted beside it", () => {
  assert.equal(gravestOf([burn(), burn({ severity: "ticket" }), burn({ severity: "ticket", slo: "latency" })]).others, 1);
});

test("nothing fires, nothing is grave", () => {
  assert.deepEqual(gravestOf([]), { severity: null, worst: [], others: 0 });
});

test("the title counts pages by SLO and what is critical, and neither what is pending nor what is mild", () => {
  const firing = (one) => ({ ...one, state: "firing" });
  const alerts = [burn(), burn({ name: "ErrorBudgetBurn6h" }), alert(), alert({ name: "HighLatency", severity: "warning" })].map(firing);
  assert.equal(graveWords([...alerts, { ...alert({ name: "DatabaseDown" }), state: "pending" }]), "1 page, 1 critical");
  assert.equal(graveWords([]), "");
});

test("what is silenced is not loud", () => {
  assert.deepEqual(openOnes([alert({ silenced: true })]), []);
});
