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

# The build of torch that pip finds here, which depends on the machine; it has to be one that is known, and no code of it
# has run when it is looked at. LATENTWIRE_TORCH=torch==VERSION takes any, unchecked.
install_torch() {
    local list=$here/requirements-torch.txt made=$venv/torch.json
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --only-binary :all: --report "$made" \
        "${LATENTWIRE_TORCH:-$(grep -o '^torch==[^ ]*' "$list")}"
    if [ -n "${LATENTWIRE_TORCH:-}" ] || "$venv/bin/python" - "$made" "$list" <<'PY'; then return; fi
import json, sys
made, known = json.load(open(sys.argv[1]))["install"], open(sys.argv[2]).read()
sys.exit(any(x["download_info"]["archive_info"]["hashes"]["sha256"] not in known for x in made))
PY
    "$venv/bin/python" -m pip uninstall --quiet --yes torch
    say "the build of torch that pip finds here is none of those in requirements-torch.txt; if you trust where it comes from: LATENTWIRE_TORCH=$(grep -o '^torch==[^ ]*' "$list") bash RUN.sh"
    exit 2
}

install() {
    local python wanted=$1
    python=$(find_python) || { say "Python 3.11 or 3.12 with venv is needed and was not found; install one, or name it: PYTHON=/path/to/python3.12 bash RUN.sh"; exit 2; }
    say "making $venv with $("$python" --version), this takes a few minutes the first time"
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    pip() { "$venv/bin/python" -m pip install --disable-pip-version-check "$@"; }
    say "1/4 torch"
    install_torch
    say "2/4 the other packages, each of which must have the digest that is written here"
    pip --no-deps --require-hashes -r "$here/requirements.txt"
    say "3/4 what this build of torch needs beside them"
    pip --quiet torch
    say "4/4 LatentWire"
    pip --quiet --no-deps --no-build-isolation -e "$here"
    "$venv/bin/latentwire" --version >&2
    printf '%s\n' "$wanted" > "$venv/.latentwire"
}

wanted=$(cat "$here/requirements.txt" "$here/requirements-torch.txt" "$here/settings.ini" "$here/setup.py" | cksum)
if [ "$(cat "$venv/.latentwire" 2>/dev/null || true)" != "$wanted" ]; then install "$wanted"; fi
tools() { PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$venv/bin/python" -P -m dev "$@"; }
case "${1:---help}" in
    test | lint | bench | claims | docs) tools "$@" ;;
    -h | --help) "$venv/bin/latentwire" --help && echo && tools --help ;;
    *) exec "$venv/bin/latentwire" "$@" ;;
esac
