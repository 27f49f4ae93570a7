#!/bin/sh
# Writes who may sign in, with the hash of the Secret's password, and becomes redis-server.
# Other folders than the pod's are for trying it: REDIS_SECRETS, REDIS_TLS, REDIS_RUN.
set -eu
secrets=${REDIS_SECRETS:-/run/secrets/redis-auth}
tls=${REDIS_TLS:-/run/secrets/redis-tls}
run=${REDIS_RUN:-/run/redis}
umask 077

password=$(cat "$secrets/password")
[ -n "$password" ] || { echo "✗ $secrets/password is empty" >&2; exit 78; } # EX_CONFIG
hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
# What a cache does, and no more: no KEYS, FLUSHALL, CONFIG, scripts or messages.
echo "user default reset on #$hash ~* +@connection +@read +@write +@transaction -@blocking -@dangerous" \
  > "$run/users.acl"
# alive.sh compares: Redis reads its certificate at the start only.
sha256sum < "$tls/tls.crt" > "$run/certificate"

exec redis-server "$@"
