import assert from "node:assert/strict";
import test from "node:test";

import { gameDayOf } from "../../static/js/controls/holder.js";

test("a plan that a game day holds tells which", () => {
  assert.equal(gameDayOf({ holder: "game-day-7" }), "7");
});

test("a plan that nobody holds is free", () => {
  assert.equal(gameDayOf({ holder: null }), null);
  assert.equal(gameDayOf({}), null);
  assert.equal(gameDayOf(null), null);
});
