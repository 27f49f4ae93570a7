/** Numbers and times for people. No data is a dash, never a confident 0. Locale and zone are the reader's. */
import { t } from "./strings.js";

export const DASH = "–";
const formats = new Map();

/** @param {number | null | undefined} value @param {number} [digits] decimals shown @param {number} [least] decimals kept */
export function number(value, digits = 0, least = digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const key = `${digits}/${least}`;
  if (!formats.has(key)) {
    const options = { minimumFractionDigits: least, maximumFractionDigits: digits };
    formats.set(key, new Intl.NumberFormat(undefined, options));
  }
  // −0.0 reads as a sign of something; it is nothing.
  return formats.get(key).format(Number(value.toFixed(digits)) || 0).replace("-", "−");
}

/** A ratio as "7.00 %". @param {number | null | undefined} ratio @param {number} [digits] */
export function percent(ratio, digits = 1) {
  const text = number(ratio === null || ratio === undefined ? null : ratio * 100, digits);
  return text === DASH ? DASH : t("unit.percent", { n: text });
}

/** A ratio near 1, with as many decimals as tell it from 1: "99.987 %". @param {number | null | undefined} ratio */
export function fine(ratio) {
  if (ratio === null || ratio === undefined) return DASH;
  const off = Math.min(Math.abs(1 - ratio), Math.abs(ratio));
  return percent(ratio, off < 0.0005 ? 3 : 2);
}

/** A burn rate as "14.4×". @param {number | null | undefined} burn @param {number} [digits] */
export function times(burn, digits = 1) {
  const text = number(burn, digits);
  return text === DASH ? DASH : `${text}×`;
}

/** Seconds as "112 ms" or "1.25 s". @param {number | null | undefined} seconds */
export function latency(seconds) {
  if (seconds === null || seconds === undefined) return DASH;
  if (seconds < 0.9995) return t("unit.ms", { n: number(seconds * 1000) });
  return t("unit.s", { n: number(seconds, seconds < 10 ? 2 : 1) });
}

/** "1 h" of wall time as two units at most: "12.6 s", "8 min 59 s", "2 h 32 min", "3 d 4 h". @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return DASH;
  if (seconds < 59.95) return t("unit.s", { n: number(seconds, seconds < 20 ? 1 : 0) });
  const whole = Math.round(seconds);
  if (whole < 3600) return pair("unit.min", Math.floor(whole / 60), "unit.s", whole % 60);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair("unit.h", Math.floor(minutes / 60), "unit.min", minutes % 60);
  const hours = Math.round(seconds / 3600);
  return pair("unit.d", Math.floor(hours / 24), "unit.h", hours % 24);
}

/** How long ago, in one unit. @param {number} seconds */
export function age(seconds) {
  const past = Math.max(0, seconds);
  if (past < 60) return t("unit.s", { n: Math.floor(past) });
  if (past < 3600) return t("unit.min", { n: Math.floor(past / 60) });
  if (past < 86400) return t("unit.h", { n: Math.floor(past / 3600) });
  return t("unit.d", { n: Math.floor(past / 86400) });
}

/** "04:12", for a countdown. @param {number} seconds */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
}

/** What a person typed, or null: a comma is a decimal point too. @param {string} text */
export function typed(text) {
  const clean = text.trim().replace(",", ".").replace(/\s*(%|ms|req\/s)$/, "");
  return /^\d+(\.\d+)?$|^\.\d+$/.test(clean) ? Number(clean) : null;
}

function pair(large, n, small, m) {
  const first = t(large, { n });
  return m ? `${first} ${t(small, { n: m })}` : first;
}
