#!/bin/sh
# What flux-dev and its compose file use of the official Postgres image's start: the first start makes the cluster as
# POSTGRES_PASSWORD and POSTGRES_INITDB_ARGS say, every start runs `postgres` with the arguments given.
set -eu
data=${PGDATA:-/var/lib/postgresql/data}
as_postgres() { setpriv --reuid=999 --regid=999 --clear-groups "$@"; }

mkdir -p "$data"
chown 999:999 "$data"
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/password
  chown 999:999 /tmp/password
  # Without arguments the official image sorts as the C library's English does; this root has no such locale, ICU's is alike.
  # shellcheck disable=SC2086 # several arguments in one variable, as in the original
  as_postgres initdb -D "$data" -U postgres --pwfile=/tmp/password --auth=scram-sha-256 -E UTF8 \
    ${POSTGRES_INITDB_ARGS:---locale-provider=icu --icu-locale=en-US --locale=C.UTF-8}
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
fi
if [ "${1:-postgres}" = postgres ]; then shift || true; fi
exec setpriv --reuid=999 --regid=999 --clear-groups \
  postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
