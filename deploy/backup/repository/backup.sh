#!/usr/bin/env bash
# A backup into each repository that is configured; then what they hold, for `manage.py backup_report`.
# It ends well in any case: what went wrong is in the report, and reporting it fails.
# Other places than the pod's are for trying it.
set -u
type=${1:?full, diff or incr}
report=${REPORT:-/report}
config=${PGBACKREST_CONFIG:-/etc/pgbackrest/pgbackrest.conf}
export PGBACKREST_STANZA=${PGBACKREST_STANZA:-ironclad}

# What was told last: a container's log is no place for more, a row of a table neither.
keep() { tail -c 2000 "$report/log" | tee "$report/failure-$1.txt" >&2; }

mapfile -t repositories < <(
  cat "$config" "${PGBACKREST_CONFIG_INCLUDE_PATH:-$(dirname "$config")/conf.d}"/*.conf |
    sed -n 's/^repo\([0-9]*\)-path=.*/\1/p' | sort -nu
)
echo "$type" > "$report/type.txt"
# Where the stanza is there already it changes nothing.
pgbackrest stanza-create > "$report/log" 2>&1 || cat "$report/log" >&2
for repo in "${repositories[@]}"; do
  date +%s > "$report/started-$repo.txt"
  pgbackrest --repo="$repo" --type="$type" backup > "$report/log" 2>&1 || keep "$repo"
  pgbackrest --repo="$repo" --recurse --output=json repo-ls "archive/$PGBACKREST_STANZA" \
    > "$report/archive-$repo.json" 2> "$report/log" || rm -f "$report/archive-$repo.json"
  path=$(sed -n "s/^repo$repo-path=//p" "$config")
  # Bytes used and free, of a volume of its own; an object store has no end.
  [[ -z $path ]] || df --block-size=1 --output=used,avail "$path" | tail -n 1 > "$report/space-$repo.txt"
done
pgbackrest info --output=json > "$report/info.json"
