"""Whichever process is scraped tells of all of them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as read

from ironclad.edge import siblings
from ironclad.edge.siblings import Siblings
from ironclad.workers.asking import missing
from ironclad.workers.inherited import Inherited


def _inherited(folder: Path, slot: int) -> Inherited:
    return Inherited(slot, listener=0, lifeline=0, board=0, folder=folder)


class Serving:
    """A process, as far as the others see it."""

    def __init__(self, folder: Path, slot: int, *reasons: str) -> None:
        self.inherited = _inherited(folder, slot)
        self.siblings = Siblings(self.inherited)
        self._reasons = list(reasons)

    async def __aenter__(self) -> Siblings:
        async def told() -> list[str]:
            return self._reasons

        self._task = asyncio.create_task(self.siblings.listen(told))
        place = self.inherited.socket(self.inherited.slot)
        async with asyncio.timeout(5):
            while await asyncio.to_thread(missing, place) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return self.siblings

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def _up(text: bytes) -> dict[str, float]:
    return {
        sample.labels["process"]: sample.value
        for family in read(text.decode())
        for sample in family.samples
        if sample.name == "ironclad_process_up"
    }


async def test_the_one_that_is_asked_tells_of_all(tmp_path: Path) -> None:
    async with Serving(tmp_path, 1) as asked, Serving(tmp_path, 2):
        text, content_type = await asked.exposition("")
    assert _up(text) == {"1": 1, "2": 1}
    assert text.count(b"ironclad_build_info{") == 2
    assert content_type.startswith("text/plain")


async def test_one_that_was_killed_is_down_and_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "2").touch()
    async with Serving(tmp_path, 1) as asked:
        text, _ = await asked.exposition("")
    assert _up(text) == {"1": 1, "2": 0}
    assert text.count(b"ironclad_build_info{") == 1


async def test_one_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siblings, "_PATIENCE", 0.05)
    over = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    silent = await asyncio.start_unix_server(hang, tmp_path / "2")
    async with silent, Serving(tmp_path, 1) as asked:
        text, _ = await asked.exposition("")
        over.set()
    assert _up(text) == {"1": 1, "2": 0}


async def test_the_supervisor_is_told_what_is_missing(tmp_path: Path) -> None:
    async with Serving(tmp_path, 1, "no database"), Serving(tmp_path, 2):
        told = [await asyncio.to_thread(missing, tmp_path / s) for s in ("1", "2", "3")]
    assert told == ["no database", "", None]
