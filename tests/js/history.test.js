import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../static/js/live/history.js";

const point = (t, err = 0) => ({ t, n: 50, err, p50: 0.02, p95: 0.06, p99: 0.1, burn: { "5m": 0, "1h": 0, "6h": 0 } });
const column = (length, value) => Array.from({ length }, () => value);

function series(t, step = 1) {
  const zeros = column(t.length, 0);
  return { step, t, n: zeros, err: zeros, p50: zeros, p95: zeros, p99: zeros, burn: { "5m": zeros, "1h": zeros, "6h": zeros }, seeded: zeros };
}

test("new seconds follow the fetched range, in order", () => {
  const history = new History();
  history.load(series([1, 2, 3]));
  history.merge({ points: [point(3), point(4)] });
  assert.deepEqual(history.table().t, [1, 2, 3, 4]);
});

test("a late sample corrects a second that was shown", () => {
  const history = new History();
  history.merge({ points: [point(1, 0)] });
  history.merge({ points: [point(1, 0.07)] });
  assert.deepEqual(history.table().err, [0.07]);
});

test("seconds that arrived while a range was fetched are kept", () => {
  const history = new History();
  history.merge({ points: [point(4), point(5)] });
  history.load(series([1, 2, 3, 4]));
  assert.deepEqual(history.table().t, [1, 2, 3, 4, 5]);
});

test("missing seconds are a gap and not a line", () => {
  const history = new History();
  history.merge({ points: [point(1), point(9)] });
  const { t, n } = history.table();
  assert.deepEqual(t, [1, 2, 9]);
  assert.deepEqual(n, [50, null, 50]);
});

test("a coarse range has no gaps between its own steps", () => {
  const history = new History();
  history.load(series([0, 36, 72], 36));
  assert.deepEqual(history.table().t, [0, 36, 72]);
});

test("what left the window is forgotten, but not a fault that goes on", () => {
  const history = new History();
  history.merge({ points: [point(1), point(100)], bands: [{ version: 1, from: 1, to: 2 }, { version: 2, from: 2, to: null }] });
  history.prune(50);
  assert.deepEqual(history.table().t, [100]);
  assert.deepEqual([...history.bands.keys()], [2]);
});

test("a band that ended replaces itself", () => {
  const history = new History();
  history.mark({ bands: [{ version: 7, from: 1, to: null }] });
  history.mark({ bands: [{ version: 7, from: 1, to: 5 }] });
  assert.deepEqual([...history.bands.values()], [{ version: 7, from: 1, to: 5 }]);
});

const firing = (more) => ({ name: "DatabaseDown", slo: null, severity: "critical", from: 10, to: null, ...more });

test("what a replica told alone is over when nobody tells it any more", () => {
  const history = new History();
  history.merge({ at: "1970-01-01T00:00:20Z", breaches: [firing()] });
  history.merge({ at: "1970-01-01T00:00:30Z", breaches: [firing({ from: 30, to: 31 })] });
  assert.deepEqual([...history.breaches.values()].map(({ from, to }) => [from, to]), [[10, 30], [30, 31]]);
});

test("two alerts that fire in one second are two", () => {
  const history = new History();
  history.mark({ breaches: [firing(), firing({ name: "EvaluatorAbsent" })] });
  assert.equal(history.breaches.size, 2);
});

test("the end of the seeded history is known", () => {
  const history = new History();
  history.load({ ...series([1, 2, 3]), seeded: [1, 1, 0] });
  assert.equal(history.seededUntil, 2);
});

test("no data stays null in every column", () => {
  const history = new History();
  history.merge({ points: [{ t: 1, n: 0, err: null, p50: null, p95: null, p99: null, burn: { "5m": null, "1h": null, "6h": null } }] });
  const { n, err, burn5m } = history.table();
  assert.deepEqual([n, err, burn5m], [[0], [null], [null]]);
});
