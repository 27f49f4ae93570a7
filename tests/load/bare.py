"""The same Django views on the same server without our layers: what the stack is held against.

python -m tests.load.bare PORT
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

from daphne.server import Server
from django.core.handlers.asgi import ASGIHandler

from ironclad.edge.one_hop import one_hop_application
from ironclad.edge.protocol import Receive, Scope, Send


class Bare:
    """Django with its pool of connections, and nothing else."""

    def __init__(self, django: ASGIHandler) -> None:
        self._django = django

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from ironclad.resilience.bulkhead import compartment

        token = compartment.set("service")
        try:
            await self._django(scope, receive, send)  # type: ignore[arg-type]
        finally:
            compartment.reset(token)


def main(
    port: int, *, handler: Callable[[], ASGIHandler] = one_hop_application
) -> None:
    django = handler()
    from ironclad.management.commands.serve import leave_the_code_alone

    logging.disable(logging.WARNING)
    leave_the_code_alone()
    Server(Bare(django), endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
