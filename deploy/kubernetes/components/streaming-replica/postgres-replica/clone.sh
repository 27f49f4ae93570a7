#!/bin/sh
# The init container of a replica: copies the primary where there is no copy, and writes at each
# start how to follow it. A copy is thrown away in one case only: the primary itself says that
# what it lacks is gone. One that was promoted, or that is of another database, is left alone.
# Other places than the pod's are for trying it.
set -eu
umask 077
primary=${PRIMARY:-postgres}
authority=${PRIMARY_CA:-/run/secrets/database/ca.crt}
password=${REPLICATION_PASSWORD_FILE:-/run/secrets/postgres/replication-password}
config=${POSTGRES_CONFIG:-/etc/postgresql/postgresql.conf}
run=${REPLICA_RUN:-/run/replica}
slot=$(printf %s "$POD_NAME" | tr - _)

# In a file that only we can read: settings are shown to whoever may ask the server for them.
printf '*:*:*:*:%s\n' "$(sed 's/[\\:]/\\&/g' "$password")" > "$run/passfile"
follow="host=$primary user=ironclad_replicator application_name=$POD_NAME connect_timeout=10"
follow="$follow sslmode=verify-full sslrootcert=$authority passfile=$run/passfile"
cat > "$run/postgresql.conf" <<END
include '$config'
primary_conninfo = '$follow'
primary_slot_name = '$slot'
END

ask() {
  psql "$follow replication=true" --no-psqlrc --no-password --no-align --tuples-only --command "$1"
}

if [ -e "$PGDATA/PG_VERSION" ]; then
  if [ ! -e "$PGDATA/standby.signal" ]; then
    echo "this was promoted: nothing to follow"
    exit 0
  fi
  if ! state=$(ask "READ_REPLICATION_SLOT $slot") || ! system=$(ask "IDENTIFY_SYSTEM"); then
    echo "the primary does not answer: starting with the copy that is here" >&2
    exit 0
  fi
  ours=$(LC_ALL=C pg_controldata | sed -n 's/^Database system identifier: *//p')
  if [ "${system%%|*}" != "$ours" ]; then
    # Such as an empty one, made anew after its volume was lost: this may be all that is left.
    echo "✗ $primary is not what this is a copy of: the copy is kept, and follows nobody" >&2
    exit 0
  fi
  case $state in
    'physical||') echo "what this lacks is gone from the primary: copying anew" ;;
    '||') ask "CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL"; exit 0 ;;
    *) exit 0 ;;
  esac
  ask "DROP_REPLICATION_SLOT $slot"
  rm -rf "$PGDATA" # the volume need not hold two
fi

state=$(ask "READ_REPLICATION_SLOT $slot")
if [ "$state" = 'physical||' ]; then
  ask "DROP_REPLICATION_SLOT $slot"
  state='||'
fi
# Before the copy, so that nothing it needs afterwards is removed meanwhile.
[ "$state" != '||' ] || ask "CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL"
rm -rf "$PGDATA.new" # of a run that was cut off
pg_basebackup --dbname "$follow" --no-password --pgdata "$PGDATA.new" \
  --wal-method stream --slot "$slot" --checkpoint fast
touch "$PGDATA.new/standby.signal"
sync
mv "$PGDATA.new" "$PGDATA"
echo "copied"
