"""All metrics as text, for whoever scrapes."""

from __future__ import annotations

import threading
from functools import lru_cache

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from ironclad.observability.rendering import Rendering

_FORMATS = 8  # that are kept; a scraper asks for one or two

_lock = threading.Lock()
_kept: dict[str, Rendering] = {}  # by content type


def exposition(accept: str) -> tuple[bytes, str]:
    """The body and its content type, in the format that `accept` asks for."""
    encode, content_type = choose_encoder(accept)
    with _lock:
        rendering = _kept.get(content_type)
        if rendering is None and len(_kept) < _FORMATS:
            rendering = _kept[content_type] = Rendering(REGISTRY, encode)
        body = encode(REGISTRY) if rendering is None else rendering.render()
    return body, content_type


@lru_cache(maxsize=64)
def format_of(accept: str) -> str:
    """The content type of what `exposition` answers."""
    return choose_encoder(accept)[1]
