#!/usr/bin/env bash
# Makes a virtual environment FOLDER if there is none, and installs requirements/NAME.txt into it by hash.
# With a third argument `package`, Tertulia itself is installed too, editable, fetching nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: scripts/venv.sh FOLDER NAME [package]}
name=${2:?usage: scripts/venv.sh FOLDER NAME [package]}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "set-up: Tertulia needs Python 3.11 or newer, and none is on the PATH." >&2
  echo "        On Debian and Ubuntu: sudo apt-get install python3 python3-venv" >&2
  return 1
}

if ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  echo "set-up: making $folder with $python"
  if ! "$python" -m venv --clear "$folder"; then
    echo "set-up: $python cannot make virtual environments." >&2
    echo "        On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi

echo "set-up: installing requirements/$name.txt into $folder"
export PIP_DISABLE_PIP_VERSION_CHECK=1
install=("$folder/bin/python" -m pip install --quiet)
if [ -e "requirements/$name-build.txt" ]; then
  # Some package has no wheel: what builds it is pinned like everything else.
  "${install[@]}" --require-hashes --requirement "requirements/$name-build.txt"
  install+=(--no-build-isolation)
fi
"${install[@]}" --require-hashes --requirement "requirements/$name.txt"
if [ "${3:-}" = package ]; then
  "${install[@]}" --no-deps --no-build-isolation --editable .
fi
