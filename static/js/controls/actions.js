/** Every change that this page makes, each with its undo and as curl; refusals become notices. */
import { Refused, call } from "../lib/api.js";
import { curl, curlRead } from "../lib/curl.js";
import { t } from "../lib/strings.js";
import { confirmed } from "../live/blast.js";
import { asked, describe, inForce } from "../live/plan.js";

/**
 * @param {any} store @param {ReturnType<import("./toasts.js").createToasts>} toasts
 * @param {ReturnType<import("./confirm.js").createConfirm> | null} confirm where there are sliders
 */
export function createActions(store, toasts, confirm = null) {
  const { chaosUrl, trafficUrl, resilienceUrl, csrf } = store.config;

  /** The server says where a name has to be typed; it is then in `body`, also for curl. */
  async function post(url, body, version) {
    try {
      return await call(url, { csrf, body, version });
    } catch (error) {
      if (confirm && error.field === "confirm" && !body.confirm) {
        const name = await confirm.ask(body);
        return name === null ? null : post(url, Object.assign(body, { confirm: name }), version);
      }
      refused(error, () => post(url, body, null));
      return null;
    }
  }

  function refused(error, again) {
    if (!(error instanceof Refused)) toasts.show({ state: "is-exhausted", title: t("refused.network"), text: t("refused.network.why") });
    else if (error.status === 412) toasts.show({ state: "is-risk", title: t("refused.faster"), text: t("refused.faster.why"), acts: [[t("action.mine"), again]] });
    else if (error.status === 401) toasts.show({ state: "is-exhausted", title: t("banner.expired"), text: "" });
    else toasts.show({ state: "is-exhausted", title: t("refused.title"), text: error.message });
  }

  const copy = (path, body) => [t("action.curl"), () => copyText(path, body)];

  const copyText = (path, body) => copyCommand(curl(location.origin, path, body));

  async function copyCommand(text) {
    try {
      await navigator.clipboard.writeText(text);
      toasts.show({ state: "is-ok", title: t("curl.copied"), text: t("curl.token") });
    } catch {
      toasts.show({ state: "is-fault", title: t("curl.here"), text });
    }
  }

  return {
    /** What a slider's fault would cost. @param {any | null} answer */
    foretold: (answer) => confirm?.forecast(answer),
    /** Sets the whole plan. @param {any} body */
    async setPlan(body) {
      const before = inForce(store.plan) ? asked(store.plan) : null;
      const off = !inForce({ enabled: true, ...body });
      const plan = off && before ? await post(`${chaosUrl}/disable`, { reason: body.reason }, null) : await post(chaosUrl, body, store.plan?.version ?? null);
      if (!plan) return false;
      store.adoptPlan(plan);
      const undo = before ? () => post(chaosUrl, before, null) : () => post(`${chaosUrl}/disable`, {}, null);
      const acts = [[t("action.undo"), () => undo().then(store.adoptPlan)], copy(off ? `${chaosUrl}/disable` : chaosUrl, off ? {} : body)];
      toasts.show({ state: "is-fault", title: off ? t("done.off") : t("done.on", { fault: describe(plan) }), text: off ? "" : t("done.ends"), about: "plan", acts });
      return true;
    },
    async extend() {
      const plan = await post(`${chaosUrl}/extend`, { seconds: 60 }, null);
      if (plan) store.adoptPlan(plan);
    },
    /** STOP ALL without the WebSocket. */
    async stop() {
      const plan = await call(`${chaosUrl}/disable`, { csrf, body: { reason: "STOP ALL" } });
      store.adoptPlan(plan);
      return plan;
    },
    /** After a stop: offers what was on again. @param {any} before @param {string} title @param {string} text */
    stopped(before, title, text) {
      const acts = before ? [[t("action.undo"), () => post(chaosUrl, before, null).then(store.adoptPlan)]] : [];
      toasts.show({ state: "is-ok", title, text, about: "plan", acts: [...acts, copy(`${chaosUrl}/disable`, {})] });
    },
    refused,
    /** @param {number} rate @param {number} before */
    async setTraffic(rate, before) {
      const traffic = await post(trafficUrl, { rate }, null);
      if (!traffic) return null;
      const acts = [[t("action.undo"), () => post(trafficUrl, { rate: before }, null)], copy(trafficUrl, { rate })];
      toasts.show({ state: "is-fault", title: t("done.traffic", { n: rate }), text: "", about: "traffic", acts });
      return traffic;
    },
    copyPlan: (body) => copyText(chaosUrl, confirmed(body, store.config)),
    /** Switches patterns off and on. @param {{off: string[]}} body @param {any} before the switch as it is */
    async switchPatterns(body, before) {
      const url = `${resilienceUrl}/patterns`;
      const patterns = await post(url, body, before?.version ?? null);
      if (!patterns) return false;
      const undo = { off: before?.off ?? [], ttlSeconds: body.ttlSeconds, reason: body.reason };
      const names = body.off.map((name) => t(`pattern.${name}`)).join(", ");
      const acts = [[t("action.undo"), () => post(url, undo, null)], copy(url, body)];
      toasts.show({ state: body.off.length ? "is-fault" : "is-ok", title: body.off.length ? t("done.patterns", { names }) : t("done.patterns.on"), text: body.off.length ? t("done.patterns.ends") : "", about: "patterns", acts });
      return true;
    },
    /** @param {string} name of the breaker @param {"trip" | "reset"} action @param {string} replica */
    async order(name, action, replica) {
      const url = `${resilienceUrl}/breakers/${name}/${action}`;
      const body = { replica, reason: t("reason.breaker") };
      if (await post(url, body, null)) toasts.show({ state: "is-fault", title: t(`done.${action}`), text: t(`done.${action}.why`), about: "breaker", acts: [copy(url, body)] });
    },
    copyPatterns: (body) => copyText(`${resilienceUrl}/patterns`, body),
    copyWrite: copyText,
    copyRead: (path) => copyCommand(curlRead(location.origin, path)),
  };
}
