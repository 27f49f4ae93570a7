import assert from "node:assert/strict";
import test from "node:test";

import { setTexts, t, tn } from "../../static/js/lib/strings.js";

const texts = { hello: "Hello {name}, {name}", "page.one": "{count} page", "page.other": "{count} pages" };

test("every place of a value is filled in", () => {
  setTexts(texts);
  assert.equal(t("hello", { name: "Ann" }), "Hello Ann, Ann");
});

test("a missing value or key shows itself rather than nothing", () => {
  setTexts(texts);
  assert.equal(t("hello"), "Hello {name}, {name}");
  assert.equal(t("nowhere"), "nowhere");
});

test("the plural form follows the language", () => {
  setTexts(texts);
  assert.equal(tn("page", 1), "1 page");
  assert.equal(tn("page", 3), "3 pages");
});

test("a form that the texts lack falls back to the other one", () => {
  setTexts({ "page.other": "{count} strony" }, "pl");
  assert.equal(tn("page", 3), "3 strony");
});
