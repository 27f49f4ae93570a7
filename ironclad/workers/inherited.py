"""What the supervisor hands to a process that it starts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

NAME = "IRONCLAD_WORKER"  # of the variable that holds it; nobody else sets it


@dataclass(frozen=True, slots=True)
class Inherited:
    """The three numbers are descriptors that are open when the process starts."""

    slot: int  # from 1; no two living processes have the same
    listener: int  # the one socket that all of them accept from
    lifeline: int  # a pipe that ends when the supervisor does, however it ends
    board: int  # a file: how many connections each of them has
    folder: Path  # where each has a socket for the others

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self | None:
        """None in a process that no supervisor has started."""
        told = environment.get(NAME)
        if not told:
            return None
        slot, listener, lifeline, board, folder = told.split(":", 4)
        return cls(int(slot), int(listener), int(lifeline), int(board), Path(folder))

    def written(self) -> dict[str, str]:
        numbers = (self.slot, self.listener, self.lifeline, self.board)
        return {NAME: ":".join([*map(str, numbers), str(self.folder)])}

    @property
    def descriptors(self) -> tuple[int, ...]:
        return (self.listener, self.lifeline, self.board)

    def socket(self, slot: int) -> Path:
        return self.folder / str(slot)

    def tidy(self) -> None:
        """In place of a supervisor that was killed: the last process removes the folder."""
        self.socket(self.slot).unlink(missing_ok=True)
        with suppress(OSError):  # another one is still there, or was the last
            self.folder.rmdir()
