"""What the processes behind one port ask each other, and their supervisor asks them.

Over sockets in a folder that only their account may enter: a line with the question, and the
answer until the end. Nothing of it is counted: nobody has sent a request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from prometheus_client.exposition import choose_encoder

from ironclad.observability.exposition import exposition
from ironclad.workers.asking import READY
from ironclad.workers.inherited import Inherited
from ironclad.workers.labelling import joined, labelled

_METRICS = b"metrics "
_PATIENCE = 2.0  # seconds for one of them; Prometheus itself waits ten
_LONGEST = 64 * 1024 * 1024  # bytes of an answer


class Siblings:
    def __init__(self, inherited: Inherited) -> None:
        self._inherited = inherited

    async def listen(self, missing: Callable[[], Awaitable[list[str]]]) -> None:
        """For as long as the process serves; `missing` says why it is not ready."""
        place = self._inherited.socket(self._inherited.slot)
        place.unlink(missing_ok=True)  # of one that was killed

        async def answer(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            with suppress(OSError, ValueError):
                question = (await reader.readline()).rstrip(b"\n")
                if question == READY:
                    reasons = ", ".join(await missing())
                    writer.write(READY + b"\n" + reasons.encode())
                elif question.startswith(_METRICS):
                    asked = question.removeprefix(_METRICS).decode("latin-1")
                    writer.write(await asyncio.to_thread(self._own, asked) + b"\n")
                await writer.drain()
            writer.close()

        server = await asyncio.start_unix_server(answer, place)
        async with server:
            await server.serve_forever()

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """Of all processes, with the content type."""
        slots = sorted(
            int(place.name)
            for place in self._inherited.folder.iterdir()
            if place.name.isdecimal()
        )
        told = await asyncio.gather(*(self._told(slot, accept) for slot in slots))
        texts = dict(zip(slots, told, strict=True))
        return await asyncio.to_thread(joined, texts), choose_encoder(accept)[1]

    def _own(self, accept: str) -> bytes:
        return labelled(exposition(accept)[0], self._inherited.slot)

    async def _told(self, slot: int, accept: str) -> bytes | None:
        """None where it does not answer in time, or not to the end."""
        if slot == self._inherited.slot:
            return await asyncio.to_thread(self._own, accept)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._ask(slot, _METRICS + accept.encode("latin-1"))
        except (OSError, TimeoutError):
            return None

    async def _ask(self, slot: int, question: bytes) -> bytes | None:
        reader, writer = await asyncio.open_unix_connection(
            self._inherited.socket(slot), limit=_LONGEST
        )
        try:
            writer.write(question + b"\n")
            answer = await reader.read()
        finally:
            writer.close()
        return answer if answer.endswith(b"\n\n") else None
