"""A kept answer as signed bytes, for replicas that may read it in a place others can write to (pure).

The signature covers the name under which it lies, so that no answer can be put in another's place.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from ironclad.edge.read_store import ENTITY, LARGEST, Entry, Key
from ironclad.edge.snapshots import parse

_FORMAT = "1"
_SIGNATURE = hashlib.sha256().digest_size


class Letters:
    """`secret` is the replicas' own; `program` is what they run: others may answer differently."""

    def __init__(self, secret: str, program: str) -> None:
        self._secret = hashlib.sha256(b"ironclad.reads\0" + secret.encode()).digest()
        self._program = program

    def name(self, key: Key, history: str) -> str:
        """Of an answer in this history of the database. Says nothing of what was asked."""
        group, path, query = key
        asked = json.dumps([_FORMAT, self._program, history, group, path])
        digest = hashlib.sha256(asked.encode() + b"\0" + query).hexdigest()
        return f"ironclad:reads:{digest}"

    def write(self, name: str, entry: Entry) -> bytes:
        head = {
            "snapshot": str(entry.snapshot),
            "cut": len(entry.before),
            "headers": [
                [key.decode("latin-1"), value.decode("latin-1")]
                for key, value in entry.headers
            ],
        }
        told = b"\n".join((json.dumps(head).encode(), entry.before + entry.after))
        return self._sign(name, told) + told

    def read(self, name: str, letter: bytes) -> Entry | None:
        """None for what none of the replicas has written there."""
        signature, told = letter[:_SIGNATURE], letter[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(name, told)):
            return None
        head, _, body = told.partition(b"\n")
        known = json.loads(head)
        snapshot = parse(known["snapshot"])
        if snapshot is None or len(body) > LARGEST:
            return None
        cut = known["cut"]
        headers = [
            (key.encode("latin-1"), value.encode("latin-1"))
            for key, value in known["headers"]
        ]
        tags = [value.decode("latin-1") for key, value in headers if key == b"etag"]
        return Entry(
            before=body[:cut],
            after=body[cut:],
            headers=headers,
            unchanged=[each for each in headers if each[0] not in ENTITY],
            etag=tags[0] if tags else "",
            snapshot=snapshot,
            generation=-1,
        )

    def _sign(self, name: str, told: bytes) -> bytes:
        return hmac.digest(self._secret, name.encode() + b"\0" + told, "sha256")
