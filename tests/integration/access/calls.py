"""For each action of the matrix: what a client sends who wants to do it.

A new action takes a row in CALLS, or `test_every_action_is_tried` fails. A new address of a page
that is changed by POST takes one too, unless `page_for(…, change=…)` names its action itself.
What is sent need not succeed: ids are nobody's. It must be answered with anything but 401 and 403
to whoever may, and with 403 to whoever may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Surface = Literal["rest", "page", "frame"]
NOBODY = 999_999


@dataclass(frozen=True, slots=True)
class Call:
    """A request; `{id}` in the path is a service that is there."""

    surface: Surface
    method: str
    path: str
    body: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def rest(method: str, path: str, **body: object) -> Call:
    return Call("rest", method, path, body)


def page(method: str, path: str, **body: object) -> Call:
    return Call("page", method, path, body)


def frame(kind: str) -> Call:
    """Sent over the console's WebSocket; `connect`: nothing, after the handshake."""
    return Call("frame", "FRAME", kind)


_DAY, _INCIDENT = f"game-days/{NOBODY}", f"incidents/{NOBODY}"

CALLS: dict[str, list[Call]] = {
    "console.read": [rest("GET", "/api/chaos"), page("GET", "/console/live"), frame("connect")],
    "faults.change": [
        rest("POST", "/api/chaos/errors/0.1"),
        rest("POST", "/api/chaos", errorRate=0.1),
        rest("POST", "/api/chaos/extend", seconds=60),
    ],
    "faults.stop": [rest("POST", "/api/chaos/disable"), frame("stop")],
    "patterns.change": [
        rest("POST", "/api/resilience/patterns", off=["retry"], ttlSeconds=60, reason="x"),
        rest("POST", "/api/resilience/breakers/database/trip", reason="x"),
    ],
    "traffic.change": [rest("POST", "/api/traffic", rate=20)],
    "scenarios.change": [
        rest("DELETE", "/api/scenarios/nobody-s"),
        rest("POST", "/api/scenarios/import", title="x"),
        page("POST", "/console/game-days/write", source="x"),
        page("POST", "/console/game-days/scenarios/nobody-s/delete"),
    ],
    "game_days.start": [
        rest("POST", "/api/game-days", scenario="nobody-s"),
        page("POST", "/console/game-days/scenarios/progressive-errors/start", speed="x"),
    ],
    "game_days.approve": [
        rest("POST", f"/api/{_DAY}/approve"),
        page("POST", f"/console/{_DAY}/approve"),
    ],
    "game_days.stop": [
        rest("POST", f"/api/{_DAY}/stop"),
        page("POST", f"/console/{_DAY}/stop"),
    ],
    "game_days.learn": [
        rest("POST", f"/api/{_DAY}/actions", text="x"),
        page("POST", f"/console/{_DAY}/actions", text="x"),
        page("POST", f"/console/{_DAY}/lessons", text="x"),
        page("POST", f"/console/{_DAY}/actions/{NOBODY}", done="1"),
    ],
    "game_days.release": [
        rest("POST", "/api/game-days/block/release"),
        page("POST", "/console/game-days/release"),
    ],
    "drills.run": [
        page("POST", "/console/drill/start", limit="x"),
        page("POST", f"/console/drill/{NOBODY}/give-up"),
    ],
    "disaster_drills.run": [
        rest("POST", "/api/recovery/drills", scenario="x", reason="x"),
        rest("POST", f"/api/recovery/drills/{NOBODY}/steps/lose"),
        rest("POST", f"/api/recovery/drills/{NOBODY}/finish"),
        rest("POST", f"/api/recovery/drills/{NOBODY}/abandon"),
        page("POST", "/console/recovery/drills", scenario="x", reason="x"),
        page("POST", f"/console/recovery/drills/{NOBODY}/steps/lose", done="1"),
        page("POST", f"/console/recovery/drills/{NOBODY}/finish"),
    ],
    "tour.run": [page("POST", "/console/tour/1/run"), page("POST", "/console/tour/1/end")],
    "incidents.change": [
        rest("POST", f"/api/{_INCIDENT}/acknowledge"),
        page("POST", f"/console/{_INCIDENT}/acknowledge"),
        page("POST", f"/console/{_INCIDENT}/post-mortem", happened="x"),
        page("POST", f"/console/{_INCIDENT}/actions", text="x"),
        page("POST", f"/console/{_INCIDENT}/actions/{NOBODY}", done="1"),
    ],
    "silences.change": [
        rest("POST", f"/api/silences/{NOBODY}/end"),
        page("POST", "/console/silences", alert="x", minutes="10", reason="x"),
        page("POST", f"/console/silences/{NOBODY}/end"),
    ],
    "notifications.retry": [
        rest("POST", f"/api/notifications/{NOBODY}/retry"),
        page("POST", f"/console/notifications/{NOBODY}/retry"),
    ],
    "users.read": [rest("GET", "/api/users"), rest("GET", f"/api/users/{NOBODY}")],
    "users.change": [rest("POST", "/api/users"), rest("DELETE", f"/api/users/{NOBODY}")],
    "deployments.record": [rest("POST", "/api/deployments")],
    "no_faults.pull": [rest("POST", "/api/no-faults", reason="x")],
    "no_faults.release": [rest("POST", "/api/no-faults/release", reason="x")],
    "audit.read": [
        rest("GET", "/api/audit"),
        rest("GET", "/api/injections"),
        page("GET", "/console/audit"),
        page("GET", "/console/injections"),
    ],
    "audit.export": [page("GET", "/console/audit/export?format=csv")],
    "evidence.export": [
        page("GET", "/console/evidence"),
        page("GET", "/console/evidence?format=csv"),
    ],
    "access.review": [
        rest("GET", "/api/people"),
        page("GET", "/console/people"),
        page("GET", "/console/people/{id}"),
        page("GET", "/console/access"),
        page("GET", "/console/access?format=csv"),
        page("POST", "/console/access/reviewed", seen="x"),
    ],
    "people.change": [
        rest("POST", "/api/people"),
        rest("PATCH", "/api/people/{id}", role="viewer"),
        page("POST", "/console/people", name="x y"),
        page("POST", "/console/people/{id}/role", role="viewer"),
        page("POST", "/console/people/{id}/off"),
    ],
    "tokens.own": [
        rest("GET", "/api/tokens"),
        rest("POST", "/api/tokens", name="x"),
        rest("DELETE", f"/api/tokens/{NOBODY}"),
        page("POST", "/console/account/tokens", name="x", days="7", scopes="read"),
    ],
    "tokens.all": [
        rest("POST", "/api/tokens", name="x", owner="robot"),
        rest("GET", "/api/tokens?owner=robot"),
        page("POST", "/console/people/{id}/tokens/new", name="x", days="7", scopes="read"),
        page("POST", "/console/people/{id}/tokens/revoke"),
        page("POST", f"/console/people/{{id}}/tokens/{NOBODY}/revoke"),
    ],
    "sessions.own": [
        page("GET", "/console/account"),
        page("POST", "/console/account/sessions/end"),
        page("GET", "/console/account/password"),
        page("GET", "/console/account/second-factor"),
    ],
    "sessions.all": [page("POST", "/console/people/{id}/sessions/end")],
    "admin.enter": [page("GET", "/admin/")],
}  # fmt: skip

