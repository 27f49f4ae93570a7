from __future__ import annotations

import pytest

from ironclad.edge import routes


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/users/7", "/api/users/{id}"),
        ("/api/nothing", "unmatched"),
        ("/api/users/" + "1" * 5000, "unmatched"),
    ],
)
def test_a_path_has_the_route_of_its_pattern(path: str, expected: str) -> None:
    assert routes.django_route(path) == expected


def test_long_paths_are_not_remembered() -> None:
    before = routes._remembered.cache_info().currsize
    routes.django_route("/" + "a" * 5000)
    assert routes._remembered.cache_info().currsize == before
