/** Moments that the server wrote in UTC, in the reader's own time. */
import { clock, zone } from "../lib/clock.js";

const DAY = 86400; // seconds

/** @param {ParentNode} root */
export function localTimes(root) {
  for (const node of root.querySelectorAll("time[data-time]")) {
    const at = Date.parse(node.dateTime) / 1000;
    const old = Math.abs(Date.now() / 1000 - at) > DAY;
    const asked = node.dataset.time;
    node.textContent = clock(at, asked === "date" ? "date" : old || asked === "day" ? "day" : "second");
    node.title = `${new Date(at * 1000).toISOString()}, ${zone()}`;
  }
}
