from __future__ import annotations

import pytest

from sre_console.gamedays.tour import selectors
from tests.unit.gamedays.tour.test_expected import HERE


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal with 50 requests a second and a full history."""
    monkeypatch.setattr(selectors, "installation", lambda: HERE)
