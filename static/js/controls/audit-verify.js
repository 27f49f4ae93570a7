/** "Verify now": the server walks along the log a second at a time, as long as somebody waits for it. */
import { t } from "../lib/strings.js";

const PATIENCE = 15_000; // ms for one step

/** @param {HTMLFormElement} form with its progress beside it */
export function createVerify(form) {
  const banner = form.closest("[data-verdict]");
  const bar = banner?.querySelector("progress");
  const words = banner?.querySelector("span");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    bar.hidden = false;
    try {
      let found = await step(form);
      while (found.state === "running") {
        bar.max = Math.max(1, found.target);
        bar.value = found.verified;
        words.textContent = t("audit.verifying", { n: found.verified, total: found.target });
        found = await step(form);
      }
      location.reload();
    } catch (error) {
      button.disabled = false;
      bar.hidden = true;
      words.textContent = t("audit.failed", { problem: error.message });
    }
  });
}

/** @param {HTMLFormElement} form */
async function step(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return (await answer.json()).data;
}
