#!/usr/bin/env bash
# Makes the Secrets that the manifests refer to, those that are missing: random values, and
# certificates of an authority of its own. What exists is never changed.
#
#   deploy/kubernetes/secrets.sh [--print] [--without-certificates] [NAMESPACE]
#
# --print                  write all of them to standard output; asks no cluster
# --without-certificates   where the component `tls` has cert-manager make those
#
# Run it before `kubectl apply -k`, and again whenever a Secret is missing. For a new certificate
# delete its Secret first. A lost database-app is made anew for ironclad_app, which a rotation of the
# password has retired: docs/guide/secrets.md has the cure.
# Needs kubectl and openssl; INGRESS_HOST is the name people use. DATABASE_HOSTS are the servers that
# take turns as the primary: postgres:5432,postgres-replica:5432 with the component streaming-replica.
# S3_KEY_FILE and S3_KEY_SECRET_FILE name files with the credentials of the backups' object store,
# where there is one.
#
# The Secret `pgbackrest` has the passphrases of the backups. Keep a copy outside the cluster: without it
# no backup can be read (docs/guide/backup.md).
set -euo pipefail
umask 077 # from the first file on

print='' certificates=1
while [[ ${1:-} == --* ]]; do
  case $1 in
    --print) print=1 ;;
    --without-certificates) certificates='' ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;; # EX_USAGE
  esac
  shift
done
namespace=${1:-ironclad-demo}
ingress_host=${INGRESS_HOST:-ironclad.example.org}
database_hosts=${DATABASE_HOSTS:-postgres:5432}
days=3650 # nobody renews these

here=$(cd "$(dirname "$0")" && pwd)
# Values are in files here and nowhere else: arguments of programs can be read by every user.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

is_missing() {
  local found=''
  # A cluster that does not answer must not be taken for one without Secrets.
  [[ -n $print ]] ||
    found=$(kubectl get secret "$1" --namespace "$namespace" --ignore-not-found --output name) || exit 1
  [[ -z $found ]]
}

# NAME KEY: of a Secret that is there already.
fetch() {
  kubectl get secret "$1" --namespace "$namespace" --output "go-template={{index .data \"$2\" | base64decode}}"
}

# Its digits need no escape in an address.
random() {
  openssl rand -hex 32 | tr -d '\n'
}

# NAME COMPONENT [OPTION…]: the Secret of the files in $work/NAME.
make() {
  local name=$1 component=$2
  shift 2
  if ! is_missing "$name"; then
    echo "✓ $name is there already" >&2
    return
  fi
  kubectl create secret generic "$name" --namespace "$namespace" --from-file "$work/$name" "$@" \
    --dry-run=client --output yaml |
    kubectl label --local --filename - --dry-run=client --output yaml \
      app.kubernetes.io/name="$name" app.kubernetes.io/instance=ironclad app.kubernetes.io/version=1 \
      app.kubernetes.io/component="$component" app.kubernetes.io/part-of=ironclad > "$work/manifest.yaml"
  if [[ -n $print ]]; then
    echo '---'
    cat "$work/manifest.yaml"
  else
    # Not `apply`, which would also write the values into an annotation.
    kubectl create --filename "$work/manifest.yaml" > /dev/null
    echo "✓ $name" >&2
  fi
}

# ROLE KEY HOSTS: the address of the database for a role, with its password of the Secret `postgres`.
address() {
  printf 'postgresql://%s:' "$1"
  cat "$work/postgres/$2"
  printf '@%s/ironclad?sslmode=verify-full&sslrootcert=/run/secrets/database/ca.crt' "$3"
  [[ $3 != *,* ]] || printf '&target_session_attrs=read-write'
}

