import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { entriesOf } from "../../static/js/live/entries.js";

const band = (more) => ({ version: 1, from: 10, to: null, errorRate: 0.07, latencyMs: 0, startedBy: "ann", reason: "class", end: "", ...more });
const breach = (more) => ({ name: "ErrorBudgetBurn1h", slo: "availability", severity: "page", unit: "burn", window: "1h", burn: 46.7, threshold: 14.4, from: 22, to: null, ...more });

test("the newest comes first", () => {
  assert.deepEqual(entriesOf([band()], [breach()]).map((entry) => entry.at), [22, 10]);
});

test("an open breach is firing and says by how much", () => {
  const [entry] = entriesOf([], [breach()]);
  assert.equal(entry.firing, true);
  assert.equal(entry.what, "46.7× over 1 h, above 14.4×");
});

test("an SLO that pages by two windows is one entry, told by the worse", () => {
  const slower = breach({ name: "ErrorBudgetBurn6h", window: "6h", burn: 7.8, threshold: 6, from: 40 });
  for (const both of [[breach(), slower], [slower, breach()]]) {
    const entries = entriesOf([], both);
    assert.deepEqual(entries.map(({ at, what }) => [at, what]), [[22, "46.7× over 1 h, above 14.4×"]]);
  }
});

test("a page and a ticket of one SLO are two entries", () => {
  assert.equal(entriesOf([], [breach(), breach({ severity: "ticket", window: "1d" })]).length, 2);
});

test("a breach that cleared leaves two entries and fires no more", () => {
  const entries = entriesOf([], [breach({ to: 40 })]);
  assert.deepEqual(entries.map(({ kind, firing }) => [kind, firing]), [["resolved", false], ["page", false]]);
});

const alert = (more) => ({ name: "HighErrorRate", slo: null, severity: "critical", value: 0.07, threshold: 0.05, unit: "ratio", comparison: "above", from: 18, to: null, ...more });

test("any other alert says what it compares", () => {
  const [entry] = entriesOf([], [alert()]);
  assert.deepEqual([entry.kind, entry.firing, entry.title, entry.what], ["critical", true, "HighErrorRate fires", "7.0 % > 5.0 %"]);
});

test("an alert of an SLO names it, and one that cleared is told twice", () => {
  const spent = alert({ name: "ErrorBudgetHalfSpent", slo: "availability", severity: "warning", value: 0.4967, threshold: 0.5, comparison: "below", to: 28 });
  assert.deepEqual(entriesOf([], [spent]).map(({ kind, title, what }) => [kind, title, what]), [
    ["resolved", "ErrorBudgetHalfSpent, Availability clears", "after 10.0 s"],
    ["warning", "ErrorBudgetHalfSpent, Availability fires", "49.7 % < 50.0 %"],
  ]);
});

test("alerts beside burn rates are an entry each", () => {
  const entries = entriesOf([], [breach(), alert(), alert({ name: "DatabaseDown" })]);
  assert.equal(new Set(entries.map(({ key }) => key)).size, 3);
});

test("an alert that a replica told alone goes on as the evaluator's, in one entry", () => {
  const keys = [18, 31].map((from) => entriesOf([], [alert({ name: "DatabaseDown", from })])[0].key);
  assert.equal(keys[0], keys[1]);
});

test("a fault tells who, why and how it ended", () => {
  const [ended, began] = entriesOf([band({ to: 50, end: "expired" })], []);
  assert.equal(began.what, "ann: class");
  assert.equal(ended.title, "7 % errors ended by itself");
  assert.equal(ended.what, "on for 40 s");
});

test("a change is told once, by what follows it", () => {
  const next = band({ version: 2, from: 50, errorRate: 0.03 });
  assert.equal(entriesOf([next, band({ to: 50, end: "changed" })], []).length, 2);
});

test("keys tell entries apart", () => {
  const entries = entriesOf([band({ to: 50, end: "stopped" })], [breach({ to: 60 })]);
  assert.equal(new Set(entries.map((entry) => entry.key)).size, 4);
});

test("a breaker of something else than the database is named", () => {
  const opened = { replica: "a1b2", name: "alert-webhook-1", number: 1, at: 10, from: "closed", to: "open", reason: "failures" };
  const [entry] = entriesOf([], [], [opened]);
  assert.match(entry.title, /alert-webhook-1/);
  assert.doesNotMatch(entriesOf([], [], [{ ...opened, name: "database" }])[0].title, /database/);
});

test("a breaker's opening and closing are told, its trials are not", () => {
  const change = (number, at, from, to, reason) => ({ replica: "abcdef0123", name: "database", number, at, from, to, reason });
  const entries = entriesOf([], [], [change(1, 10, "closed", "open", "failures"), change(2, 40, "open", "half_open", "trial_due"), change(3, 41, "half_open", "open", "trial_failed"), change(5, 80, "half_open", "closed", "trial_succeeded")]);
  assert.deepEqual(entries.map(({ at, kind }) => [at, kind]), [[80, "resolved"], [10, "breaker"]]);
  assert.match(entries[1].what, /abcdef01/);
});

test("an incident leads to its page, and so does its end", () => {
  const incident = { id: 7, title: "7 % of requests fail", openedAt: 100, resolvedAt: null };
  const [open] = entriesOf([], [], [], [incident]);
  assert.deepEqual([open.kind, open.what, open.href], ["incident", "7 % of requests fail", "/console/incidents/7"]);
  const [end, begin] = entriesOf([], [], [], [{ ...incident, resolvedAt: 160 }]);
  assert.deepEqual([end.kind, end.at, begin.at, end.href], ["resolved", 160, 100, "/console/incidents/7"]);
});
