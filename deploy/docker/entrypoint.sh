#!/bin/sh
# The image's one entry: its word says what this container is. Listed in docs/guide/image.md.
# Each ends in exec, so that signals reach the program itself.
set -eu
cd "$(dirname "$0")/../.."

word=${1:-}
[ $# -eq 0 ] || shift
case $word in
  web) exec python manage.py serve "$@" ;;
  evaluate) exec python manage.py evaluate "$@" ;;
  migrate) exec python manage.py prepare "$@" ;;
  backup) exec python manage.py backup "$@" ;;
  rotate-database-password) exec python manage.py rotate_database_password "$@" ;;
  manage) exec python manage.py "$@" ;;
esac
echo "✗ '$word' is no word of this image" >&2
echo "  → one of: web, evaluate, migrate, backup, rotate-database-password, manage" >&2
exit 64 # EX_USAGE
