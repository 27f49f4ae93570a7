/** The guided tour: its overview, and a lesson while it runs. */
import { createLesson } from "../live/lesson.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { store, load, start } = createSheet();
if (part("lesson")) createLesson(part("lesson"), store, load);
start();
