"""`python -m tests.load`: the same as `make bench`."""

from __future__ import annotations

import sys

from tests.load.bench import main

sys.exit(main())
