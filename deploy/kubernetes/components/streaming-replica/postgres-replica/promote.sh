#!/bin/sh
# In the pod of a replica: says what its promotion would lose (`check`), or promotes it (`promote`).
# It promotes nothing while the primary answers: two that take writes are worse than none. Run by
# deploy/kubernetes/failover.sh. Other places than the pod's are for trying it.
set -eu
task=${1:-check}
primary=${PRIMARY:-postgres}
superuser=${SUPERUSER_PASSWORD_FILE:-/run/secrets/postgres/superuser-password}
patience=${PROMOTE_SECONDS:-60}
PGPASSWORD=$(cat "$superuser")
export PGPASSWORD

sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --username postgres --dbname postgres \
    --set ON_ERROR_STOP=1 --command "$1"
}

if [ "$(sql 'SELECT pg_is_in_recovery()')" = f ]; then
  echo "✓ this takes writes already, on timeline $(sql "SELECT timeline_id FROM pg_control_checkpoint()")"
  exit 0
fi
sql "SELECT 'received up to ' || coalesce(pg_last_wal_receive_lsn()::text, 'nothing since its start')
  || ', replayed up to ' || pg_last_wal_replay_lsn()
  || ', last commit of ' || coalesce(pg_last_xact_replay_timestamp()::text, 'unknown')"
if [ "$(sql "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'")" = 1 ]; then
  sql "SELECT 'it follows ' || sender_host || ', heard of ' || round(extract(epoch FROM now() - last_msg_receipt_time), 1)
    || ' s ago; that one has written up to ' || latest_end_lsn FROM pg_stat_wal_receiver"
  echo "  Stopped in order, the primary sends the rest before it ends: nothing is lost."
else
  echo "! it follows nobody: lost is what was acknowledged after that commit, unless this replica"
  echo "  was one that commits waited for (synchronous.sh): then nothing is."
fi
case $task in
  check) exit 0 ;;
  promote) ;;
  *) echo "usage: promote.sh [check|promote]" >&2; exit 64 ;; # EX_USAGE
esac

answers=0
pg_isready --quiet --host "$primary" --timeout 3 || answers=$?
if [ "$answers" -lt 2 ]; then # 0: it takes sessions; 1: it is there and refuses, such as at its start
  echo "✗ $primary still answers: stop it first, nothing was changed" >&2
  exit 1
fi
# Whom the old primary waited for will not follow this one: commits would hang.
sql 'ALTER SYSTEM RESET synchronous_standby_names'
sql 'SELECT pg_reload_conf()' > /dev/null
if [ "$(sql "SELECT pg_promote(true, $patience)")" != t ]; then
  echo "✗ it is not promoted after $patience s: look at its log" >&2
  exit 1
fi
# A write, and the new timeline where pg_controldata and a returning primary find it.
sql 'SELECT pg_current_xact_id()' > /dev/null
sql 'CHECKPOINT'
echo "✓ it takes writes, on timeline $(sql 'SELECT timeline_id FROM pg_control_checkpoint()')"
