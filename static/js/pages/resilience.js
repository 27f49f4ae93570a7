/** The Resilience page: each pattern while it works, its switch, and what it is good for. */
import { createActions } from "../controls/actions.js";
import { createComparison } from "../controls/comparison.js";
import { closeDisclosures } from "../controls/disclosures.js";
import { faultKeys } from "../controls/fault-kinds.js";
import { createFaults } from "../controls/faults.js";
import { createKeys } from "../controls/keys.js";
import { createPatterns } from "../controls/patterns.js";
import { createStop } from "../controls/stop.js";
import { createTheme } from "../controls/theme.js";
import { createToasts } from "../controls/toasts.js";
import { readConfig } from "../lib/config.js";
import { t } from "../lib/strings.js";
import { createBreakerCards } from "../live/breaker-cards.js";
import { connect } from "../live/connection.js";
import { createLinkState } from "../live/link-state.js";
import { createStore } from "../live/store.js";
import { createTitle } from "../live/title.js";
import { createWay } from "../live/way.js";

const part = (name) => document.querySelector(`[data-${name}]`);
const store = createStore(readConfig());
const toasts = createToasts(part("toasts"));
const actions = createActions(store, toasts);
const wire = { send: () => false, retry: () => {} };

const stop = createStop(part("stop"), store, actions, { send: (message) => wire.send(message) });
const link = createLinkState(store, () => wire.retry());
const faults = createFaults(part("faults"), store, actions);
createWay(part("way"), store);
createBreakerCards(part("breakers"), store, actions);
createPatterns(part("patterns"), store, actions);
const comparison = createComparison(part("comparison"), store, actions);
createTitle(store);
closeDisclosures(".menu");
createTheme(document.querySelector("[data-action=theme]"));
createKeys({ x: stop.press, ...faultKeys(faults) });

/** @param {any} message */
function onMessage(message) {
  if (message.type === "snapshot") store.adopt(message);
  else if (message.type === "stopped") stop.done(message);
  else if (message.type === "refused") toasts.show({ state: "is-exhausted", title: t("refused.title"), text: message.message });
}

function onBack(away) {
  link.back(away);
  comparison.load();
}

Object.assign(wire, connect(store.config.wsUrl, { onMessage, onBack, onTick: link.show }));
