/** The row that the address leads to: a new one in its place is no `:target` to the browser. */

/** @param {ParentNode} part that was made anew */
export function markTarget(part) {
  const id = location.hash.slice(1);
  if (id) part.querySelector(`tbody > [id="${CSS.escape(id)}"]`)?.classList.add("is-target");
}

addEventListener("hashchange", () => document.querySelector(".is-target")?.classList.remove("is-target"));
