"""The image's health check: ends with 0 while `/livez` of this container answers 200."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection

_PATIENCE = 2  # seconds


def main() -> int:
    port = int(os.environ.get("PORT") or 3000)
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/livez")
        return 0 if connection.getresponse().status == 200 else 1  # noqa: PLR2004
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
