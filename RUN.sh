#!/usr/bin/env bash
# The one entry: makes .venv once, then hands its arguments to the `latentwire` command, or, where they are a verb
# for contributors, to the tools of this checkout.
#   bash RUN.sh experiment --name baseline
#   bash RUN.sh test [--quick] [--module training]
#   bash RUN.sh --extras wandb,quant            also installs these extras of settings.ini; a verb may follow
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${LATENTWIRE_VENV:-$here/.venv}
say() { printf 'RUN.sh: %s\n' "$*" >&2; }

# Says what is done, and on a terminal how far it is. What the command itself says is shown if it fails, and then all.
quiet() { # words, command ...
    local words=$1 log=$venv/setup.log
    shift
    say "$words"
    "$@" 2>&1 | tee "$log" | count && return
    cat "$log" >&2
    say "this has failed: $words"
    exit 2
}
count() { # the packages that pip speaks of
    local n=0 line
    while IFS= read -r line; do
        case $line in Collecting*) n=$((n + 1)); if [ -t 2 ]; then printf '\r        %d packages' "$n" >&2; fi ;; esac
    done
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}

find_python() {
    local p
    for p in "${PYTHON:-}" python3.12 python3.13 python3.11 python3 python; do
        if [ -z "$p" ] || ! command -v "$p" >/dev/null 2>&1; then continue; fi
        if "$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$p"; return
        fi
    done
    return 1
}

# The build of torch that pip finds here, which depends on the machine; it has to be one that is known, and no code of it
# has run when it is looked at. LATENTWIRE_TORCH=torch==VERSION takes any, unchecked.
install_torch() {
    local list=$here/requirements-torch.txt made=$venv/torch.json
    pip --no-deps --only-binary :all: --report "$made" \
        "${LATENTWIRE_TORCH:-$(grep -o '^torch==[^ ]*' "$list")}" || return
    if [ -n "${LATENTWIRE_TORCH:-}" ] || "$venv/bin/python" - "$made" "$list" <<'PY'; then return; fi
import json, sys
made, known = json.load(open(sys.argv[1]))["install"], open(sys.argv[2]).read()
sys.exit(any(x["download_info"]["archive_info"]["hashes"]["sha256"] not in known for x in made))
PY
    "$venv/bin/python" -m pip uninstall --quiet --yes torch
    say "the build of torch that pip finds here is none of those in requirements-torch.txt; if you trust where it comes from: LATENTWIRE_TORCH=$(grep -o '^torch==[^ ]*' "$list") bash RUN.sh"
    exit 2
}

pip() { "$venv/bin/python" -m pip install --disable-pip-version-check "$@"; }

install() {
    local python wanted=$1
    python=$(find_python) || { say "Python 3.11, 3.12 or 3.13 with venv is needed and was not found; install one, or name it: PYTHON=/path/to/python3.12 bash RUN.sh"; exit 2; }
    say "making $venv with $("$python" --version), this takes a few minutes the first time"
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    quiet "1/4 torch" install_torch
    quiet "2/4 the other packages, each of which must have the digest that is written here" \
        pip --no-deps --require-hashes -r "$here/requirements.txt"
    quiet "3/4 what this build of torch needs beside them" pip torch
    quiet "4/4 LatentWire" pip --no-deps --no-build-isolation -e "$here"
    "$venv/bin/latentwire" --version >&2
    if [ -s "$venv/.extras" ]; then extras "$(cat "$venv/.extras")"; fi
    printf '%s\n' "$wanted" > "$venv/.latentwire"
}

# Extras have versions that go with the others', and no digests.
extras() { # names, with commas between them
    local fixed=$venv/fixed.txt name
    for name in ${1//,/ }; do
        grep -q "^${name}_requirements" "$here/settings.ini" && continue
        say "there is no extra '$name'; there are: $(sed -n 's/^\([a-z_]*\)_requirements.*/\1/p' "$here/settings.ini" | paste -sd ' ')"
        exit 2
    done
    grep -oh '^[A-Za-z][^ ]*==[^ ]*' "$here/requirements.txt" "$here/requirements-torch.txt" |
        awk -F == '{ n[$1]++; line[$1] = $0 } END { for (k in n) if (n[k] == 1) print line[k] }' >"$fixed"
    quiet "extras: $1" pip --no-build-isolation -c "$fixed" -e "${here}[$1]"
    printf '%s\n' "$1" >"$venv/.extras"
}

wanted=$(cat "$here/requirements.txt" "$here/requirements-torch.txt" "$here/settings.ini" "$here/setup.py" | cksum)
if [ "$(cat "$venv/.latentwire" 2>/dev/null || true)" != "$wanted" ]; then install "$wanted"; fi
if [ "${1:-}" = --extras ]; then
    [ -n "${2:-}" ] || { say "say which extras, with commas between them: bash RUN.sh --extras wandb,quant"; exit 2; }
    there=$(cat "$venv/.extras" 2>/dev/null || true)
    both=$(printf '%s\n' "$there" "$2" | tr ', ' '\n' | sed '/^$/d' | sort -u | paste -sd ,)
    if [ "$both" != "$there" ]; then extras "$both"; fi
    shift 2
    if [ $# = 0 ]; then exit; fi
fi
tools() { PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$venv/bin/python" -P -m dev "$@"; }
case "${1:---help}" in
    test | lint | bench | claims | docs) tools "$@" ;;
    -h | --help) "$venv/bin/latentwire" --help && echo && tools --help ;;
    *) exec "$venv/bin/latentwire" "$@" ;;
esac
