"""Fill the gaps of the SLO window with healthy events, marked as seeded."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from ironclad.clock import clock
from sre_console.slo.objectives import period
from sre_console.slo.seeding import seed_gaps

# The evaluator's lease row: whoever has it locked is the only one to write the timeline.
_ALONE = "SELECT FROM evaluator_lease WHERE id = 1 FOR UPDATE"


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.SEED_HISTORY:
            self.stdout.write("IRONCLAD_SEED_HISTORY is off: nothing was filled.")
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ALONE)
            filled = seed_gaps(
                clock.epoch(),
                scale=settings.CLOCK_SCALE,
                rps=settings.TRAFFIC_RPS or settings.SEED_RPS,
                period=period().total_seconds(),
            )
        self.stdout.write(f"Filled {filled} seconds of history.")
