/** Sheets that open over the page close on Escape and on a press elsewhere. */

/** @param {string} selector of the `details` elements */
export function closeDisclosures(selector) {
  const open = () => [...document.querySelectorAll(selector)].filter((each) => each.open);
  document.addEventListener("pointerdown", ({ target }) => {
    for (const each of open()) if (!each.contains(target)) each.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const each of open()) {
      if (each.contains(document.activeElement)) each.querySelector("summary").focus();
      each.open = false;
    }
  });
}
