/** Disaster drills: what is due, one that goes on, and its report. */
import { createFilters } from "../controls/filters.js";
import { createOutage } from "../controls/outage.js";
import { guardUnsaved } from "../controls/unsaved.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
const filters = document.querySelector("[data-filters]");
if (filters instanceof HTMLFormElement) createFilters(filters);
const outage = document.querySelector("[data-outage]");
if (outage instanceof HTMLElement) createOutage(outage);
for (const form of document.querySelectorAll("form[data-guard]")) guardUnsaved(form);

start();
