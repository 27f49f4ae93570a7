from __future__ import annotations

from tests.acceptance.conftest import setup as setup  # noqa: PLC0414
