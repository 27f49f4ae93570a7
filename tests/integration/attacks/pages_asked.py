"""What the console's pages read of their addresses."""

from __future__ import annotations

ASKED: dict[str, tuple[str, ...]] = {
    "/console/live/series": ("range", "from", "to"),
    "/console/live/forecast": ("rate", "errorRate", "latencyMs", "seconds"),
    "/console/incidents": ("state", "severity", "q", "service", "from", "to", "page", "format"),
    "/console/notifications": ("state", "channel", "incident", "page", "format"),
    "/console/game-days": ("scenario", "state", "verdict", "page"),
    "/console/game-days/compare": ("a", "b", "runs", "with"),
    "/console/game-days/write": ("from",),
    "/console/audit": ("actor", "action", "subject", "request", "address", "q", "from", "to",
                       "before", "kind", "page"),
    "/console/audit/export": ("actor", "q", "from", "to", "format"),
    "/console/injections": ("kind", "person", "effect", "number", "q", "from", "to", "page"),
    "/console/changes": ("kind", "view", "day", "q"),
    "/console/reports": ("from", "to", "seconds", "month"),
    "/console/evidence": ("from", "to", "format"),
    "/console/access": ("format", "at"),
    "/console/people": ("q", "role", "page", "format"),
    "/console/capacity": ("format",),
    "/console/recovery/backups": ("kind", "state", "kept", "number", "q", "sort", "page", "format"),
    "/console/recovery/restores": ("kind", "state", "number", "q", "sort", "page", "format"),
    "/console/recovery/drills": ("scenario", "verdict", "state", "page", "format"),
    "/console/sign-in": ("next",),
    "/admin/sre_console/incident/": ("q", "p", "o", "state__exact", "_facets"),
    "/admin/sre_console/auditentry/": ("q", "p", "o"),
    "/admin/api/user/": ("q", "p", "o", "created_at__gte"),
}  # fmt: skip
