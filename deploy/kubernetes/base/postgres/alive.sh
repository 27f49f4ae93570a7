#!/usr/bin/env bash
# Alive: it answers. And a certificate that was renewed is read, for which PostgreSQL has to be told.
# Other places than the pod's are for trying it.
set -eu
certificate=${POSTGRES_TLS:-/run/secrets/postgres-tls}/tls.crt
seen=${TMPDIR:-/tmp}/certificate-seen
pg_isready --quiet --username=postgres
if [[ $certificate -nt $seen ]]; then
  touch "$seen"
  pg_ctl reload --silent
fi
