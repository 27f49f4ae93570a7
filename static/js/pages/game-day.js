/** The page of one game day: its run while it goes on, its record afterwards. */
import { guardUnsaved } from "../controls/unsaved.js";
import { createPresentation } from "../controls/presentation.js";
import { createNow } from "../gameday/now.js";
import { createRun } from "../gameday/run.js";
import { call } from "../lib/api.js";
import { createIncidentCharts } from "../live/incident-charts.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { store, onFresh, start, load } = createSheet();
const root = part("run");
const presentation = createPresentation(part("presentation"));
const keys = { f: presentation.flip };
onFresh("run-head", presentation.again);

if (root.dataset.over === "false") {
  // whoever opens it is named on it; the starter's consoles go on telling that they are there
  if (store.mayChange) call(root.dataset.attend, { csrf: store.config.csrf, body: {} }).catch(() => {});
  store.run = { state: root.dataset.state };
  createNow(root, store, root.dataset.worst);
  const run = createRun(root, { load, onOver: () => setTimeout(() => location.reload(), 1500) });
  for (const name of ["run-steps", "run-compare"]) onFresh(name, run.write);
} else if (part("incident-charts")) {
  keys.n = createIncidentCharts(part("incident-charts"), store).flip;
}
for (const form of document.querySelectorAll("form[data-guard]")) guardUnsaved(form);

start({ keys });
