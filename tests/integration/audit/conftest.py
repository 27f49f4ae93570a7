from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture
def append_only(db: None) -> None:
    """The trigger as it is in production; rolled back with the test."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only")
