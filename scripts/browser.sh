#!/bin/sh
# Makes sure that a browser is there for the desk's tests; Debian's and Ubuntu's own package.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
else
    echo "browser: no Chromium is installed; run: sudo apt-get install chromium" >&2
    exit 1
fi
