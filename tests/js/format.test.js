import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { age, countdown, duration, fine, latency, number, percent, times, typed } from "../../static/js/lib/format.js";

test("no data is a dash, never a zero", () => {
  for (const format of [number, percent, times, latency, duration, fine]) {
    assert.equal(format(null), "–");
    assert.equal(format(undefined), "–");
  }
  assert.equal(number(Number.NaN), "–");
});

test("a zero is a zero", () => {
  assert.equal(percent(0, 2), "0.00 %");
  assert.equal(times(0), "0.0×");
});

test("an overspent budget keeps its sign and its size", () => {
  assert.equal(percent(-1.8), "−180.0 %");
  assert.equal(percent(-0.00001), "0.0 %");
});

test("a ratio near one shows what tells it from one", () => {
  assert.equal(fine(0.99987), "99.987 %");
  assert.equal(fine(0.9991), "99.91 %");
  assert.equal(fine(0.00013), "0.013 %");
});

test("durations take two units at most", () => {
  assert.equal(duration(12.58), "12.6 s");
  assert.equal(duration(42.4), "42 s");
  assert.equal(duration(539), "8 min 59 s");
  assert.equal(duration(9120), "2 h 32 min");
  assert.equal(duration(273600), "3 d 4 h");
});

test("durations carry over at the edge of a unit", () => {
  assert.equal(duration(59.96), "1 min");
  assert.equal(duration(3599.7), "1 h");
  assert.equal(duration(86399), "1 d");
});

test("latency changes to seconds at one second", () => {
  assert.equal(latency(0.112), "112 ms");
  assert.equal(latency(1.254), "1.25 s");
});

test("ages count down to whole units and never below nothing", () => {
  assert.equal(age(27.9), "27 s");
  assert.equal(age(-3), "0 s");
  assert.equal(age(7200), "2 h");
});

test("a countdown ends at nothing and shows the second it is in", () => {
  assert.equal(countdown(252), "04:12");
  assert.equal(countdown(0.2), "00:01");
  assert.equal(countdown(-5), "00:00");
});

test("a typed number may use a comma and its unit", () => {
  assert.equal(typed(" 7,5 % "), 7.5);
  assert.equal(typed("400 ms"), 400);
});

test("what is not a number is refused", () => {
  for (const text of ["", "abc", "1e3", "-1", "7.5.1", "NaN"]) assert.equal(typed(text), null);
});
