"""Pages opened and things changed are counted as uses of a feature, and nothing else is."""

from __future__ import annotations

import pytest

from ironclad.edge.events import RequestFinished
from ironclad.edge.features import FeatureObserver, feature
from ironclad.observability import metrics


@pytest.mark.parametrize(
    ("method", "route", "status", "name"),
    [
        ("GET", "/console/live", 200, "open live"),
        ("GET", "/console/incidents/{number}", 200, "open incidents"),
        ("POST", "/api/chaos/errors/{rate}", 200, "change chaos"),
        ("POST", "/console/incidents/{number}/{action}", 302, "change incidents"),
        ("DELETE", "/api/silences/{id}", 204, "change silences"),
    ],
)
def test_it_names_the_feature(method: str, route: str, status: int, name: str) -> None:
    assert feature(method, route, status) == name


@pytest.mark.parametrize(
    ("method", "route", "status"),
    [
        ("GET", "/console/live", 302),  # sent to sign in
        ("GET", "/console/live/series", 200),  # a script's
        ("GET", "/api/slo", 200),  # read by programs all the time
        ("POST", "/api/chaos", 403),
        ("POST", "/api/alertmanager", 200),
        ("POST", "/console/sign-in", 302),
        ("GET", "/console", 200),
        ("GET", "unmatched", 404),
        ("POST", "/admin/login", 200),
    ],
)
def test_it_is_no_use_of_a_feature(method: str, route: str, status: int) -> None:
    assert feature(method, route, status) is None


def test_a_use_is_counted_and_a_service_request_is_not() -> None:
    used = metrics.ironclad_feature_uses_total.labels("change chaos")
    before = used._value.get()
    observe = FeatureObserver()
    for service in (False, True):
        observe(
            RequestFinished(
                request_id="r", method="POST", route="/api/chaos", status=200,
                duration=0.1, finished=1.0, service=service,
            )
        )  # fmt: skip
    assert used._value.get() == before + 1
