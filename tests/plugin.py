"""Gives the tests their settings and a PostgreSQL before Django reads them."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
os.environ.setdefault("IRONCLAD_PROFILE", "builtin")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("IRONCLAD_CLOCK_SCALE", "60")
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:5599/ironclad")
