/** Parts of a page that the server makes are fetched again when alerts, incidents or a game day have changed. */

const LEAST = 1000; // ms between two looks
const AGAIN = 5; // seconds until the next, while something is on its way that no news tells of

/** @param {any} store @param {(root: ParentNode) => void} settle what is to be done with a new part */
export function createFresh(store, settle) {
  /** @type {Map<Element, Node>} what the server said of each part */
  const last = new Map();
  let shown = null;
  let running = null;
  let timer = 0;
  let again = 0;
  let loadedAt = 0;

  async function load() {
    running?.abort();
    running = new AbortController();
    loadedAt = performance.now();
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.any([running.signal, AbortSignal.timeout(8000)]), headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return; // the banner says what is the matter
      place(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Superseded, or away: what is shown stays, and the link's state is told.
    } finally {
      watch();
    }
  }

  /** Look again by itself, as long as the reader is here and something shown is not settled. */
  function watch() {
    clearTimeout(again);
    const every = [...document.querySelectorAll("[data-unsettled]")].map(({ dataset }) => Number(dataset.unsettled) || AGAIN);
    if (every.length) again = setTimeout(() => (document.hidden ? watch() : load()), Math.min(...every) * 1000);
  }

  function place(next) {
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const other = next.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
      const held = part.contains(document.activeElement) ? document.activeElement.id : null;
      if (!other || held === "" || last.get(part)?.isEqualNode(other)) continue;
      last.set(part, other.cloneNode(true));
      part.replaceChildren(...other.childNodes);
      settle(part);
      if (held) document.getElementById(held)?.focus({ preventScroll: true }); // the head one sorted by
    }
  }

  store.subscribe(() => {
    const { alerts, incidents, gameDay } = store.snapshot;
    // how long somebody is away grows each second, and is no news
    const run = gameDay && [gameDay.id, gameDay.state, gameDay.step];
    const now = JSON.stringify([alerts?.map(({ name, slo, state }) => [name, slo, state]), incidents, run]);
    if (shown !== null && now !== shown) {
      clearTimeout(timer);
      timer = setTimeout(load, Math.max(0, LEAST - (performance.now() - loadedAt)));
    }
    shown = now;
  });
  watch();
  return { load };
}
