"""All metrics as text, for whoever scrapes."""

from __future__ import annotations

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder


def exposition(accept: str) -> tuple[bytes, str]:
    """The body and its content type, in the format that `accept` asks for."""
    encode, content_type = choose_encoder(accept)
    return encode(REGISTRY), content_type
