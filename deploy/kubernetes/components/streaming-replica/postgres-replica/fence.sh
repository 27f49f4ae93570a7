#!/bin/sh
# The init container of both servers: as what this one may start. None takes writes once the other was
# promoted, whoever starts it: `kubectl apply` and Argo CD bring back a StatefulSet that was scaled to 0.
# Who is the primary stands in the ConfigMap database-primary, which deploy/kubernetes/failover.sh
# writes before it promotes. Where there is none it is `postgres`, and the other one is asked for its
# timeline.
# Other places than the pod's are for trying it.
set -eu
me=${ME:-postgres}
peer=${PEER:-postgres-replica}
first=${FIRST:-postgres} # the primary, where nobody was named
marker=${PRIMARY_MARKER:-/run/primary}
authority=${PRIMARY_CA:-/run/secrets/database/ca.crt}
password=${REPLICATION_PASSWORD_FILE:-/run/secrets/postgres/replication-password}
run=${REPLICA_RUN:-/run/replica}
scripts=$(dirname "$0")
tries=${FENCE_TRIES:-6} # five seconds apart
umask 077

refuse() {
  printf '✗ %s\n' "$@" >&2
  exit 1
}

# Follow $1, or go on as what this was.
follow() {
  PRIMARY=$1 sh "$scripts/clone.sh"
  [ -e "$PGDATA/standby.signal" ] || return 0
  # Where the command of either server reads it.
  settings=$PGDATA/postgresql.auto.conf
  { grep -v '^primary_' "$settings" || true; grep '^primary_' "$run/postgresql.conf"; } > "$settings.new"
  mv "$settings.new" "$settings"
  echo "it follows $1"
}

named=$(cat "$marker/primary" 2> /dev/null || true)
if [ -n "$named" ] && [ "$named" != "$me" ]; then
  if [ -e "$PGDATA/PG_VERSION" ] && [ ! -e "$PGDATA/standby.signal" ]; then
    [ "$(cat "$marker/rebuild" 2> /dev/null || true)" = "$me" ] || refuse \
      "$named is the primary now: this copy of before takes no writes, and is kept" \
      "→ to make it a replica of $named: deploy/kubernetes/failover.sh rebuild"
    rm -rf "$PGDATA" # the volume need not hold two
  fi
  follow "$named"
  exit 0
fi
if [ -n "$named" ] && [ -e "$PGDATA/PG_VERSION" ]; then
  follow "$peer" # which it does only if it was not promoted yet
  exit 0
fi
if [ -z "$named" ] && [ "$me" != "$first" ]; then
  follow "$first"
  exit 0
fi

printf '*:*:*:*:%s\n' "$(sed 's/[\\:]/\\&/g' "$password")" > "$run/passfile"
asked="host=$peer user=ironclad_replicator application_name=fence connect_timeout=5 replication=true"
asked="$asked sslmode=verify-full sslrootcert=$authority passfile=$run/passfile"
ask() {
  psql "$asked" --no-psqlrc --no-password --no-align --tuples-only --command IDENTIFY_SYSTEM
}

if [ ! -e "$PGDATA/PG_VERSION" ]; then
  # Made anew, an empty database would be served as if it were the old one.
  if ask > /dev/null 2>&1 && [ ! -e "$marker/begin-anew" ]; then
    refuse "this volume is empty, and $peer holds the data" \
      "→ promote that one: deploy/kubernetes/failover.sh"
  fi
  exit 0
fi
[ ! -e "$PGDATA/standby.signal" ] || exit 0
while ! theirs=$(ask); do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    echo "$peer does not answer, and nobody was named as the primary: starting" >&2
    exit 0
  fi
  sleep 5
done
control=$(LC_ALL=C pg_controldata)
system=$(printf '%s\n' "$control" | sed -n 's/^Database system identifier: *//p')
timeline=$(printf '%s\n' "$control" | sed -n "s/^Latest checkpoint's TimeLineID: *//p")
if [ "${theirs%%|*}" != "$system" ]; then
  echo "$peer is of another database: starting" >&2
  exit 0
fi
theirs=${theirs#*|}
theirs=${theirs%%|*}
[ "$theirs" -le "$timeline" ] || refuse \
  "$peer was promoted: it is on timeline $theirs, this on $timeline. It takes no writes, and is kept" \
  "→ to make it a replica of $peer: deploy/kubernetes/failover.sh rebuild"
echo "timeline $timeline, as $peer: starting"
