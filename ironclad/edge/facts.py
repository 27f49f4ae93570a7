"""What is known of one request while it is in the server."""

from __future__ import annotations

from dataclasses import dataclass

from ironclad.edge.events import FaultDecision
from ironclad.resilience.effects import Effects


@dataclass(slots=True)
class Facts:
    """Kept in `scope["ironclad"]`; Django reads it as `request.scope["ironclad"]`."""

    request_id: str
    started: float  # monotonic seconds (ironclad.clock)
    method: str = ""
    route: str = "unmatched"
    service: bool = False
    fault: FaultDecision | None = None
    refused: str | None = None  # the error code, where the edge itself refused
    caller: str | None = None  # a short hash, set by the API's authentication
    limited: str | None = None  # refused by a rate limit: by what it counts
    gone: bool = False  # the client left before its answer was complete
    body: bytes = b""  # read by the limits; told again to Django
    effects: Effects | None = None  # of the patterns; set for service requests
    exercise: bool = False  # refused or cut while the dependency was failed on purpose
    fills: bool = False  # its answer may be kept: Django reads its snapshot, too
    snapshot: str = ""  # that its answer is not older than
