"""An event loop whose look-ups of host names may hang without holding anything else.

An ordinary loop lets the threads of its executor look names up. They are few, so those that
hang would keep the others waiting; and the interpreter waits for each of them at its exit.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ironclad.resilience.names import LookUps

_MOST = 32  # look-ups under way


class NamesLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._lookups = LookUps("outbound-name", _MOST)

    async def getaddrinfo(  # noqa: PLR0913 - the loop's own signature
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """As the standard loop's. Raises OSError when too many are under way."""
        found = self._lookups.start(host, port, family, type, proto, flags)
        return await asyncio.wrap_future(found, loop=self)