# Actions that nothing asks for yet: the parts they belong to are still to come.
AWAITED: frozenset[str] = frozenset()

# Views of the API without an action, and why.
PUBLIC_VIEWS = {
    "SloView": "the SLOs are the service's promise: anybody may read them",
    "AlertmanagerView": "Alertmanager has a token of its own",
    "SchemaView": "the description of the API tells no data",
    "DocsView": "likewise, as a page",
}

# Addresses outside the API without an action, and why.
PUBLIC_PAGES = {
    "console:home": "leads to the console",
    "console:console": "likewise",
    "console:sign-in": "for whoever has not signed in",
    "console:sign-in-code": "a step of signing in",
    "console:sign-in-password": "a step of signing in",
    "console:sign-in-enrol": "a step of signing in",
    "console:sign-in-provider": "leads to the identity provider",
    "console:sign-in-provider-back": "and back from there",
    "console:sign-out": "ends one's own session",
    "console:enter": "the one-time link of the built-in profile",
    "console:admin-sign-in": "leads to the sign-in page",
    "console:admin-sign-out": "as sign-out",
    "console:admin-password": "leads to one's own account",
    "console:security-txt": "whom to tell of a weakness",
    "security.txt": "likewise",
    "favicon.ico": "an icon",
}

# POSTs that change nothing of anybody else's: everybody with a role may.
HARMLESS_POSTS = {
    "console:tour-decline": "remembers that the reader wants no tour",
    "console:game-days-forecasts": "reckons",
}
