"""HTTP/1.1 as small as it can be, with the headers of each answer: a tenth of a millisecond each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass


class Lost(Exception):  # noqa: N818 - the field's word
    """There is no whole answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Client:
    """One connection, kept; one request at a time."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._port = port
        self._standing = {"Host": f"127.0.0.1:{port}", **headers}
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """Raises Lost."""
        sent = {**self._standing, **(headers or {})}
        if body:
            sent |= {"Content-Type": "application/json"}
        if method not in {"GET", "HEAD"}:
            sent |= {"Content-Length": str(len(body))}
        lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in sent.items())]
        try:
            if self._ends is None:
                self._ends = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._ends
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            return await self._read(reader, bodiless=method == "HEAD")
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError) as error:
            self.close()
            raise Lost(repr(error)) from error

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None

    async def _read(self, reader: asyncio.StreamReader, *, bodiless: bool) -> Reply:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = b""
        if not bodiless and status not in {204, 304}:
            body = await self._body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)
