#!/usr/bin/env bash
# Installs Farebox into a virtual environment of its own: install.sh SOURCE FOLDER
#
# Every package is one of requirements.lock and is held against its hash. PIP_INDEX_URL
# may name a mirror: what it gives is held against the same hashes.
set -euo pipefail

source=$1
folder=$2
# -I: nothing is imported from the current folder, which may hold a stranger's files.
python3 -I -m venv "$folder"
pip=("$folder/bin/python" -I -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --require-hashes -r "$source/requirements.lock"
"${pip[@]}" --no-deps --no-build-isolation "$source"
