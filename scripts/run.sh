#!/usr/bin/env bash
# `make run`: a demo under var/ that needs no other server. Deleting var/demo starts afresh.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/demo
port=${PORT:-8080}
# The demo's story knows its address, so its page keeps this port unless you move both.
host_page_port=${HOST_PAGE_PORT:-8081}
export TERTULIA_DATABASE=${TERTULIA_DATABASE:-sqlite:///$PWD/var/demo/tertulia.db}
export TERTULIA_BASE_URL=${TERTULIA_BASE_URL:-http://127.0.0.1:$port}
export TERTULIA_IS_DEVELOPMENT=true
tertulia() { .venv/bin/python -m tertulia "$@"; }

echo "==> bringing the database to the newest version"
tertulia db upgrade
if ! tertulia site list | grep -q '^gazette'; then
  echo "==> adding the site 'gazette'"
  tertulia site add gazette --name "The Harbour Gazette" \
    --origin "http://127.0.0.1:$host_page_port" --origin "http://localhost:$host_page_port" >/dev/null
fi
echo "==> loading the demo's discussion (importing twice adds nothing)"
tertulia import demo/discussion.jsonl --site gazette
echo "==> serving; stop with Ctrl-C"
tertulia site link gazette
tertulia user invite --role owner --site gazette
echo "    readers sign in by e-mail; here no mail is sent: link and code appear below as mail.link"
exec .venv/bin/python -m tertulia serve --port "$port" --host-page "$host_page_port"
