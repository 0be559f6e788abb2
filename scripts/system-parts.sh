#!/usr/bin/env bash
# Sees that the programs the tests run against are on this machine: Chromium, PostgreSQL, Valkey or Redis, and PHP and
# Node, in which publications write what the manual shows them.
# What is missing is installed by apt where that is possible, and named where it is not. Nothing is ever skipped.
set -euo pipefail

has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_valkey() { command -v valkey-server || command -v redis-server; }
has_postgres() {
  command -v initdb && command -v postgres && return
  # Debian keeps the server's programs off the PATH, in a folder for each version.
  compgen -G '/usr/lib/postgresql/*/bin/initdb'
}
has_php() { command -v php && php -r 'exit(extension_loaded("openssl") ? 0 : 1);'; }
has_node() { command -v node; }
has_venv() { [ -x .venv/bin/python ] || "${PYTHON:-python3}" -c 'import ensurepip'; }

list_missing() {
  has_chromium >/dev/null || echo chromium
  has_postgres >/dev/null || echo postgresql
  has_valkey >/dev/null || echo valkey-server
  has_php >/dev/null || echo php-cli
  has_node >/dev/null || echo nodejs
  has_venv >/dev/null 2>&1 || echo python3-venv
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

give_up() {
  echo "set-up: the tests need these programs, and they are not here: $*" >&2
  echo "        On Debian and Ubuntu: sudo apt-get install $*" >&2
  echo "        (valkey-server may be called redis-server there; either will do)" >&2
  exit 1
}

mapfile -t missing < <(list_missing)
if [ "${#missing[@]}" = 0 ]; then
  exit 0
fi
may_install || give_up "${missing[@]}"

as_root apt-get update -qq
packages=()
for package in "${missing[@]}"; do
  # Debian 12 and Ubuntu 22.04 have no Valkey; the tests speak only what both servers understand.
  if [ "$package" = valkey-server ] && ! apt-cache show valkey-server >/dev/null 2>&1; then
    package=redis-server
  fi
  packages+=("$package")
done
echo "set-up: installing ${packages[*]} by apt"
# Only the programs are wanted: the tests start their own servers on free ports, so the packages must start none.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'as_root rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
fi
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null

mapfile -t missing < <(list_missing)
[ "${#missing[@]}" = 0 ] || give_up "${missing[@]}"
