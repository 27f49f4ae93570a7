/** The few texts that the pure modules need, so that a test reads like the page. */
import { setTexts } from "../../static/js/lib/strings.js";

setTexts({
  "unit.percent": "{n} %", "unit.ms": "{n} ms", "unit.s": "{n} s", "unit.min": "{n} min", "unit.h": "{n} h", "unit.d": "{n} d",
  "fault.errors": "{n} % errors", "fault.latency": "+{n} ms", "fault.none": "nothing is injected",
  "fault.dependency-errors": "{n} % database errors", "fault.dependency-latency": "+{n} ms database",
  "limited.note.one": "{n} refused in {window}", "limited.note.other": "{n} refused in {window}, all no failures", "limited.traffic": "traffic {n}",
  "unit.per-second": "{n}/s", "compare.times": "×{n}", "compare.same": "the same", "compare.fromNone": "from none", "compare.toNone": "to none",
  "breaker.why.failures": "replica {replica}: too many failures",
  "feed.breaker.open": "Circuit breaker opened", "feed.breaker.open.of": "Circuit breaker of {name} opened",
  "feed.began": "{fault} on", "feed.stopped": "{fault} stopped", "feed.expired": "{fault} ended by itself", "feed.lasted": "on for {time}",
  "feed.breach": "{slo} budget burn", "feed.breach.what": "{burn} over {window}, above {threshold}", "feed.cleared": "{slo} burn cleared", "feed.cleared.what": "after {time}",
  "feed.fires": "{name} fires", "feed.clears": "{name} clears", "alert.of": "{name}, {slo}", "alert.burn": "{slo} {severity}",
  "severity.page": "page", "severity.ticket": "ticket", "hero.pages.one": "{count} page", "hero.pages.other": "{count} pages", "hero.criticals.one": "{count} critical",
  "gameday.step": "step {n} of {all}: {title}", "gameday.drill": "a drill: what is wrong is to be found out", "gameday.before": "before its first step", "gameday.checks": "{n} of {all} checks passed",
  "gameday.failed.one": "{count} failed", "gameday.failed.other": "{count} failed",
  "confirm.reaches": "{share} of the requests to {path} in {environment}.", "confirm.reaches.rate": "{share} of the requests to {path} in {environment}, about {n} a second.",
  "confirm.reaches.methods": "{share} of the {methods} requests to {path} in {environment}.",
  "slo.availability": "Availability", "range.1h": "1 h", "replicas.one": "{count} replica", "replicas.other": "{count} replicas",
});
