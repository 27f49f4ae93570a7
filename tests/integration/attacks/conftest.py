"""One state of the database for all attacks, with a person and a token of each role."""

from __future__ import annotations

from tests.integration.access import conftest as access

_django_db_marker = access._django_db_marker
_settings = access._settings
stage = access.stage
