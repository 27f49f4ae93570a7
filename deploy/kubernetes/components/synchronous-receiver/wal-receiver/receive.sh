#!/bin/sh
# Writes the primary's WAL to a volume of its own and says so only when it is on disk: a commit that
# waits for `wal-receiver` (synchronous.sh) survives the loss of the primary's volume at that moment.
# It goes to whichever server takes writes. Other places than the pod's are for trying it.
set -eu
umask 077
hosts=${PRIMARY:-postgres,postgres-replica}
authority=${PRIMARY_CA:-/run/secrets/database/ca.crt}
password=${REPLICATION_PASSWORD_FILE:-/run/secrets/postgres/replication-password}
folder=${RECEIVED:-/var/lib/received/wal}
mkdir -p "$folder"
run=${RECEIVER_RUN:-/tmp}
keep=${KEEP_MINUTES:-120} # by then a segment is in the archive; the alert on archiving comes first
pause=${PAUSE_SECONDS:-2}

printf '*:*:*:*:%s\n' "$(sed 's/[\\:]/\\&/g' "$password")" > "$run/passfile"
follow="host=$hosts user=ironclad_replicator application_name=wal-receiver connect_timeout=3"
follow="$follow target_session_attrs=read-write sslmode=verify-full sslrootcert=$authority passfile=$run/passfile"

child=''
trap 'trap - TERM; [ -z "$child" ] || kill "$child"; wait; exit 0' TERM INT

prune() {
  while true; do
    # What pg_receivewal resumes from is the newest; a .partial is never removed.
    find "$folder" -maxdepth 1 -type f -name '????????????????????????' -mmin "+$keep" -delete
    sleep 60
  done
}
prune &
pruning=$!
while true; do
  # A promoted server has no slot of this name yet.
  if pg_receivewal --dbname "$follow" --no-password --slot wal_receiver --create-slot --if-not-exists; then
    pg_receivewal --dbname "$follow" --no-password --directory "$folder" --slot wal_receiver \
      --synchronous --no-loop &
    child=$!
    wait "$child" || true
    child=''
  fi
  kill -0 "$pruning"
  sleep "$pause" &
  wait $!
done
