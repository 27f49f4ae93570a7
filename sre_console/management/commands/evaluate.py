"""Run the evaluator alone, without a server; any number may run, one of them leads."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand

from ironclad.clock import clock
from ironclad.resilience.deadline import within
from sre_console.gamedays.running.asking import Asker
from sre_console.gamedays.running.runner import Runner
from sre_console.live.evaluator import Evaluator, until_beat
from sre_console.live.flusher import clock_learn
from sre_console.live.messenger import Messenger
from sre_console.live.runtime import seed_rate
from sre_console.live.worker import DATABASE_AWAY, forget_connection
from sre_console.slo.prometheus import slis

logger = structlog.get_logger(__name__)


def ask_prometheus(over: threading.Event) -> None:
    """Again and again, until it is over: whatever goes wrong with one question."""
    while not over.is_set():
        try:
            slis.refresh()
        except Exception:
            logger.exception("prometheus_question_failed")
        over.wait(slis.every)


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        over = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: over.set())
        evaluator = Evaluator(
            uuid4(),
            clock,
            seed_rate=seed_rate(),
            messenger=Messenger(),
            # there is no server in this process: the service is where its users find it
            runner=Runner(clock, Asker(settings.CONSOLE_URL)),
        )
        if settings.PROMETHEUS_URL:
            # Whether it is there says who opens incidents. Ends with the process.
            threading.Thread(target=ask_prometheus, args=[over], daemon=True).start()
        while not over.wait(until_beat(clock.epoch())):
            try:
                with within(evaluator.patience):
                    clock_learn(clock)
                    evaluator.beat()
            except DATABASE_AWAY as error:
                logger.warning("evaluator_waits_for_database", error=str(error))
                forget_connection()
        with suppress(*DATABASE_AWAY), within(evaluator.patience):
            evaluator.resign()
