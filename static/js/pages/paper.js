/** Pages that the server makes: alerts, incidents, runbooks. Their parts are read again when something changed. */
import { localTimes } from "../controls/times.js";
import { createFresh } from "../controls/fresh.js";
import { markTarget } from "../controls/target.js";
import { createFilters } from "../controls/filters.js";
import { createPeriod } from "../controls/period.js";
import { createShell } from "./shell.js";

const { store, actions, start } = createShell();
localTimes(document);
const fresh = createFresh(store, (part) => {
  localTimes(part);
  markTarget(part);
});
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-curl]") : null;
  if (button) actions.copyRead(button.dataset.curl);
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
const period = document.querySelector("[data-period]");
if (period instanceof HTMLFormElement) createPeriod(period);
const filters = document.querySelector("[data-filters]");
if (filters instanceof HTMLFormElement) createFilters(filters);

start({ disclosures: ".menu", reload: fresh.load });
