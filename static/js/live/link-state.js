/** The dot in the top bar, the banner below it, and grey figures while they are old. */
import { clock } from "../lib/clock.js";
import { age } from "../lib/format.js";
import { el, icon, oneOf, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { QUIET } from "./link.js";

const CLASSES = ["link-state--lost", "link-state--expired"];
const GOOD_NEWS = 5000; // ms that "connected again" stays

/** @param {any} store @param {() => void} retry */
export function createLinkState(store, retry) {
  const root = document.querySelector("[data-live]");
  const dot = document.querySelector("[data-link-state]");
  const banners = document.querySelector("[data-banners]");
  const text = { slis: el("span"), lost: el("span"), silent: el("span"), expired: el("span"), crowded: el("span"), replica: el("span"), back: el("span") };
  const banner = {
    lost: lostStrip(text.lost, retry),
    expired: strip("is-exhausted", "person", "alert", text.expired, el("a", { class: "btn", href: signIn() }, t("action.sign-in"))),
    crowded: strip("is-risk", "lost", "alert", text.crowded, el("a", { class: "btn", href: location.href }, t("action.reload"))),
    replica: strip("is-risk", "risk", "status", text.replica),
    slis: strip("is-risk", "risk", "status", text.slis),
    back: strip("is-ok", "ok", "status", text.back),
  };
  let backUntil = 0;

  /** @param {import("./link.js").Link} link @param {number} now */
  function show(link, now) {
    const away = ["lost", "silent", "expired", "crowded"].includes(link.state);
    const shown = away && !link.over ? link.lostAt !== null && (link.state === "silent" || link.heardAt === null || now - link.lostAt > 400 || now - link.heardAt > QUIET) : away;
    root.dataset.connection = link.state;
    document.body.classList.toggle("is-aged", shown);
    oneOf(dot, CLASSES, link.over ? CLASSES[1] : away ? CLASSES[0] : null);
    say(dot.querySelector("[data-link-word]"), t(`link.${link.state}`));
    dot.querySelector("use").setAttribute("href", away ? "#i-lost" : "#i-live");
    if (shown && !link.over) lost(link, now);
    if (link.state === "expired") say(text.expired, t("banner.expired"));
    toggle("lost", shown && !link.over);
    if (link.state === "crowded") say(text.crowded, t("banner.crowded"));
    toggle("crowded", link.state === "crowded");
    toggle("expired", link.state === "expired");
    toggle("replica", !away && store.snapshot?.source === "replica");
    const problem = !away && store.snapshot?.source === "fleet" ? store.snapshot.slis?.problem : null;
    toggle("slis", Boolean(problem));
    if (problem) say(text.slis, `${t(`slis.${problem}`)} ${t("slis.instead", { time: clock(Date.parse(store.snapshot.slis.since) / 1000) })}`);
    toggle("back", !away && now < backUntil);
    say(text.replica, t(store.snapshot?.database?.ok ? "banner.unjudged" : "banner.replica"));
  }

  function lost(link, now) {
    const since = age((now - link.lostAt) / 1000);
    const head = t(link.state === "silent" ? "banner.silent" : "banner.lost", { ago: since });
    const from = store.snapshot ? t("banner.from", { time: clock(Date.parse(store.snapshot.at) / 1000) }) : t("banner.nothing");
    const next = link.retryAt === null ? t("banner.trying") : t("banner.next", { n: Math.max(0, Math.ceil((link.retryAt - now) / 1000)) });
    const parts = [el("strong", {}, head), ` ${from} ${next} ${t("banner.faults")}`];
    const whole = `${head} ${from} ${next}`;
    if (text.lost.dataset.shown !== whole) text.lost.replaceChildren(...parts);
    text.lost.dataset.shown = whole;
  }

  /** @param {number} away ms without a snapshot */
  function back(away) {
    if (away < QUIET) return;
    backUntil = performance.now() + GOOD_NEWS;
    text.back.replaceChildren(el("strong", {}, t("banner.back")), ` ${t("banner.back.after", { time: age(away / 1000) })}`);
  }

  function toggle(name, on) {
    if (on === banner[name].isConnected) return;
    if (on) banners.append(banner[name]);
    else banner[name].remove();
  }

  store.subscribe(() => {
    const { count } = store.snapshot.replicas;
    say(document.querySelector("[data-replicas]"), tn("replicas", count));
    root.dataset.seq = store.snapshot.seq;
    root.dataset.source = store.snapshot.source;
    root.classList.remove("is-loading");
  });
  return { show, back };
}

function strip(state, glyph, role, ...nodes) {
  return el("div", { class: `banner ${state}`, role }, icon(glyph), ...nodes);
}

// Its age and countdown change each second: only that it is lost is said aloud.
function lostStrip(text, retry) {
  const said = el("span", { class: "vh", role: "alert" }, t("banner.said"));
  const button = el("button", { class: "btn", type: "button", onclick: retry }, t("action.now"));
  return strip("is-risk", "lost", "group", said, text, button);
}

function signIn() {
  return `/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
}
