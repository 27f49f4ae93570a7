/** The audit log: verifying it in steps with their progress, and exports with their digest. */
import { createExports } from "../controls/audit-export.js";
import { createVerify } from "../controls/audit-verify.js";
import { createFilters } from "../controls/filters.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
const filters = document.querySelector("[data-filters]");
if (filters instanceof HTMLFormElement) createFilters(filters);
const verify = document.querySelector("[data-verify]");
if (verify instanceof HTMLFormElement) createVerify(verify);
createExports();
// An address that names an entry opens it.
document.querySelector("li:target details")?.setAttribute("open", "");

start();
// On a narrow screen it is the last of a row that scrolls.
document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
