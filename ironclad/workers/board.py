"""How many connections each process has, where all of them see it: shared memory.

Each writes its own number alone, so that nobody has to wait for anybody.
"""

from __future__ import annotations

import mmap
import os
import tempfile

from ironclad.workers.bounds import MOST_PROCESSES

_WIDTH = 4  # bytes a number, written at once
_SIZE = _WIDTH * (
    MOST_PROCESSES + 2
)  # slots are counted from 1; a reload needs one more
_NOBODY = -1


class Board:
    def __init__(self, descriptor: int) -> None:
        self._numbers = memoryview(mmap.mmap(descriptor, _SIZE)).cast("i")

    @staticmethod
    def make() -> int:
        """The descriptor of an empty one; its file has no name."""
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
        os.truncate(descriptor, _SIZE)
        board = Board(descriptor)
        for slot in range(len(board._numbers)):
            board.leave(slot)
        return descriptor

    def tell(self, slot: int, connections: int) -> None:
        self._numbers[slot] = connections

    def leave(self, slot: int) -> None:
        """Nobody is at that slot: it is no reason to wait."""
        self._numbers[slot] = _NOBODY

    def fewest_beside(self, slot: int) -> int | None:
        """What the least busy of the others has; None where there is no other."""
        others = [n for at, n in enumerate(self._numbers) if at != slot and n >= 0]
        return min(others, default=None)
