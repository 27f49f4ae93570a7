#!/usr/bin/env bash
# Alive: it answers. And a certificate that was renewed is read, for which the server has to be told.
# Other places than the pod's are for trying it.
set -eu
certificate=${POSTGRES_TLS:-/run/secrets/postgres-tls}/tls.crt
seen=${TMPDIR:-/tmp}/certificate-seen-by-pgbackrest
server=${SERVER:-1}
pgbackrest server-ping localhost --log-level-console=off
if [[ $certificate -nt $seen ]]; then
  touch "$seen"
  kill -HUP "$server"
fi
