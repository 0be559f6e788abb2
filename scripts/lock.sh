#!/usr/bin/env bash
# Writes requirements/*.txt from requirements/*.in: every package pinned, every file by its hash, no index named.
# What is shared keeps one version: test is solved on top of run, docs on top of both.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:?usage: scripts/lock.sh PATH-OF-UV [--upgrade]}
shift

lock() {
  local name=$1
  shift
  echo "lock: requirements/$name.txt"
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
    "requirements/$name.in" --output-file "requirements/$name.txt" "$@"
}

lock run "$@"
lock test --constraint requirements/run.txt "$@"
lock docs --constraint requirements/run.txt --constraint requirements/test.txt "$@"
lock bench "$@"
lock bench-build --constraint requirements/bench.txt "$@"
lock lock "$@"
lock audit "$@"

if grep -nE '://|^ *#' requirements/*.txt; then
  echo "lock: an address or a comment slipped into the files above" >&2
  exit 1
fi
