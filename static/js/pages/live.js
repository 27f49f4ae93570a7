/** The Live page: what the faults do to the objectives, second by second. */
import { createTraffic } from "../controls/traffic.js";
import { createRunStrip } from "../gameday/strip.js";
import { createCharts } from "../live/charts.js";
import { createFeed } from "../live/feed.js";
import { createHero } from "../live/hero.js";
import { createLimitedNote } from "../live/limited.js";
import { createPatternStrip } from "../live/pattern-strip.js";
import { createSloCard } from "../live/slo-card.js";
import { createShell, part } from "./shell.js";

const { store, actions, start } = createShell();
const traffic = createTraffic(part("traffic"), store, actions);
const charts = createCharts(part("charts"), store);
createHero(part("hero"), store);
createPatternStrip(part("strip"), store);
createRunStrip(part("run-strip"), store);
for (const card of document.querySelectorAll("[data-slo]")) createSloCard(card, store);
createLimitedNote(part("limited-note"), store);
createFeed(part("events"), store);

const ranges = ["5m", "15m", "1h", "6h", "all"].map((range, i) => [String(i + 1), () => charts.panel.choose(range)]);
start({
  keys: { p: charts.panel.pause, n: charts.panel.toggleNumbers, t: traffic.focus, ...Object.fromEntries(ranges) },
  disclosures: ".menu, .slo__how",
  reload: charts.reload,
});
