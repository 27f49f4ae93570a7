/** Text that was typed and not sent is not lost without a question. */

/** @param {HTMLFormElement} form */
export function guardUnsaved(form) {
  const written = () => JSON.stringify([...new FormData(form)]);
  const before = written();
  let sent = false;
  form.addEventListener("submit", () => (sent = true));
  addEventListener("beforeunload", (event) => {
    if (!sent && written() !== before) event.preventDefault();
  });
}
