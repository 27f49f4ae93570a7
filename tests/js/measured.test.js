import assert from "node:assert/strict";
import test from "node:test";

import { measure } from "../../static/js/controls/measured.js";

const at = (seconds) => new Date(seconds * 1000).toISOString();

function store({ burn = 70, now = 1040, breaches = [], left = 1 } = {}) {
  const slo = { name: "availability", window: "30d", burnRates: { "5m": burn }, budget: { remainingRatio: left } };
  return { config: { scale: 60 }, plan: { startedAt: at(1000) }, snapshot: { at: at(now), slos: [slo], breaches } };
}

test("seven percent errors spend 9.7 % of the budget a minute at scale 60", () => {
  assert.equal(measure(store(), "availability").spend.toFixed(4), "0.0972");
});

test("the page is timed from the start of the fault", () => {
  const page = { unit: "burn", slo: "availability", severity: "page", from: 1013, to: null };
  assert.equal(measure(store({ breaches: [page] }), "availability").page, 13);
});

test("a page from before the fault, or of another SLO, is not this fault's", () => {
  const page = { unit: "burn", severity: "page" };
  const breaches = [{ ...page, slo: "availability", from: 900 }, { ...page, slo: "latency", from: 1010 }];
  assert.equal(measure(store({ breaches }), "availability").page, null);
});

test("the time to the page is the burn rate's, whatever else pages", () => {
  const breaches = [{ name: "Other", unit: "ratio", slo: "availability", severity: "page", from: 1005 }, { unit: "burn", slo: "availability", severity: "page", from: 1013 }];
  assert.equal(measure(store({ breaches }), "availability").page, 13);
});

test("nothing is said in the first seconds, nor without data", () => {
  assert.equal(measure(store({ now: 1003 }), "availability").spend, null);
  assert.equal(measure(store({ burn: null }), "availability").spend, null);
});

test("the end of the budget follows from what is left and what is spent a minute", () => {
  assert.equal(measure(store({ left: 0.5 }), "availability").gone.toFixed(1), "308.6");
  assert.equal(measure(store({ left: -0.1 }), "availability").gone, null);
  assert.equal(measure(store({ burn: 0 }), "availability").gone, null);
});
