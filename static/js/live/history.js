/**
 * The chart's memory: the range as fetched (coarse), then the seconds that arrived since (fine).
 * Pure: arrays in, arrays out; times are epoch seconds.
 */

export const COLUMNS = ["n", "err", "p50", "p95", "p99", "burn5m", "burn1h", "burn6h"];

// What only Live shows: the share of requests that rate limits refused.
const KEPT = [...COLUMNS, "limited"];

/** @typedef {{t: number[], [column: string]: (number | null)[]}} Table */

export class History {
  constructor() {
    /** @type {Map<number, Record<string, number | null>>} */
    this.rows = new Map();
    this.bands = new Map();
    this.breaches = new Map();
    this.transitions = new Map();
    this.switched = new Map();
    this.step = 1;
  }

  /** Replaces all by a fetched range. @param {any} series the answer of the series endpoint */
  load(series) {
    const tail = [...this.rows].filter(([t]) => t > (series.t.at(-1) ?? 0));
    this.rows = new Map(series.t.map((t, i) => [t, rowOf(series, i)]));
    for (const [t, row] of tail) this.rows.set(t, row);
    this.step = series.step || 1;
    this.seededUntil = seededUntil(series);
    this.bands.clear();
    this.breaches.clear();
    this.transitions.clear();
    this.switched.clear();
    this.mark(series);
  }

  /** Takes the newest seconds of a snapshot; a late sample may change one that is already there. @param {any} snapshot */
  merge(snapshot) {
    for (const point of snapshot.points ?? []) this.rows.set(point.t, rowOfPoint(point));
    this.mark(snapshot);
    this.end(snapshot);
  }

  /** @param {{bands?: any[], breaches?: any[], transitions?: any[], patternPeriods?: any[]}} marks */
  mark({ bands = [], breaches = [], transitions = [], patternPeriods = [] }) {
    for (const one of transitions) this.transitions.set(`${one.replica} ${one.name} ${one.number}`, one);
    for (const one of patternPeriods) this.switched.set(one.version, one);
    for (const band of bands) this.bands.set(band.version, band);
    for (const one of breaches) this.breaches.set(keyOf(one), one);
  }

  /** A snapshot has all that fire: what a replica told alone, and nobody tells any more, is over. @param {{at?: string, breaches?: any[]}} snapshot */
  end({ at, breaches }) {
    const named = new Set(breaches?.map(keyOf));
    if (breaches) for (const [key, one] of this.breaches) if (one.to === null && !named.has(key)) this.breaches.set(key, { ...one, to: Date.parse(at) / 1000 });
  }

  /** Forgets what is older than `from`. @param {number} from */
  prune(from) {
    for (const t of this.rows.keys()) if (t < from) this.rows.delete(t);
    for (const marks of [this.bands, this.breaches, this.switched]) {
      for (const [key, mark] of marks) if (mark.to !== null && mark.to < from) marks.delete(key);
    }
  }

  /** Aligned columns, with a row of nulls where seconds are missing: a gap is no data. @returns {Table} */
  table() {
    const times = [...this.rows.keys()].sort((a, b) => a - b);
    const out = { t: [] };
    for (const column of KEPT) out[column] = [];
    let last = null;
    for (const t of times) {
      if (last !== null && t - last > 2.5 * this.step) push(out, last + this.step, {});
      push(out, t, this.rows.get(t));
      last = t;
    }
    return out;
  }
}

const keyOf = ({ name, slo, severity, from }) => `${name} ${slo} ${severity} ${from}`;

function push(out, t, row) {
  out.t.push(t);
  for (const column of KEPT) out[column].push(row[column] ?? null);
}

function rowOf(series, i) {
  const { burn } = series;
  return {
    n: series.n[i], err: series.err[i], p50: series.p50[i], p95: series.p95[i], p99: series.p99[i],
    burn5m: burn["5m"][i], burn1h: burn["1h"][i], burn6h: burn["6h"][i],
    limited: series.limited?.[i],
  };
}

function rowOfPoint({ n, err, limited, p50, p95, p99, burn }) {
  return { n, err, limited, p50, p95, p99, burn5m: burn?.["5m"], burn1h: burn?.["1h"], burn6h: burn?.["6h"] };
}

function seededUntil(series) {
  const last = (series.seeded ?? []).lastIndexOf(1);
  return last < 0 ? null : series.t[last];
}
