/** Two moments in the reader's own time, sent as a beginning and a length. */

/** @param {HTMLFormElement} form `[data-period]` */
export function createPeriod(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [from, seconds] = ["from", "seconds"].map((name) => form.elements.namedItem(name));
  const begin = Date.parse(from.value);
  part("from").value = local(begin);
  part("to").value = local(begin + Number(seconds.value) * 1000);

  form.addEventListener("submit", (event) => {
    const [start, end] = [part("from"), part("to")].map((input) => new Date(input.value).getTime());
    if (end <= start) {
      event.preventDefault();
      part("to").setCustomValidity(form.dataset.order);
      part("to").reportValidity();
      return;
    }
    from.value = new Date(start).toISOString();
    seconds.value = Math.round((end - start) / 1000);
  });
  part("to").addEventListener("input", () => part("to").setCustomValidity(""));
}

/** As a field for a local date and time wants it. @param {number} at ms */
export function local(at) {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
