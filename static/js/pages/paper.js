/** Pages that the server makes: alerts, incidents, runbooks. Their parts are read again when something changed. */
import { createFilters } from "../controls/filters.js";
import { createPeriod } from "../controls/period.js";
import { guardUnsaved } from "../controls/unsaved.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
const period = document.querySelector("[data-period]");
if (period instanceof HTMLFormElement) createPeriod(period);
const filters = document.querySelector("[data-filters]");
if (filters instanceof HTMLFormElement) createFilters(filters);

for (const form of document.querySelectorAll("form[data-guard]")) guardUnsaved(form);

start();
