#!/bin/sh
# Run by the image of PostgreSQL at its first start.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v owner="$(cat /run/secrets/owner_password)" -v server="$(cat /run/secrets/server_password)" -f /roles.sql
