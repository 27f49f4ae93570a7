/** The Live page: joins the connection, the store, and everything that shows or changes it. */
import { createActions } from "../controls/actions.js";
import { closeDisclosures } from "../controls/disclosures.js";
import { createFaults } from "../controls/faults.js";
import { faultKeys } from "../controls/fault-kinds.js";
import { createKeys } from "../controls/keys.js";
import { createStop } from "../controls/stop.js";
import { createTheme } from "../controls/theme.js";
import { createToasts } from "../controls/toasts.js";
import { createTraffic } from "../controls/traffic.js";
import { readConfig } from "../lib/config.js";
import { t } from "../lib/strings.js";
import { createCharts } from "../live/charts.js";
import { connect } from "../live/connection.js";
import { createFeed } from "../live/feed.js";
import { createHero } from "../live/hero.js";
import { createLinkState } from "../live/link-state.js";
import { createPatternStrip } from "../live/pattern-strip.js";
import { createSloCard } from "../live/slo-card.js";
import { createStore } from "../live/store.js";
import { createTitle } from "../live/title.js";

const part = (name) => document.querySelector(`[data-${name}]`);
const store = createStore(readConfig());
const toasts = createToasts(part("toasts"));
const actions = createActions(store, toasts);
const wire = { send: () => false, retry: () => {} };

const stop = createStop(part("stop"), store, actions, { send: (message) => wire.send(message) });
const link = createLinkState(store, () => wire.retry());
const faults = createFaults(part("faults"), store, actions);
const traffic = createTraffic(part("traffic"), store, actions);
const charts = createCharts(part("charts"), store);
createHero(part("hero"), store);
createPatternStrip(part("strip"), store);
for (const card of document.querySelectorAll("[data-slo]")) createSloCard(card, store);
createFeed(part("events"), store);
createTitle(store);
closeDisclosures(".menu, .slo__how");
createTheme(document.querySelector("[data-action=theme]"));

const ranges = ["5m", "15m", "1h", "6h", "all"].map((range, i) => [String(i + 1), () => charts.panel.choose(range)]);
createKeys({
  x: stop.press, p: charts.panel.pause, n: charts.panel.toggleNumbers,
  ...faultKeys(faults), t: traffic.focus,
  ...Object.fromEntries(ranges),
});

/** @param {any} message */
function onMessage(message) {
  if (message.type === "snapshot") store.adopt(message);
  else if (message.type === "stopped") stop.done(message);
  else if (message.type === "refused") toasts.show({ state: "is-exhausted", title: t("refused.title"), text: message.message });
}

function onBack(away) {
  link.back(away);
  charts.reload();
}

Object.assign(wire, connect(store.config.wsUrl, { onMessage, onBack, onTick: link.show }));
