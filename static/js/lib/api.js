/** What the server refused, with its code and message. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {string} [field] */
  constructor(status, code, message, field) {
    super(message);
    Object.assign(this, { status, code, field });
  }
}

/**
 * JSON in the envelope, from this origin: `data`, or `Refused`, or the network's own error.
 * @param {string} url @param {{csrf?: string, body?: object, version?: number | null, signal?: AbortSignal, timeout?: number}} [options]
 */
export async function call(url, { csrf, body, version, signal, timeout = 8000 } = {}) {
  const headers = { Accept: "application/json" };
  const limit = AbortSignal.timeout(timeout);
  const options = { headers, credentials: "same-origin", signal: signal ? AbortSignal.any([signal, limit]) : limit };
  if (body) {
    Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": csrf });
    if (version !== null && version !== undefined) headers["If-Match"] = `"${version}"`;
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  }
  const response = await fetch(url, options);
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer.data;
  const first = answer?.errors?.[0] ?? {};
  throw new Refused(response.status, first.code ?? "UNREADABLE", first.message ?? response.statusText, first.field);
}
