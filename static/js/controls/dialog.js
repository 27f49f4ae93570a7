/** A dialog with one form: whether it was sent. Escape and Cancel close it without. */

/** @param {HTMLDialogElement} dialog @returns {Promise<boolean>} */
export function openDialog(dialog) {
  const form = dialog.querySelector("form");
  const cancel = form.querySelector("[data-cancel]");
  form.reset();
  dialog.returnValue = "";
  return new Promise((done) => {
    const leave = () => dialog.close("");
    const sent = (event) => {
      if (!event.defaultPrevented) dialog.returnValue = "sent";
    };
    const closed = () => {
      cancel.removeEventListener("click", leave);
      form.removeEventListener("submit", sent);
      done(dialog.returnValue === "sent");
    };
    cancel.addEventListener("click", leave);
    form.addEventListener("submit", sent);
    dialog.addEventListener("close", closed, { once: true });
    dialog.showModal();
    form.querySelector("input").focus();
  });
}
