#!/usr/bin/env bash
# Makes the replica the primary: fences the old one first, then promotes. Needs kubectl.
#
#   deploy/kubernetes/failover.sh [check | rebuild] [--back] [--old-primary-is-off] [NAMESPACE]
#   deploy/kubernetes/failover.sh [check] --region NAME --old-primary-is-off [NAMESPACE]
#
# check                  only say what would be lost
# rebuild                afterwards: have the old primary thrown away and copied anew, as a replica
# --back                 the other way: from postgres-replica to postgres, once that follows it
# --region NAME          in a standby region's cluster (its component): postgres there, which followed NAME
#                        until now, becomes the primary, and the backend starts
# --old-primary-is-off   where its node does not answer: you have switched that machine off, or cut it
#                        from its volume and from every client. If you have not, both take writes.
#
# Each step can be repeated. Which one is the primary is kept in the ConfigMap database-primary.
set -euo pipefail

task=promote from=postgres to=postgres-replica off='' region=''
while [[ ${1:-} == --* || ${1:-} == check || ${1:-} == rebuild ]]; do
  case $1 in
    check | rebuild) task=$1 ;;
    --back) from=postgres-replica to=postgres ;;
    --region) region=${2:?--region needs the database that is followed} from=$2 to=postgres; shift ;;
    --old-primary-is-off) off=1 ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;; # EX_USAGE
  esac
  shift
done
namespace=${1:-ironclad-demo}
k() { kubectl --namespace "$namespace" "$@"; }

# NAME=VALUE…: all that the ConfigMap says.
mark() {
  k create configmap database-primary "${@/#/--from-literal=}" --dry-run=client --output yaml |
    k apply --filename - > /dev/null
}

promotion() {
  k exec "$to-0" --container postgres -- env "PRIMARY=$from" sh /etc/postgresql-replica/promote.sh "$1"
}

if [[ $task == rebuild ]]; then
  mark "primary=$to" "rebuild=$from"
  k scale "statefulset/$from" --replicas=1
  k rollout status "statefulset/$from" --timeout=30m
  mark "primary=$to" # a later start must not throw it away again
  echo "✓ $from follows $to. Synchronous again: synchronous.sh on $from-0, in the pod of $to"
  exit 0
fi

echo "· $to, before anything is changed:"
promotion check
[[ $task != check ]] || exit 0

if [[ -n $region ]]; then
  # Another cluster's: nothing can be done to it from here.
  if [[ -z $off ]]; then
    printf '%s\n' "✗ first see to it that $from takes no writes any more: its StatefulSet at 0, or its region" \
      "  certainly without clients (DNS switched, ingress closed). → then: $0 --region $from --old-primary-is-off" >&2
    exit 1
  fi
  mark "primary=$to"
  promotion promote
  k scale deployment/backend --replicas=3
  k rollout status deployment/backend --timeout=15m
  echo "✓ this region serves. → switch DNS to it, and set the overlay to what it is now (docs/guide/high-availability.md)"
  exit 0
fi

echo "· fencing $from"
# First that it may not come back, then that it ends.
mark "primary=$to"
k scale "statefulset/$from" --replicas=0
if ! k wait --for=delete "pod/$from-0" --timeout=150s; then
  if [[ -z $off ]]; then
    cat >&2 << END
✗ the pod $from-0 does not end: its node may be cut off, and PostgreSQL may still run there and take
  writes of clients that reach it. Nothing was promoted. Before you go on, one of these must be true:
  - that machine is switched off (its console, the cloud's API), or
  - its volume was detached by force and it has lost it, or
  - commits wait for $to-0 (synchronous.sh): without it none is acknowledged there.
→ then: $0 --old-primary-is-off $namespace
END
    exit 1
  fi
  k delete "pod/$from-0" --force --grace-period=0 --ignore-not-found
fi

echo "· promoting $to"
promotion promote
echo "✓ $to is the primary. Sessions find it by target_session_attrs=read-write."
echo "  The exporter knows one host: docs/guide/high-availability.md says how to lead it there."
echo "! It archives no WAL and keeps it all: its volume is full within the hour unless you go on."
echo "→ a replica again: $0 rebuild $namespace"