# NAME COMPONENT USAGE DNS-NAME…: a certificate of our authority, for serverAuth or clientAuth.
certificate() {
  local name=$1 component=$2 usage=$3 names
  shift 3
  mkdir "$work/$name"
  names=$(printf ',DNS:%s' "$@")
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
    -keyout "$work/$name/tls.key" -out "$work/request.pem" 2> /dev/null
  printf '%s\n' "subjectAltName=${names#,}" basicConstraints=critical,CA:FALSE \
    keyUsage=critical,digitalSignature extendedKeyUsage="$usage" > "$work/extensions"
  openssl x509 -req -in "$work/request.pem" -CA "$work/ca.crt" -CAkey "$work/ca.key" \
    -days "$days" -extfile "$work/extensions" -out "$work/$name/tls.crt" 2> /dev/null
  cp "$work/ca.crt" "$work/$name/ca.crt"
  make "$name" "$component" --type kubernetes.io/tls
}

# SERVICE…: every name that these have in the cluster, into `names`.
names_of() {
  local service
  names=()
  for service in "$@"; do
    names+=("$service" "$service.$namespace" "$service.$namespace.svc" "$service.$namespace.svc.cluster.local")
  done
}

if [[ -z $print ]]; then
  found=$(kubectl get namespace "$namespace" --ignore-not-found --output name)
  # Restricted from the start, for ours; another one is somebody's own.
  if [[ -z $found && $namespace == ironclad-demo ]]; then
    kubectl create --filename "$here/base/namespace/namespace.yaml" > /dev/null
  fi
fi

mkdir "$work"/{audit,backend,postgres,database-owner,database-app,database-exporter,database-backup,redis,grafana,pgbackrest}

for key in SECRET_KEY METRICS_TOKEN ALERTMANAGER_TOKEN; do
  random > "$work/backend/$key"
done
make backend service
# By itself, so that a cluster that has `backend` already gets it, too.
random > "$work/audit/AUDIT_KEY"
make audit service

# The addresses below hold these passwords: where they exist already, they are read and not drawn.
draw() { random; }
fetched=''
if ! is_missing postgres; then
  draw() { fetch postgres "$1"; }
  fetched=1
fi
for key in superuser-password owner-password app-password exporter-password replication-password backup-password; do
  draw "$key" > "$work/postgres/$key"
done
make postgres database
address ironclad_owner owner-password "$database_hosts" > "$work/database-owner/url"
address ironclad_app app-password "$database_hosts" > "$work/database-app/url"
address ironclad_backup backup-password "$database_hosts" > "$work/database-backup/url"
# Its driver knows one host.
address ironclad_exporter exporter-password "${database_hosts%%,*}" > "$work/database-exporter/url"
make database-owner database
if [[ -n $fetched ]] && is_missing database-app; then
  echo '! database-app is for ironclad_app, which signs in no more after a rotation: see docs/guide/secrets.md' >&2
fi
make database-app database
make database-exporter database
make database-backup database

{
  printf '[global]\nrepo1-cipher-pass='
  random
  printf '\nrepo2-cipher-pass='
  random
  echo
  if [[ -n ${S3_KEY_FILE:-} ]]; then
    printf 'repo2-s3-key=%s\nrepo2-s3-key-secret=%s\n' "$(< "$S3_KEY_FILE")" "$(< "${S3_KEY_SECRET_FILE:?}")"
  fi
} > "$work/pgbackrest/secrets.conf"
make pgbackrest backup

random > "$work/redis/password"
{
  printf 'rediss://:'
  cat "$work/redis/password"
  printf '@redis:6379/0?ssl_ca_certs=/run/secrets/redis/ca.crt'
} > "$work/redis/url"
make redis cache

random > "$work/grafana/admin-password"
make grafana monitoring

[[ -n $certificates ]] || exit 0
# Its key is gone when this ends: nobody can issue another certificate that these trust.
openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$days" \
  -subj '/CN=Ironclad, made by secrets.sh' -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
  -addext keyUsage=critical,keyCertSign,cRLSign \
  -keyout "$work/ca.key" -out "$work/ca.crt" 2> /dev/null
names_of postgres postgres-headless postgres-replica
certificate postgres-tls database serverAuth "${names[@]}" "*.postgres-headless.$namespace.svc.cluster.local"
names_of redis
certificate redis-tls cache serverAuth "${names[@]}"
certificate backend-ingress-tls service serverAuth "$ingress_host" "*.$ingress_host"
# Who shows it may copy the database's files: deploy/backup/server.conf.
certificate backup-tls backup clientAuth backup
