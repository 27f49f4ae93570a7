import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { curl } from "../../static/js/lib/curl.js";

test("the command holds no secret, only the variable's name", () => {
  assert.match(curl("http://127.0.0.1:3000", "/api/chaos", {}), /Bearer \$TOKEN"/);
});

test("a shell reads the body back as it was, quotes and all", () => {
  const body = { errorRate: 0.07, reason: "it's \"ours\"; $(rm -rf /)" };
  const command = curl("http://x", "/api/chaos", body).replace(/^curl/, "printf '%s\\n'");
  const printed = execFileSync("sh", ["-c", command], { encoding: "utf8" }).trim().split("\n");
  assert.deepEqual(JSON.parse(printed.at(-1)), body);
});
