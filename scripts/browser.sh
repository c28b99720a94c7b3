#!/bin/sh
# The tests open pages in a real Chromium, and need fonts for every script that families read.
set -eu
packages=""
command -v chromium >/dev/null 2>&1 || packages="chromium"
fc-list 2>/dev/null | grep -qi "NotoSansArabic\|Noto Sans Arabic" || packages="$packages fonts-noto-core"
fc-list 2>/dev/null | grep -qi "Noto Sans CJK\|NotoSansCJK" || packages="$packages fonts-noto-cjk"
[ -n "$packages" ] || exit 0
# shellcheck disable=SC2086
sh scripts/apt.sh $packages fontconfig || {
    echo "The tests need a browser and fonts: run 'apt-get install$(printf ' %s' $packages)' as root, then 'make test' again." >&2
    exit 1
}
