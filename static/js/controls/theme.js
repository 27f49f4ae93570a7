/** Dark or light: the system's until the reader chooses. */

/** Paper is light whatever was chosen: the choice is taken off while the page is printed. */
function printLight() {
  const root = document.documentElement;
  let chosen;
  addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    delete root.dataset.theme;
  });
  addEventListener("afterprint", () => {
    if (chosen) root.dataset.theme = chosen;
  });
}

/** @param {Element} button */
export function createTheme(button) {
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const next = getComputedStyle(root).colorScheme === "light" ? "dark" : "light";
    root.dataset.theme = next;
    try {
      localStorage.setItem("ironclad.theme", next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    document.dispatchEvent(new CustomEvent("ironclad:theme"));
  });
  printLight();
  const follow = () => document.dispatchEvent(new CustomEvent("ironclad:theme"));
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", follow);
}
