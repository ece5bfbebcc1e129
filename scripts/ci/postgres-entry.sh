#!/bin/sh
# What flux-dev uses of the official Postgres image's start, on Debian's Postgres: the first start makes the cluster as
# POSTGRES_PASSWORD and POSTGRES_INITDB_ARGS say, every start runs `postgres` with the arguments given.
set -eu
PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin
data=${PGDATA:-/var/lib/postgresql/data}
as_postgres() { setpriv --reuid=999 --regid=999 --clear-groups "$@"; }

mkdir -p "$data" /var/run/postgresql
chown 999:999 "$data" /var/run/postgresql
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/password
  chown 999:999 /tmp/password
  # shellcheck disable=SC2086 # several arguments in one variable, as in the original
  as_postgres initdb -D "$data" -U postgres --pwfile=/tmp/password --auth=scram-sha-256 -E UTF8 ${POSTGRES_INITDB_ARGS:---locale=C.UTF-8}
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
fi
[ "${1:-postgres}" = postgres ] && shift || true
exec setpriv --reuid=999 --regid=999 --clear-groups postgres -D "$data" -c listen_addresses='*' "$@"
