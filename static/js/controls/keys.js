/** One key, one action; nothing while a person types words, and never with Ctrl, Alt or Meta. */

/** @param {Record<string, () => void>} actions by key */
export function createKeys(actions) {
  const dialog = document.getElementById("keys");
  const all = { ...actions, "?": () => (dialog.open ? dialog.close() : dialog.showModal()) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (!actsIn(event.target, event.key)) return;
    const act = all[event.key] ?? all[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.querySelector("[data-action=keys]")?.addEventListener("click", all["?"]);
}

// A number field takes no letters, so STOP ALL works there too.
function actsIn(target, key) {
  if (target.matches("textarea, select, [contenteditable]")) return false;
  if (!target.matches("input") || ["range", "checkbox"].includes(target.type)) return true;
  return /[a-z]/i.test(key) && ["decimal", "numeric"].includes(target.inputMode);
}
