import assert from "node:assert/strict";
import test from "node:test";

import { csv, rowsOf } from "../../static/js/charts/csv.js";
import { CHARTS, LIVE_CHARTS } from "../../static/js/charts/definitions.js";
import { COLUMNS, History } from "../../static/js/live/history.js";
import { anyLimited, limitedWords } from "../../static/js/live/limited.js";
import "./texts.js";

const point = (t, limited) => ({ t, n: 50, err: 0, limited, p50: 0.02, p95: 0.06, p99: 0.1, burn: {} });

function tableOf(...points) {
  const history = new History();
  history.merge({ points });
  return history.table();
}

test("refusals are kept from the past and from snapshots", () => {
  const history = new History();
  const none = [0];
  history.load({ step: 1, t: [1], n: none, err: none, limited: [0.25], p50: none, p95: none, p99: none, burn: { "5m": none, "1h": none, "6h": none } });
  history.merge({ points: [point(2, 0.5)] });
  assert.deepEqual(history.table().limited, [0.25, 0.5]);
});

test("a past without them is no data", () => {
  assert.deepEqual(tableOf({ ...point(1), limited: undefined }).limited, [null]);
});

test("their line has a legend only while there are any in the range", () => {
  const table = tableOf(point(1, 0.1), point(2, 0), point(3, null));
  assert.equal(anyLimited(table, [0, 9]), true);
  assert.equal(anyLimited(table, [2, 9]), false);
});

test("only Live draws them, and only in the chart of errors", () => {
  const drawn = (charts) => charts.filter(({ columns }) => columns.includes("limited")).map(({ name }) => name);
  assert.deepEqual(drawn(LIVE_CHARTS), ["errors"]);
  assert.deepEqual(drawn(CHARTS), []);
});

test("a table of other pages has no column for them", () => {
  const rows = rowsOf(tableOf(point(1, 0.5)), 0, 9);
  assert.equal("limited" in rows[0], false);
  const names = [...COLUMNS, "limited"];
  assert.match(csv(rowsOf(tableOf(point(1, 0.5)), 0, 9, names), names).split("\r\n")[1], /,0\.5$/);
});

test("nothing is said where nothing was refused, or nobody counted", () => {
  for (const limited of [0, null, undefined]) assert.equal(limitedWords({ limited, limitedTraffic: limited, window: "30d" }), "");
  assert.equal(limitedWords(undefined), "");
});

test("what was refused is said with its window, the traffic's own apart", () => {
  assert.equal(limitedWords({ limited: 1, limitedTraffic: 0, window: "30d" }), "1 refused in 30 d");
  assert.equal(limitedWords({ limited: 1200, limitedTraffic: 7, window: "30d" }), `${(1200).toLocaleString()} refused in 30 d, all no failures traffic 7`);
});
