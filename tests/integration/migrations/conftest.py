"""A database beside the tests' own, migrated step by step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from tests.acceptance.harness.databases import fresh_database


@pytest.fixture(scope="module")
def steps(django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to an empty database; it is the default one, which migrations may name."""
    usual = connections["default"]
    with fresh_database(os.environ["DATABASE_URL"]) as url, django_db_blocker.unblock():
        name = urlsplit(url).path.lstrip("/")
        settings = {**usual.settings_dict, "NAME": name}
        connections["default"] = made = type(usual)(settings, "default")
        try:
            yield made
        finally:
            made.close()
            connections["default"] = usual


def run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
