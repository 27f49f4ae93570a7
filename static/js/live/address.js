/** What the reader chose lives in the address, so that a link shows the same. */
import { RANGES } from "../charts/scales.js";

/** @returns {{range: string, numbers: boolean}} */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const range = query.get("range");
  return { range: range in RANGES ? range : "5m", numbers: query.get("view") === "numbers" };
}

/** @param {{range: string, numbers: boolean}} choice */
export function writeAddress({ range, numbers }) {
  const url = new URL(location.href);
  url.searchParams.set("range", range);
  if (numbers) url.searchParams.set("view", "numbers");
  else url.searchParams.delete("view");
  history.replaceState(null, "", url);
}
