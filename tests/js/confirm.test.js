import assert from "node:assert/strict";
import test from "node:test";

import { reach } from "../../static/js/controls/confirm.js";
import "./texts.js";

const store = (n) => ({ config: { environment: "production" }, newest: () => (n === null ? null : { n }) });

test("it says in numbers what is hit", () => {
  assert.equal(reach({ errorRate: 0.3 }, store(50)), "30 % of the requests to /api/users in PRODUCTION, about 15 a second.");
});

test("a fraction of a percent is not rounded away", () => {
  assert.match(reach({ errorRate: 0.125 }, store(50)), /^12\.5 % of/);
});

test("without figures it claims no rate", () => {
  assert.equal(reach({ errorRate: 0.3 }, store(null)), "30 % of the requests to /api/users in PRODUCTION.");
});

test("of writes alone it tells which, and no rate of all", () => {
  const fault = { latencyMs: 400, target: { methods: ["POST", "PUT"], pathPrefix: "/api/users" } };
  assert.equal(reach(fault, store(50)), "100 % of the POST, PUT requests to /api/users in PRODUCTION.");
});
