/** Presentation mode: larger type and less around it. It is in the address, so that a link shows the same. */

/** @param {HTMLElement} button */
export function createPresentation(button) {
  const root = document.documentElement;

  function set(on) {
    if (on) root.dataset.mode = "presentation";
    else delete root.dataset.mode;
    document.querySelector("[data-presentation]")?.setAttribute("aria-pressed", String(on));
  }

  function flip() {
    const on = root.dataset.mode !== "presentation";
    const url = new URL(location.href);
    if (on) url.searchParams.set("mode", "presentation");
    else url.searchParams.delete("mode");
    history.replaceState(null, "", url);
    set(on);
  }

  // by delegation: the head of the page is read anew
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-presentation]")) flip();
  });
  if (button) set(new URLSearchParams(location.search).get("mode") === "presentation");
  return { flip, again: () => set(root.dataset.mode === "presentation") };
}
