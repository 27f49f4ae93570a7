"""Sends the built-in traffic to a running server until it is told to end."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from sre_console.traffic import process


class Command(BaseCommand):
    help = __doc__ or ""
    # It appends nothing to the audit log, and has not the key that a server needs.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}")
        parser.add_argument("--seed", type=int, default=1, help="of the mix")

    def handle(self, *, url: str, seed: int, **_: object) -> None:
        counts = asyncio.run(
            process.run(url=url, token=settings.TRAFFIC_TOKEN, seed=seed)
        )
        self.stdout.write(
            f"Sent {counts.sent}: {counts.ok} ok, {counts.failed} failed, "
            f"{counts.late} late, {counts.dropped} dropped."
        )
