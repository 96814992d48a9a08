#!/usr/bin/env bash
# The one entry: makes .venv once, then hands its arguments to the `latentwire` command, or, where they are a verb
# for contributors, to the tools of this checkout.
#   bash RUN.sh experiment --name baseline
#   bash RUN.sh test [--quick] [--module training]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${LATENTWIRE_VENV:-$here/.venv}
say() { printf 'RUN.sh: %s\n' "$*" >&2; }

find_python() {
    local p
    for p in "${PYTHON:-}" python3.12 python3.11 python3 python; do
        if [ -z "$p" ] || ! command -v "$p" >/dev/null 2>&1; then continue; fi
        if "$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
            command -v "$p"; return
        fi
    done
    return 1
}

install() {
    local python wanted=$1
    python=$(find_python) || { say "Python 3.11 or 3.12 with venv is needed and was not found; install one, or name it: PYTHON=/path/to/python3.12 bash RUN.sh"; exit 2; }
    say "making $venv with $("$python" --version), this takes a few minutes the first time"
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip setuptools wheel -c "$here/constraints.txt"
    # torch comes first and by its exact version, so that no other package's range decides which build is taken
    say "1/3 torch"
    "$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar on "$(grep '^torch==' "$here/constraints.txt")"
    say "2/3 the other packages"
    "$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar on -c "$here/constraints.txt" --no-build-isolation -e "${here}[dev]"
    say "3/3 checking"
    "$venv/bin/latentwire" --version >&2
    printf '%s\n' "$wanted" > "$venv/.latentwire"
}

wanted=$(cat "$here/constraints.txt" "$here/settings.ini" "$here/setup.py" | cksum)
if [ "$(cat "$venv/.latentwire" 2>/dev/null || true)" != "$wanted" ]; then install "$wanted"; fi
tools() { PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$venv/bin/python" -P -m dev "$@"; }
case "${1:---help}" in
    test | lint | bench | claims | docs) tools "$@" ;;
    -h | --help) "$venv/bin/latentwire" --help && echo && tools --help ;;
    *) exec "$venv/bin/latentwire" "$@" ;;
esac
