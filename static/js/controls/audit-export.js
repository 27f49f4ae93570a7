/** Exports: the file as by its link, and the digest of what was written told on the page. */
import { el } from "../lib/dom.js";
import { t } from "../lib/strings.js";

const PATIENCE = 60_000; // ms

export function createExports() {
  const told = document.querySelector("[data-export-told]");
  for (const link of document.querySelectorAll("a[data-export]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      told.hidden = false;
      told.textContent = t("audit.exporting");
      try {
        told.textContent = await fetched(link);
      } catch (error) {
        told.textContent = t("audit.failed", { problem: error.message });
      }
    });
  }
}

/** @param {HTMLAnchorElement} link @returns {Promise<string>} what is told of the file */
async function fetched(link) {
  const answer = await fetch(link.href, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const content = await answer.blob();
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "audit";
  const url = URL.createObjectURL(content);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  const text = t("audit.exported", { n: content.size, digest: hex(answer.headers.get("Repr-Digest") ?? "") });
  const cut = answer.headers.get("X-Ironclad-Cut");
  return cut ? t("audit.cut", { n: cut, told: text }) : text;
}

/** Of `sha-256=:BASE64:`, as sha256sum writes it. @param {string} header */
export function hex(header) {
  const coded = /sha-256=:([^:]+):/.exec(header)?.[1] ?? "";
  return [...atob(coded)].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
