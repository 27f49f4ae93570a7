"""Where backups are kept, and how long: settings that the keeper reads without Django, too."""

from __future__ import annotations

from ironclad import env

# pgBackRest reads the same three itself. Passphrases and keys are in files of the folder that
# the third names, never in a variable: a restored server's restore_command needs them, too.
PGBACKREST_CONFIG = env.text("PGBACKREST_CONFIG")
PGBACKREST_STANZA = env.text("PGBACKREST_STANZA", "ironclad")
PGBACKREST_CONFIG_INCLUDE_PATH = env.text("PGBACKREST_CONFIG_INCLUDE_PATH")
BACKUP_DIR = env.text("BACKUP_DIR")  # where `manage.py backup` writes dumps
BACKUPS = env.flag("IRONCLAD_BACKUPS", default=True)  # of the built-in mode, by itself
BACKUP_BEFORE_MIGRATION = env.flag("IRONCLAD_BACKUP_BEFORE_MIGRATION", default=True)
BACKUP_KEEP = env.integer("IRONCLAD_BACKUP_KEEP", 3, least=1, most=1000)
BACKUP_MEGABYTES = env.integer(
    "IRONCLAD_BACKUP_MEGABYTES", 2000, least=100, most=10_000_000
)
