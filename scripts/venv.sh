#!/bin/sh
# Makes .venv and installs one lock file into it. uv comes from PyPI, into the same environment.
set -eu
lock=$1

python=""
for one in python3 python3.13 python3.12 python3.11; do
    if command -v "$one" >/dev/null 2>&1 && "$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$one
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed: install it (Debian 12: apt-get install python3) and try again." >&2
    exit 1
fi

if [ ! -x .venv/bin/python ]; then
    # Debian keeps what `venv` needs in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        sh scripts/apt.sh python3-venv || {
            echo "Python's venv is missing: run 'apt-get install python3-venv' as root, then try again." >&2
            exit 1
        }
    fi
    "$python" -m venv .venv
fi
if [ ! -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi
# The machine's own certificates: many districts look into encrypted traffic.
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
# Compiled now, once: else each start of the program compiles what it imports, for more than a second.
.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$lock"
