/** The library of game days: its cards are shown at once, and what they cost as soon as it is worked out. */
import { createFilters } from "../controls/filters.js";
import { call } from "../lib/api.js";
import { say } from "../lib/dom.js";
import { createSheet } from "./sheet.js";

const { start } = createSheet();
createFilters(document.querySelector("[data-filters]"));

/** A card without its figures says so with dashes: what fails here leaves them. */
async function foretell(cards) {
  const found = await call("/console/game-days/forecasts", { timeout: 30_000 }).catch(() => ({}));
  for (const card of cards) {
    for (const [name, text] of Object.entries(found[card.dataset.scenario] ?? {})) say(card.querySelector(`[data-${name}]`), text);
  }
}

const cards = document.querySelectorAll("[data-foretell]");
if (cards.length) foretell(cards);

start();
