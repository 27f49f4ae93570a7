"""Bytes that replicas keep for one another in Redis, bounded and refused as all operations there."""

from __future__ import annotations

from ironclad.shared_cache import SharedCache, guarded


class SharedBytes(SharedCache):
    """Operations raise RedisError, or CircuitOpen while nobody asks."""

    def __init__(self) -> None:
        super().__init__("", {})

    @guarded
    def fetch(self, name: str) -> bytes | None:
        found: bytes | None = self._cache.get_client(name).get(name)  # type: ignore[assignment]  # never decoded
        return found

    @guarded
    def put(self, name: str, told: bytes, seconds: int) -> None:
        self._cache.get_client(name, write=True).set(name, told, ex=seconds)
