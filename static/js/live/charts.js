/** The chart panel: range, pause, numbers; history in, drawings out. */
import { createBoard } from "../charts/board.js";
import { LIVE_CHARTS } from "../charts/definitions.js";
import { anyLimited } from "./limited.js";
import { createNewest } from "../charts/newest.js";
import { createNumbers } from "../charts/numbers.js";
import { RANGES, windowOf } from "../charts/scales.js";
import { History } from "./history.js";
import { createSeries } from "./series.js";
import { createPanel } from "./chart-panel.js";
import { isHot } from "./heat.js";

const REFRESH = 300_000; // ms: a long range is fetched again before its fine tail outweighs it

/** @param {HTMLElement} root `[data-charts]` @param {ReturnType<import("./store.js").createStore>} store */
export function createCharts(root, store) {
  const history = new History();
  const heat = { errors: false, burn: false };
  const fetchRange = createSeries(store.config.seriesUrl);
  const board = createBoard(root.querySelector("[data-plots]"), heat, LIVE_CHARTS);
  const legend = root.querySelector("[data-limited]");
  const newest = createNewest(root.querySelector("[data-plots]"));
  const numbers = createNumbers(root.querySelector("[data-numbers]"), { limited: true });
  const panel = createPanel(root, store, { onRange: reload, onChange: schedule, onRetry: reload });
  let frozen = null;
  let queued = false;

  async function reload() {
    panel.loading();
    try {
      const series = await fetchRange(panel.range);
      if (!series) return;
      history.load(series);
      if (store.snapshot) history.merge(store.snapshot);
      panel.loaded();
    } catch (error) {
      if (error.name !== "AbortError") panel.failed(error);
    }
    schedule();
  }

  store.subscribe(() => {
    const point = store.newest();
    history.merge(store.snapshot);
    Object.assign(heat, isHot(store));
    if (point) newest(point, heat, store.config.scale);
    schedule();
  });

  // One drawing a frame; a hidden tab gets no frames and so draws nothing.
  function schedule() {
    if (queued) return;
    queued = true;
    requestAnimationFrame(draw);
  }

  function draw() {
    queued = false;
    const end = store.newest()?.t ?? [...history.rows.keys()].at(-1);
    if (end === undefined) return panel.empty();
    const span = RANGES[panel.range];
    if (!panel.paused) frozen = null;
    else frozen ??= { table: history.table(), end };
    const table = frozen?.table ?? history.table();
    const window = windowOf(span, table.t[0] ?? end, frozen?.end ?? end);
    if (!panel.paused && span !== null) history.prune(window[0] - 30);
    const marks = { bands: [...history.bands.values()], breaches: [...history.breaches.values()], transitions: [...history.transitions.values()], switched: [...history.switched.values()], replicas: store.snapshot?.resilience?.replicas?.map(({ id }) => id) ?? [], seededUntil: history.seededUntil ?? null };
    legend.hidden = !anyLimited(table, window);
    if (panel.numbers) numbers.show(table, window);
    else board.draw({ table, window, marks });
    panel.show(window, table.t.length > 0);
  }

  setInterval(() => panel.range !== "5m" && !panel.paused && !document.hidden && reload(), REFRESH);
  reload();
  return { reload, panel };
}
