#!/usr/bin/env bash
# Pushes what build.sh has built; prints its digest, by which everything after this names it.
#
#   deploy/pipeline/publish.sh IMAGE VERSION
set -euo pipefail
told=$(mktemp)
trap 'rm -f "$told"' EXIT
buildah push --quiet --digestfile "$told" "$1:$2" "docker://$1:$2" >&2
grep -xE 'sha256:[0-9a-f]{64}' "$told"
