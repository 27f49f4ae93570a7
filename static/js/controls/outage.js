/** How long it has been down: from what the server said when it made the page, so that a wrong clock changes nothing. */
import { say } from "../lib/dom.js";

const two = (number) => String(number).padStart(2, "0");

/** "4:02" or "1:04:02". @param {number} seconds */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** @param {HTMLElement} node `[data-outage]`, its seconds; with `data-runs` they go on. */
export function createOutage(node) {
  const since = Number(node.dataset.outage);
  const began = performance.now();
  const runs = "runs" in node.dataset;
  const update = () => say(node, elapsed(since + (runs ? (performance.now() - began) / 1000 : 0)));
  update();
  if (runs) setInterval(update, 250);
}
