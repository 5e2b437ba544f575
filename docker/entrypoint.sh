#!/bin/sh
# `serve` in a container must listen beyond loopback, and that takes an admin token: one is made at the first start.
set -eu
if [ "${1:-}" = serve ]; then
  shift
  token=/data/admin-token
  if [ ! -s "$token" ]; then
    (umask 077 && node -p 'require("node:crypto").randomBytes(24).toString("hex")' >"$token")
  fi
  echo "isoflop: the dashboard's token is in $token" >&2
  set -- serve --host 0.0.0.0 --port 8000 --admin-token-file "$token" "$@"
fi
exec node /app/dist/isoflop.js "$@"
