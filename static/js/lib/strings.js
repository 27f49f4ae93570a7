/** The page's own words: translated by the server, handed over in `console-config`. */

/** @type {Record<string, string>} */
let texts = {};
let plural = new Intl.PluralRules("en");

/** @param {Record<string, string>} given @param {string} [language] */
export function setTexts(given, language = "en") {
  texts = given;
  plural = new Intl.PluralRules(language);
}

/**
 * The text of a key with `{name}` filled in; a missing key shows itself.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string}
 */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The form of `key` that fits a count: `key.one`, `key.other`, …
 * @param {string} key @param {number} count @param {Record<string, string | number>} [values]
 */
export function tn(key, count, values = {}) {
  const form = `${key}.${plural.select(count)}`;
  return t(form in texts ? form : `${key}.other`, { count, ...values });
}
