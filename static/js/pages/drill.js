/** The drill: while it goes on, and what it came to. */
import { createDrill } from "../live/drill.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { store, start } = createSheet();
if (part("drill")) createDrill(part("drill"), store);
start();
