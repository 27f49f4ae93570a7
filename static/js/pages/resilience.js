/** The Resilience page: each pattern while it works, its switch, and what it is good for. */
import { createComparison } from "../controls/comparison.js";
import { createPatterns } from "../controls/patterns.js";
import { createBreakerCards } from "../live/breaker-cards.js";
import { createWay } from "../live/way.js";
import { createShell, part } from "./shell.js";

const { store, actions, start } = createShell();
createWay(part("way"), store);
createBreakerCards(part("breakers"), store, actions);
createPatterns(part("patterns"), store, actions);
const comparison = createComparison(part("comparison"), store, actions);

start({ disclosures: ".menu", reload: comparison.load });
