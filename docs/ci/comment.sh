#!/usr/bin/env bash
# Makes one comment of the JSON files in FAREBOX_OUT; options go to fare comment. With
# FAREBOX_FAIL_OVER the comment says which stack passes the limit.
set -euo pipefail
shopt -s nullglob

files=()
for file in "$FAREBOX_OUT"/*.diff.json; do
  files+=(--diff "$file")
done
for file in "$FAREBOX_OUT"/*.statement.json; do
  files+=(--statement "$file")
done
if [ -n "${FAREBOX_FAIL_OVER:-}" ] && [[ " ${files[*]} " == *" --diff "* ]]; then
  files+=(--fail-over "$FAREBOX_FAIL_OVER")
fi
exec fare comment "${files[@]}" "$@"
