import assert from "node:assert/strict";
import test from "node:test";

import { backoff } from "../../static/js/live/backoff.js";
import { Link } from "../../static/js/live/link.js";

const half = () => 0.5;

function live(now = 0) {
  const link = new Link(half, now);
  link.heard(now);
  return link;
}

test("attempts come at most five seconds apart, jitter included", () => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    assert.ok(backoff(attempt, () => 1) <= 5000);
    assert.ok(backoff(attempt, () => 0) >= 250);
  }
});

test("attempts grow apart", () => {
  assert.ok(backoff(3, half) > backoff(2, half));
});

test("a server that restarts is left for another one within half a second", () => {
  const link = live();
  link.closed(1000, 1012);
  assert.equal(link.state, "lost");
  assert.ok(link.retryAt <= 1500);
  assert.equal(link.tick(1500), "connect");
});

test("silence is told before three seconds, though the socket is open", () => {
  const link = live();
  link.tick(2400);
  assert.equal(link.state, "live");
  link.tick(2750); // the first look at the clock after 2.5 s
  assert.equal(link.state, "silent");
});

test("a socket that stays silent is given up", () => {
  assert.equal(live().tick(7100), "give up");
});

test("a closed socket is lost at once and tried again", () => {
  const link = live();
  link.closed(1000, 1006);
  assert.equal(link.state, "lost");
  assert.equal(link.tick(1100), null);
  assert.equal(link.tick(link.retryAt), "connect");
});

test("the loss is counted from its first moment through every failed attempt", () => {
  const link = live();
  link.closed(1000, 1006);
  link.begin(1400);
  link.closed(1500, 1006);
  assert.equal(link.lostAt, 1000);
  assert.equal(link.attempt, 2);
});

test("a snapshot heals it and says how long it was away", () => {
  const link = live();
  link.closed(1000, 1006);
  assert.equal(link.heard(12000), 12000);
  assert.deepEqual([link.state, link.attempt, link.retryAt], ["live", 0, null]);
});

test("the first snapshot is no return", () => {
  assert.equal(new Link(half, 0).heard(900), null);
});

test("a page that never connects says so within three seconds", () => {
  const link = new Link(half, 0);
  link.tick(2600);
  assert.equal(link.state, "lost");
});

test("an ended session stops all attempts", () => {
  for (const code of [4401, 4403]) {
    const link = live();
    link.closed(500, code);
    assert.equal(link.state, "expired");
    assert.equal(link.tick(99999), null);
  }
});

test("one that was closed for newer ones does not push those out in turn", () => {
  const link = live();
  link.closed(500, 4429);
  assert.equal(link.state, "crowded");
  assert.equal(link.tick(99999), null);
  link.closed(600, 1006);
  assert.equal(link.state, "crowded");
});

test("an attempt has its own time to come through", () => {
  const link = live();
  link.closed(1000, 1006);
  link.begin(60000);
  assert.equal(link.tick(61000), null);
  assert.equal(link.tick(67100), "give up");
});
