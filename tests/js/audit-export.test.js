import assert from "node:assert/strict";
import test from "node:test";
import { hex } from "../../static/js/controls/audit-export.js";

test("a digest of the header is told as sha256sum writes it", () => {
  const header = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
  assert.equal(hex(header), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(hex(""), "");
});
