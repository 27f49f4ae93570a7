from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    """Of signing in: their limits count across tests else."""
    cache.clear()
