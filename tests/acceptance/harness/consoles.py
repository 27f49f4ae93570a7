"""Signing in, and an open console: a small WebSocket client (RFC 6455) on asyncio."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import struct
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from tests.acceptance.harness.processes import Server

_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CODE = re.compile(r"/enter/([A-Za-z0-9_-]+)")
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


def sign_in(server: Server) -> str:
    """Use a new one-time link as a browser does; returns the Cookie header."""
    told = server.setup.manage("sign_in_link")
    found = _CODE.search(told)
    assert found, told
    with httpx.Client(base_url=server.url, timeout=30) as browser:
        return sign_in_with(browser, f"/enter/{found[1]}")


def sign_in_with(browser: httpx.Client, path: str) -> str:
    """Press the button of the link; returns the Cookie header."""
    shown = browser.get(path)
    token = _CSRF.search(shown.text)
    assert token, shown.text
    origin = {"Origin": str(browser.base_url).rstrip("/")}
    form = {"csrfmiddlewaretoken": token[1]}
    done = browser.post(path, data=form, headers=origin)
    assert done.status_code in {302, 303}, done.text
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


class Closed(Exception):  # noqa: N818 - the protocol's word
    """The server closed the WebSocket; `code` and `reason` say why."""

    def __init__(self, code: int, reason: str = "") -> None:
        self.code = code
        self.reason = reason
        super().__init__(code, reason)


class Console:
    """One WebSocket to /ws/console. `next()` acknowledges nothing by itself."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, server: Server, cookie: str) -> Console:
        return await cls.connect(server.url, cookie)

    @classmethod
    async def connect(cls, url: str, cookie: str) -> Console:
        host = urlsplit(url)
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            "GET /ws/console HTTP/1.1",
            f"Host: {host.netloc}",
            f"Origin: {url}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {cookie}",
        )
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        status = answer.split(b"\r\n", 1)[0].decode()
        if " 101 " not in status:
            writer.close()
            raise ConnectionRefusedError(status)
        return cls(reader, writer)

    async def next(self) -> dict[str, object]:
        """The next message. Raises Closed."""
        while True:
            kind, payload = await self._frame()
            if kind == _CLOSE:
                self._send(_CLOSE, payload[:2])
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())
            if kind == _PING:
                self._send(_PONG, payload)
            elif kind == _TEXT:
                message: dict[str, object] = json.loads(payload)
                return message

    async def snapshot(self) -> dict[str, object]:
        """The next snapshot, acknowledged; other messages are skipped."""
        while True:
            message = await self.next()
            if message["type"] == "snapshot":
                self.say({"type": "ack", "seq": message["seq"]})
                return message

    def say(self, message: Mapping[str, object]) -> None:
        self._send(_TEXT, json.dumps(message).encode())

    def close(self) -> None:
        self._writer.close()

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(length)

    def _send(self, kind: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        size = len(payload)
        if size < 126:
            length = struct.pack("!B", size | 0x80)
        else:
            length = struct.pack("!BH", 126 | 0x80, size)
        self._writer.write(bytes([0x80 | kind]) + length + mask + masked)
