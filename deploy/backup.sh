#!/bin/sh
# A backup into backups/ of the folder one stands in; then those older than DAYS go. Usage: backup.sh [DAYS]
# Nothing is deleted when the backup fails; and the newest five stay, however old they are.
set -eu
days=${1:-30}
here=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p backups
chmod 700 backups
"$here/.venv/bin/python" "$here/run.py" backup "backups/bridge-$(date -u +%Y%m%dT%H%M%SZ).db"

ls -1 backups/bridge-*.db | sort -r | tail -n +6 | while read -r one; do
    find "$one" -mtime "+$days" -delete
done
