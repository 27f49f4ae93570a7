// Classic and blocking on purpose: it runs before the first paint, so no page flashes in the wrong theme.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem("ironclad.theme");
  } catch {
    // Storage can be switched off; the system's theme is shown then.
  }
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
})();
