import { setTexts } from "./strings.js";

/**
 * @typedef {object} Config
 * @property {string} wsUrl @property {string} seriesUrl @property {string} forecastUrl
 * @property {string} chaosUrl @property {string} trafficUrl @property {string} resilienceUrl
 * @property {string | null} role @property {string[]} may @property {string} user @property {number} scale @property {string} csrf
 * @property {boolean} chaosAllowed @property {string} noFaultsUrl @property {string} environment @property {number | null} confirmAbove
 * @property {Record<string, string>} strings
 */

/** What the server says about this page. @returns {Config} */
export function readConfig() {
  const config = JSON.parse(document.getElementById("console-config").textContent);
  setTexts(config.strings, document.documentElement.lang || "en");
  return config;
}
