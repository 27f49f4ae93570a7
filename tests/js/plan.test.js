import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { asked, describe, inForce } from "../../static/js/live/plan.js";

test("a plan that is enabled but empty injects nothing", () => {
  assert.equal(inForce({ enabled: true, errorRate: 0, latencyMs: 0 }), false);
  assert.equal(inForce({ enabled: false, errorRate: 0.5 }), false);
  assert.equal(inForce(null), false);
});

test("a dependency fault is in force too", () => {
  assert.equal(inForce({ enabled: true, errorRate: 0, latencyMs: 0, dependencyErrorRate: 0.1 }), true);
});

test("faults are told with their units", () => {
  assert.equal(describe({ errorRate: 0.07, latencyMs: 400 }), "7 % errors, +400 ms");
  assert.equal(describe({ errorRate: 0, latencyMs: 0 }), "nothing is injected");
});

test("undo asks for what was, and not for what the server keeps", () => {
  const body = asked({ version: 4, errorRate: 0.07, latencyMs: 0, target: { methods: [] }, ttlSeconds: 300, reason: "class", injected: { errors: 9 }, startedBy: "ann" });
  assert.deepEqual(Object.keys(body).sort(), ["errorRate", "latencyMs", "reason", "target", "ttlSeconds"]);
});

test("faults of the database are told as such", () => {
  assert.equal(describe({ dependencyErrorRate: 0.07, dependencyLatencyMs: 700 }), "7 % database errors, +700 ms database");
});
