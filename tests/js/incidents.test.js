import assert from "node:assert/strict";
import test from "node:test";

import { newsOf } from "../../static/js/live/incidents.js";

const one = (state, pagedAt = null, id = 1) => ({ id, state, pagedAt, title: "x" });
const kinds = ({ told }) => told.map(({ incident, kind }) => `${incident.id} ${kind}`);

test("what was there when the page opened is not told", () => {
  assert.deepEqual(newsOf(null, [one("open")]).told, []);
});

test("an incident that opens, pages and ends is told each time, once", () => {
  let news = newsOf(null, []);
  const step = (...incidents) => kinds((news = newsOf(news.known, incidents)));
  assert.deepEqual(step(one("open")), ["1 opened"]);
  assert.deepEqual(step(one("acknowledged")), []);
  assert.deepEqual(step(one("acknowledged", 5)), ["1 paged"]);
  assert.deepEqual(step(one("mitigated", 5)), []);
  assert.deepEqual(step(one("resolved", 5)), ["1 resolved"]);
  assert.deepEqual(step(), []);
});

test("one that is reopened and pages again is told again", () => {
  const { known } = newsOf(null, [one("resolved", 5)]);
  assert.deepEqual(kinds(newsOf(known, [one("open", 9)])), ["1 paged"]);
});

test("a second page of an incident is told like the first", () => {
  const { known } = newsOf(null, [one("acknowledged", 5)]);
  assert.deepEqual(kinds(newsOf(known, [one("acknowledged", 9)])), ["1 paged"]);
});

test("one that a person opens again is open again, and no new page", () => {
  const { known } = newsOf(null, [one("resolved", 5)]);
  assert.deepEqual(kinds(newsOf(known, [one("acknowledged", 5)])), ["1 reopened"]);
});
