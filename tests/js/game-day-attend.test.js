import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { createAttendance, isMine } from "../../static/js/gameday/attend.js";
import { createStore } from "../../static/js/live/store.js";
import { waitOf } from "../../static/js/gameday/poll.js";
import { checksWords, stepWords } from "../../static/js/gameday/strip.js";

const mine = { id: 7, state: "running", startedBy: "ada" };

function open(gameDay) {
  const sent = [];
  let now = 0;
  const store = createStore({ role: "operator", may: ["faults.change"], user: "ada", csrf: "" });
  createAttendance(store, async (url) => void sent.push(url), () => now);
  const news = (at, run = gameDay) => {
    now = at;
    store.adopt({ source: "fleet", at: "2026-01-31T12:00:00Z", plan: { version: 1 }, gameDay: run });
  };
  return { sent, news };
}

test("whoever started it is told of at once, and every ten seconds", () => {
  const { sent, news } = open(mine);
  for (let at = 0; at <= 21_000; at += 1000) news(at);
  assert.deepEqual(sent, ["/api/game-days/7/attend", "/api/game-days/7/attend", "/api/game-days/7/attend"]);
});

test("nobody attends the run of somebody else, or one that does not run", () => {
  const { sent, news } = open({ ...mine, startedBy: "vic" });
  news(0);
  news(10_000, { ...mine, state: "waiting" });
  news(20_000, null);
  assert.deepEqual(sent, []);
  assert.equal(isMine(undefined, "ada"), false);
});

test("it looks each second, and less often while it fails", () => {
  assert.equal(waitOf(0, () => 1), 1000);
  assert.equal(waitOf(3, () => 1), 4000);
  assert.equal(waitOf(1, () => 0), 1000);
});

test("the strip says which step it is and how the checks stand", () => {
  assert.equal(stepWords({ step: 2, steps: 6, stepTitle: "3 % errors" }), "step 3 of 6: 3 % errors");
  assert.equal(stepWords({ step: null, steps: 6 }), "before its first step");
  assert.equal(checksWords({ checksPassed: 4, checksFailed: 0, checksInAll: 11 }), "4 of 11 checks passed");
  assert.equal(checksWords({ checksPassed: 4, checksFailed: 1, checksInAll: 11 }), "4 of 11 checks passed, 1 failed");
  assert.equal(stepWords({ drill: true }), "a drill: what is wrong is to be found out");
  assert.equal(checksWords({ checksInAll: 0 }), "");
});
