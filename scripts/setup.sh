#!/bin/sh
# Makes a virtual environment from a lock file: setup.sh FOLDER LOCKFILE
set -eu
venv=$1
lock=$2

python=""
for name in python3.13 python3.12 python3.11 python3 python3.14; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "setup: no Python 3.11 or newer was found; install one (apt-get install python3 python3-venv)" >&2
    exit 1
fi

# Debian's python3 comes without ensurepip.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv"
    else
        echo "setup: $python cannot make virtual environments; run: sudo apt-get install python$version-venv" >&2
        exit 1
    fi
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
# The lock is complete and hashed, so pip has nothing to resolve.
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
# The project itself, in place; its build backend stands in the lock as well.
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
