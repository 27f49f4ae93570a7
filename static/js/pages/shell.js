/** What every page of the console has: the store, the stop, the link to the server, and the faults where there are sliders. */
import { createActions } from "../controls/actions.js";
import { closeDisclosures } from "../controls/disclosures.js";
import { faultKeys } from "../controls/fault-kinds.js";
import { createFaults } from "../controls/faults.js";
import { createConfirm } from "../controls/confirm.js";
import { createKeys } from "../controls/keys.js";
import { createLever } from "../controls/lever.js";
import { createSound } from "../controls/sound.js";
import { createStop } from "../controls/stop.js";
import { createTheme } from "../controls/theme.js";
import { createToasts } from "../controls/toasts.js";
import { createAttendance } from "../gameday/attend.js";
import { createRunMark } from "../gameday/mark.js";
import { readConfig } from "../lib/config.js";
import { t } from "../lib/strings.js";
import { connect } from "../live/connection.js";
import { createIncidents } from "../live/incidents.js";
import { createLinkState } from "../live/link-state.js";
import { createStore } from "../live/store.js";
import { createTitle } from "../live/title.js";

/** The page's element that is marked `data-<name>`. */
export const part = (name) => document.querySelector(`[data-${name}]`);

/**
 * `start` is called once the page's own parts are there: with its own keys, the disclosures
 * that close at a click elsewhere, and what to load anew after the link was away.
 */
export function createShell() {
  const store = createStore(readConfig());
  const toasts = createToasts(part("toasts"));
  const confirm = document.getElementById("confirm");
  const actions = createActions(store, toasts, confirm && createConfirm(confirm, store));
  const wire = { send: () => false, retry: () => {} };
  const stop = createStop(part("stop"), store, actions, { send: (message) => wire.send(message) });
  const link = createLinkState(store, () => wire.retry());
  const faults = part("faults") && createFaults(part("faults"), store, actions);
  createLever(store, actions);
  createTitle(store);
  createIncidents(store, toasts, createSound(document.querySelector("[data-action=sound]")));
  createAttendance(store);
  createRunMark(store);
  createTheme(document.querySelector("[data-action=theme]"));

  /** @param {any} message */
  function onMessage(message) {
    if (message.type === "snapshot") store.adopt(message);
    else if (message.type === "stopped") stop.done(message);
    else if (message.type === "refused") toasts.show({ state: "is-exhausted", title: t("refused.title"), text: message.message });
  }

  function start({ keys = {}, disclosures, reload }) {
    const onBack = (away) => { link.back(away); reload(); };
    closeDisclosures(disclosures);
    createKeys({ x: stop.press, ...(faults ? faultKeys(faults) : {}), ...keys });
    Object.assign(wire, connect(store.config.wsUrl, { onMessage, onBack, onTick: link.show }));
  }

  return { store, actions, start };
}
