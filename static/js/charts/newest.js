/** The figures beside the charts, and the same as data attributes for whoever reads the page by program. */
import { DASH, duration, latency, number, percent, times } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";

/** @param {HTMLElement} root `.plots` */
export function createNewest(root) {
  const now = Object.fromEntries([...root.querySelectorAll("[data-now]")].map((node) => [node.dataset.now, node]));
  const charts = Object.fromEntries([...root.querySelectorAll("[data-chart]")].map((node) => [node.dataset.chart, node]));

  const window = root.querySelector("[data-err-window]");

  /** @param {any} point @param {{errors: boolean, burn: boolean}} heat @param {number} scale of the clock: errors are of the last 5 wall seconds */
  return function show(point, heat, scale) {
    say(window, t("charts.window", { window: duration(5 * scale) }));
    say(now.n, number(point.n, 1));
    say(now.err, point.err === null ? DASH : number(point.err * 100, 2));
    now.err.parentElement.classList.toggle("is-burning", heat.errors);
    root.querySelector(".plot__key--burn").classList.toggle("is-hot", heat.burn);
    for (const name of ["p50", "p95", "p99"]) say(now[name], latency(point[name]));
    const burns = { burn5m: point.burn?.["5m"], burn1h: point.burn?.["1h"], burn6h: point.burn?.["6h"] };
    for (const [name, value] of Object.entries(burns)) say(now[name], times(value));
    mark(charts.traffic, { time: point.t, value: point.n });
    mark(charts.errors, { time: point.t, value: point.err, limited: point.limited });
    mark(charts.latency, { time: point.t, value: point.p95, p50: point.p50, p95: point.p95, p99: point.p99 });
    mark(charts.burn, { time: point.t, value: burns.burn5m, "burn-5m": burns.burn5m, "burn-1h": burns.burn1h, "burn-6h": burns.burn6h });
    name(charts.traffic, t("aria.traffic", { n: now.n.textContent }));
    const errors = t("aria.errors", { n: now.err.textContent });
    name(charts.errors, point.limited > 0 ? t("aria.errors.limited", { errors, n: percent(point.limited, 2) }) : errors);
    name(charts.latency, t("aria.latency", { p50: now.p50.textContent, p95: now.p95.textContent, p99: now.p99.textContent }));
    name(charts.burn, t("aria.burn", { a: now.burn5m.textContent, b: now.burn1h.textContent, c: now.burn6h.textContent }));
  };
}

function mark(node, values) {
  for (const [key, value] of Object.entries(values)) node.setAttribute(`data-${key}`, value ?? "");
}

function name(node, label) {
  node.setAttribute("aria-label", label);
}
