#!/usr/bin/env python
"""Django's command line, for this project's settings."""

from __future__ import annotations

import os
import sys

from ironclad.embedded import environment


def main() -> None:
    environment.complete(os.environ, sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A secret or a setting that is missing: for whoever starts it, not for us.
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
