"""Which features of the control panel are used: pages opened, and things changed."""

from __future__ import annotations

from ironclad.edge.events import RequestFinished
from ironclad.observability.metrics import count_feature

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OK = 200
_REFUSED = 400
# Not a person's choice of a feature: the door, and what a program posts.
_NOT_FEATURES = frozenset({"sign-in", "sign-out", "alertmanager"})


class FeatureObserver:
    def __call__(self, finished: RequestFinished, /) -> None:
        if finished.service:
            return
        name = feature(finished.method, finished.route, finished.status)
        if name is not None:
            count_feature(name)


def feature(method: str, route: str, status: int) -> str | None:
    """`open incidents` or `change chaos`; None where nobody used a feature.

    `route` is a URL pattern, so there are as many names as the product has features.
    """
    area, _, rest = route.lstrip("/").partition("/")
    name, *below = rest.split("/")
    if area not in {"console", "api"} or not name or name in _NOT_FEATURES:
        return None
    if method not in _READS:
        return f"change {name}" if status < _REFUSED else None
    page = area == "console" and method == "GET" and status == _OK
    # What scripts fetch lies deeper: /console/live/series.
    return (
        f"open {name}" if page and all(part.startswith("{") for part in below) else None
    )
