/** What the page knows, in one place: the newest snapshot, and the plan that may be newer than it. */

/** @param {import("../lib/config.js").Config} config */
export function createStore(config) {
  const listeners = new Set();
  const store = {
    config,
    /** @type {any} */ snapshot: null,
    /** @type {any} */ plan: null,
    planAt: 0, // performance.now() when the plan's remainingSeconds was true
    snapshotAt: 0, // performance.now() when the snapshot came
    /** When the whole fleet spoke last, by the server's clock. @type {number | null} */ fleetAt: null,
    /** The game day of the page, where it is about one that runs. @type {any} */ run: null,
    mayChange: config.may.includes("faults.change"),
    mayStop: config.may.includes("faults.stop"),

    /** Is told after every change. @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
    },
    /** @param {any} snapshot */
    adopt(snapshot) {
      store.snapshot = snapshot;
      store.snapshotAt = performance.now();
      if (snapshot.source === "fleet") store.fleetAt = Date.parse(snapshot.at) / 1000;
      // The answer to a POST can be newer than the snapshot that was on its way.
      if (!store.plan || snapshot.plan.version >= store.plan.version) keep(snapshot.plan);
      publish();
    },
    /** @param {any} plan */
    adoptPlan(plan) {
      if (!plan || (store.plan && plan.version < store.plan.version)) return;
      keep(plan);
      publish();
    },
    /** What the lever "no faults" says now. @param {any} noFaults */
    adoptLever(noFaults) {
      store.snapshot = { ...store.snapshot, noFaults };
      publish();
    },
    /** Whether every fault is forbidden. */
    forbidden: () => Boolean(store.snapshot?.noFaults?.pulled),
    /** Seconds until the faults end by themselves. */
    remaining: () => Math.max(0, (store.plan?.remainingSeconds ?? 0) - (performance.now() - store.planAt) / 1000),
    /** Seconds until the patterns that are off are on again. */
    patternsRemaining: () => Math.max(0, (store.snapshot?.resilience?.patterns?.remainingSeconds ?? 0) - (performance.now() - store.snapshotAt) / 1000),
    /** Seconds from now to a moment of the server's; null for none. @param {string | null} moment */
    until: (moment) => (moment ? (Date.parse(moment) - Date.parse(store.snapshot.at)) / 1000 - (performance.now() - store.snapshotAt) / 1000 : null),
    /** The patterns that are switched off. @returns {string[]} */
    patternsOff: () => store.snapshot?.resilience?.patterns?.off ?? [],
    /** @param {string} name */
    slo: (name) => store.snapshot?.slos?.find((slo) => slo.name === name) ?? null,
    /** The newest closed second. */
    newest: () => store.snapshot?.points?.at(-1) ?? null,
  };

  function keep(plan) {
    store.plan = plan;
    store.planAt = performance.now();
  }
  function publish() {
    // Everything shown is about a snapshot; and one part that fails must not stop the others.
    for (const listener of store.snapshot ? listeners : []) {
      try {
        listener();
      } catch (error) {
        reportError(error);
      }
    }
  }
  return store;
}
