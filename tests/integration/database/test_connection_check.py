"""Whether PostgreSQL lets in what the processes here may open is said before it hurts."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from pytest_django import Settings as Changed

from ironclad.connection_checks import check_connections
from ironclad.workers.bounds import CONNECTIONS_EACH, connections

BACKGROUND, CHANGES, HEALTH = 3, 1, 1


def _told() -> list[str | None]:
    return [each.id for each in check_connections(None, databases=["default"])]


def test_each_process_is_reckoned_with_all_that_it_opens() -> None:
    pools = sum(settings.DATABASE_POOLS.values())
    assert pools + BACKGROUND + CHANGES + HEALTH == CONNECTIONS_EACH
    assert connections(1, counting=False) == CONNECTIONS_EACH
    assert connections(2, counting=True) == 3 * (CONNECTIONS_EACH + 4)


def test_what_fits_is_not_mentioned(db: None) -> None:
    assert _told() == []


def test_more_processes_than_fit_are(db: None, settings: Changed) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        (most,) = cursor.fetchone()
    settings.WEB_PROCESSES = int(most) // CONNECTIONS_EACH + 1
    assert _told() == ["ironclad.W090"]


def test_a_database_that_nobody_asked_about_is_not_asked() -> None:
    assert check_connections(None) == []


def test_a_database_that_is_away_is_told_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)
    assert _told() == []
