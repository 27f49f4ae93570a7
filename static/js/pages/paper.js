/** Pages that the server makes: alerts, incidents, runbooks. Their parts are read again when something changed. */
import { localTimes } from "../controls/times.js";
import { createFresh } from "../controls/fresh.js";
import { createPeriod } from "../controls/period.js";
import { createShell } from "./shell.js";

const { store, actions, start } = createShell();
localTimes(document);
const fresh = createFresh(store, localTimes);
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-curl]") : null;
  if (button) actions.copyRead(button.dataset.curl);
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
const period = document.querySelector("[data-period]");
if (period instanceof HTMLFormElement) createPeriod(period);
document.querySelector("[data-filters]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());

start({ disclosures: ".menu", reload: fresh.load });
