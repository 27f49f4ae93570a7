/** The page of an incident: its record, fresh, beside its charts. */
import { createIncidentCharts } from "../live/incident-charts.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { store, onFresh, start } = createSheet();
const charts = createIncidentCharts(part("incident-charts"), store);
onFresh("incident-timeline", charts.load);

start({ keys: { n: charts.flip } });
