#!/bin/sh
# Make .venv and install the course into it, under the exact versions of constraints.txt.
# Plain shell, so that a machine with an old Python, or with none, reads a sentence and not a traceback.
# A Python can be named: PYTHON=/path/to/python3 sh tools/install.sh

stop() {
    echo "$1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if ! new_enough .venv/bin/python; then
    for python in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        new_enough "$python" && break
        python=
    done
    if [ -z "$python" ] && [ -n "$PYTHON" ]; then
        stop "$PYTHON is not Python 3.11 or newer: name one that is, or leave PYTHON away to have one looked for."
    fi
    [ -n "$python" ] ||
        stop "Every Knob needs Python 3.11 or newer: install it from python.org, or name yours with PYTHON=/path/to/python3."
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "$python cannot make a virtual environment: install its venv module (on Debian and Ubuntu: apt install python3-venv)."
    "$python" -m venv --clear .venv || stop "$python could not make .venv in this folder: see the line above."
fi

echo "Installing into .venv (once; torch is the large part) ..."
log=.venv/install.log
.venv/bin/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test]' >$log 2>&1 && {
    # Part IV opens a real model. Without it all else works, and its chapters name the same command.
    .venv/bin/python -m helpers.real_models || echo "All the rest is installed." >&2
    exit 0
}

if grep -q -i -E 'connection broken|name resolution|max retries|network is unreachable|timed out' $log; then
    stop "pip could not reach the package index: connect to the network (or set its proxy), then run the same command again."
fi
stop "The installation failed ($(grep -m 1 -E '^ *(ERROR|error):' $log || tail -n 1 $log)): all of it is in $log."
