#!/usr/bin/env bash
# Writes what each stack's change costs as JSON, for a pull request's job.
#
# Run it in the folder of Pulumi.yaml, with:
#   FAREBOX_STACKS     stacks, separated by spaces
#   FAREBOX_BASE       the commit or branch to compare with
#   FAREBOX_OUT        the folder for the JSON files
#   FAREBOX_FAIL_OVER  optional: 5%, 50USD or 0.10USD/user
#   FAREBOX_ARGUMENTS  optional: more options for fare diff
#
# Ends with 0, with 1 when a stack passes the limit, or with 2 when one cannot be priced.
set -euo pipefail

if [ -z "${FAREBOX_STACKS:-}" ]; then
  echo "estimate.sh: FAREBOX_STACKS names no stack" >&2
  exit 2
fi

base=$FAREBOX_BASE
if ! git rev-parse --quiet --verify --end-of-options "$base^{commit}" > /dev/null; then
  # A shallow clone has its own commit only.
  git fetch --quiet --no-tags --depth=1 origin "$base"
  base=FETCH_HEAD
fi

mkdir -p "$FAREBOX_OUT"
read -ra arguments <<< "${FAREBOX_ARGUMENTS:-}"
limit=()
if [ -n "${FAREBOX_FAIL_OVER:-}" ]; then
  limit=(--fail-over "$FAREBOX_FAIL_OVER")
fi

number=0
code=0
for stack in $FAREBOX_STACKS; do
  number=$((number + 1))
  file=$(printf '%s/%03d' "$FAREBOX_OUT" "$number")
  if git ls-tree -r --name-only "$base" -- . |
    grep -E '(^|/)Pulumi\.[^/]+\.(yaml|yml|json)$' |
    sed -E 's|^.*/||; s|^Pulumi\.||; s|\.[a-z]+$||' |
    grep --line-regexp --fixed-strings -- "$stack" > /dev/null; then
    result=0
    fare diff --base-ref "$base" --format json "${arguments[@]}" "${limit[@]}" \
      -- "$stack" > "$file.diff.json" || result=$?
  else
    # A stack that this pull request adds has nothing to be compared with.
    result=0
    fare price --format json "${arguments[@]}" -- "$stack" \
      > "$file.statement.json" || result=$?
  fi
  if [ "$result" -gt 1 ]; then
    exit "$result"
  fi
  if [ "$result" -gt "$code" ]; then
    code=$result
  fi
done
exit "$code"
