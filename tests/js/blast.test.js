import assert from "node:assert/strict";
import test from "node:test";

import { confirmed, touched } from "../../static/js/live/blast.js";

// The same rows as tests/unit/chaos/test_blast.py.
for (const [fault, share] of [
  [{}, 0],
  [{ errorRate: 0.05 }, 0.05],
  [{ errorRate: 0.3 }, 0.3],
  [{ latencyMs: 1 }, 1],
  [{ latencyMs: 400, latencyRate: 0.5, errorRate: 0.5 }, 0.75],
  [{ latencyRate: 0.5 }, 0],
  [{ dependencyErrorRate: 0.2 }, 0.2],
  [{ dependencyLatencyMs: 1 }, 1],
]) {
  test(`${JSON.stringify(fault)} touches ${share}`, () => assert.equal(touched(fault), share));
}

test("as curl what touches much names the environment, and nothing else does", () => {
  const config = { environment: "production", confirmAbove: 0.05 };
  assert.deepEqual(confirmed({ errorRate: 0.3 }, config), { errorRate: 0.3, confirm: "production" });
  assert.deepEqual(confirmed({ errorRate: 0.05 }, config), { errorRate: 0.05 });
  assert.deepEqual(confirmed({ errorRate: 1 }, { ...config, confirmAbove: null }), { errorRate: 1 });
});
