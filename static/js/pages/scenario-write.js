/** Writing a scenario: a file fills the text, and a problem leads to its line. */
import { guardUnsaved } from "../controls/unsaved.js";
import { part } from "./shell.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
const source = part("scenario-source");

part("file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (file) source.value = await file.text();
});

/** Selects a line, counted from 1. */
function select(line) {
  const before = source.value.split("\n", line - 1).join("\n").length;
  const begin = line > 1 ? before + 1 : 0;
  const end = source.value.indexOf("\n", begin);
  source.focus();
  source.setSelectionRange(begin, end < 0 ? source.value.length : end);
  source.scrollTop = ((line - 4) * source.scrollHeight) / source.value.split("\n").length;
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-line]") : null;
  if (button) select(Number(button.dataset.line));
});
for (const form of document.querySelectorAll("form[data-guard]")) guardUnsaved(form);

start();
