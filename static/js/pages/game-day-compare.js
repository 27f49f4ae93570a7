/** Two runs side by side, with the charts of both. */
import { createFilters } from "../controls/filters.js";
import { createKept, highest } from "../gameday/kept.js";
import { clock, zone } from "../lib/clock.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
createFilters(document.querySelector("[data-filters]"));

for (const root of document.querySelectorAll("[data-run-charts]")) {
  let film = null;
  const draw = () => film && kept.draw(film);
  const kept = createKept(root, root.dataset.runCharts, (found) => {
    film = found;
    draw();
    kept.figures(highest(film.table));
    say(root.querySelector("[data-note]"), t("incident.span", { from: clock(film.window[0]), to: clock(film.window[1]), zone: zone() }));
  });
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(root.querySelector("[data-plots]"));
}

start();
