#!/bin/sh
# Ready: it answers over TLS, and refuses whoever shows no password. An open one never gets ready.
set -eu
tls=${REDIS_TLS:-/run/secrets/redis-tls}
answer=$(redis-cli -h 127.0.0.1 -p "${REDIS_PORT:-6379}" --tls --sni redis \
  --cacert "$tls/ca.crt" ping 2>&1) || true
case $answer in
  NOAUTH*) ;;
  *) echo "✗ $answer" >&2; exit 1 ;;
esac
