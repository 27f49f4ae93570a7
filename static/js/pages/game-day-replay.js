/** A game day played again. */
import { createReplay } from "../gameday/replay.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
const root = part("replay");
const replay = root && createReplay(root);

start({ keys: replay ? { " ": replay.flip } : {} });
