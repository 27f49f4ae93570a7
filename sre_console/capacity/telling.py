"""The JSON of /api/capacity."""

from __future__ import annotations

from ironclad.envelope import timestamp
from sre_console.capacity.headroom import Headroom
from sre_console.capacity.knees import Knee
from sre_console.capacity.overview import Overview
from sre_console.capacity.saturation import Saturation
from sre_console.capacity.told import Cache, Used
from sre_console.models import MeasuredKnee

Fields = dict[str, object]


def capacity_json(view: Overview) -> Fields:
    return {
        "at": timestamp(view.now),
        "requestsPerSecond": view.rate,
        "knee": None if view.knee is None else _knee(view.knee, view.knee_share),
        "headroom": None if view.headroom is None else _headroom(view.headroom),
        "bendsFirst": None if view.first is None else saturation_json(view.first),
        "advice": [
            {
                "code": each.code,
                "grave": each.grave,
                "replica": str(each.replica) if each.replica else None,
            }
            for each in view.advice
        ],
        "replicas": [_replica(each) for each in view.replicas],
        "saturation": [saturation_json(each) for each in view.saturations],
        "database": {
            "connections": view.connections.in_use,
            "maxConnections": view.connections.most,
            "reserved": view.connections.reserved,
        },
        "cacheOff": view.cache_off,
        "knees": [knee_json(each) for each in view.knees],
    }


def saturation_json(each: Saturation) -> Fields:
    return {
        "resource": each.resource,
        "replica": str(each.replica) if each.replica else None,
        "used": each.used,
        "limit": each.limit,
        "share": round(each.share, 4),
        "waiting": each.waiting,
        "state": each.state,
    }


def knee_json(row: MeasuredKnee) -> Fields:
    return {
        "measuredAt": timestamp(row.measured_at),
        "requestsPerSecond": row.rps,
        "p99Ms": row.p99,
        "server": row.server,
        "processes": row.processes,
        "cores": row.cores,
        "mix": row.mix,
        "version": row.version,
        "report": row.report,
    }


def _knee(knee: Knee, share: float | None) -> Fields:
    return {
        "requestsPerSecond": round(knee.rps, 2),
        "replicas": knee.replicas,
        "scaled": knee.scaled,
        "share": None if share is None else round(share, 4),
        "measured": knee_json(knee.row),
    }


def _headroom(room: Headroom) -> Fields:
    return {
        "requestsPerSecond": round(room.more, 2),
        "bears": round(room.bears, 2),
        "until": room.first.resource if room.first else "knee",
        "replica": str(room.first.replica)
        if room.first and room.first.replica
        else None,
    }


def _replica(used: Used) -> Fields:
    return {
        "id": str(used.replica),
        "requestsPerSecond": used.rate,
        "cores": used.cores,
        "memoryBytes": used.memory,
        "loopLagWorstSeconds": used.lag_worst,
        "cache": None if used.cache is None else _cache(used.cache),
    }


def _cache(cache: Cache) -> Fields:
    ratio = cache.hit_ratio
    return {
        "hitRatio": None if ratio is None else round(ratio, 4),
        "hitsPerSecond": cache.hit,
        "missesPerSecond": cache.miss,
        "bypassesPerSecond": cache.bypass,
        "entries": cache.entries,
        "bytes": cache.bytes,
        "fresh": cache.fresh,
    }
