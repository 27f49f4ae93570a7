/**
 * A change as one command to paste: the token stays a variable, so that nothing secret is copied.
 * @param {string} origin @param {string} path @param {object} body @returns {string}
 */
export function curl(origin, path, body) {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    `curl -X POST '${origin}${path}'`,
    `-H "Authorization: Bearer $TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d '${json}'`,
  ].join(" \\\n  ");
}

/** Reading something, as one command to paste. @param {string} origin @param {string} path */
export function curlRead(origin, path) {
  return [`curl '${origin}${path}'`, `-H "Authorization: Bearer $TOKEN"`].join(" \\\n  ");
}
