/** Which faults are shown: those of the requests, or those of the database behind them. */

/** @param {HTMLElement} root `[data-faults]` */
export function createFaultTabs(root) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  function choose(tab, focus = false) {
    for (const each of tabs) {
      const on = each === tab;
      each.setAttribute("aria-selected", String(on));
      each.tabIndex = on ? 0 : -1;
      panel(each).hidden = !on;
    }
    if (focus) tab.focus();
  }

  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (way) choose(tabs[(i + way + tabs.length) % tabs.length], true);
    });
  }
  choose(tabs.find((tab) => tab.getAttribute("aria-selected") === "true"));

  let marked = false;
  return {
    /** @param {string} name */
    show: (name) => choose(tabs.find((tab) => tab.value === name)),
    /** A mark on the tabs with a fault in force. @param {Set<string>} names */
    mark(names) {
      // Who opens the Live page during a fault of the database sees its slider.
      const shown = tabs.find((tab) => tab.tabIndex === 0);
      if (!marked && shown.value === "service" && names.has("dependency") && !names.has("service")) choose(tabs.find((tab) => tab.value === "dependency"));
      marked = true;
      for (const tab of tabs) tab.querySelector("[data-on]").toggleAttribute("hidden", !names.has(tab.value));
    },
  };
}
