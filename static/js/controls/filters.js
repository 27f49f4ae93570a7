/** Filters that submit by themselves; the address names only those that are set. */

/** @param {HTMLFormElement} form `[data-filters]` */
export function createFilters(form) {
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "date") form.requestSubmit(); // a typed date changes with every digit
  });
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
