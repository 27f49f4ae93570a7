from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture
def append_only(db: None) -> None:
    """The triggers as they are in production; rolled back with the test."""
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
