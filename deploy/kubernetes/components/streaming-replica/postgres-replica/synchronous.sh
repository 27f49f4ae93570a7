#!/bin/sh
# In the pod of the primary: whom a commit waits for, by application_name. Each of them is waited for.
#   synchronous.sh on NAME…   refuses while one of them does not follow: the first commit would hang
#   synchronous.sh off        break-glass: commits that hang go on at once
#   synchronous.sh            says how it is
# By ALTER SYSTEM: it holds at once, without a restart, and in every later start.
set -eu
superuser=${SUPERUSER_PASSWORD_FILE:-/run/secrets/postgres/superuser-password}
PGPASSWORD=$(cat "$superuser")
export PGPASSWORD

sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --username postgres --dbname postgres \
    --set ON_ERROR_STOP=1 "$@"
}

task=${1:-}
[ $# -eq 0 ] || shift
case $task in
  on)
    [ $# -gt 0 ] || { echo "name who is waited for, such as wal-receiver" >&2; exit 64; }
    names=$(printf '"%s",' "$@")
    names=${names%,}
    listed=$(printf '%s,' "$@")
    # Of each name one: two of a name would be counted for another that is missing.
    there=$(printf "SELECT count(DISTINCT application_name) FROM pg_stat_replication WHERE state = 'streaming'
      AND application_name = ANY(string_to_array(:'listed', ','));" | sql --set listed="${listed%,}")
    [ "$there" -eq $# ] || { echo "✗ of $names only $there follow: nothing was changed" >&2; exit 1; }
    printf "ALTER SYSTEM SET synchronous_standby_names = :'value';" | sql --set value="FIRST $# ($names)" ;;
  off) sql --command "ALTER SYSTEM SET synchronous_standby_names = ''" ;;
  '') ;;
  *) sed -n '2,7p' "$0" >&2; exit 64 ;; # EX_USAGE
esac
[ -z "$task" ] || sql --command 'SELECT pg_reload_conf()' > /dev/null
sql --command "SELECT 'commits wait for: ' || coalesce(nullif(setting, ''), 'nobody')
  FROM pg_file_settings WHERE name = 'synchronous_standby_names' ORDER BY seqno DESC LIMIT 1"
sql --command "SELECT application_name || ': ' || state || ', ' || sync_state || ', '
  || pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) || ' bytes behind' FROM pg_stat_replication ORDER BY 1"
