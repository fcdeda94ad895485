#!/usr/bin/env bash
# Writes what each stack's change costs as JSON. It runs the program of the pull request,
# so it belongs in a job without secrets; comment.sh, in another job, reads the files.
#
# Run it in the folder of Pulumi.yaml, with:
#   FAREBOX_STACKS     stacks, separated by spaces
#   FAREBOX_BASE       the commit or branch to compare with; by default the first parent
#                      of the merge commit that a pull request's job checks out
#   FAREBOX_OUT        the folder for the files
#   FAREBOX_ARGUMENTS  optional: more options for fare diff
#
# The files of the stack that is named first, second and so on are:
#   NNN.diff.json       what the change costs
#   NNN.statement.json  what a stack costs that the change adds
#   NNN.no-base.json    what a stack costs whose base could not be priced
#   NNN.advice.json     what would cost less, where that could be asked
#   NNN.unpriced        the name of a stack that could not be priced
#
# Ends with 0, or with 2 when a stack could not be priced; the others are.
set -euo pipefail

if [ -z "${FAREBOX_STACKS:-}" ]; then
  echo "estimate.sh: FAREBOX_STACKS names no stack" >&2
  exit 2
fi

commit() {
  git rev-parse --quiet --verify --end-of-options "$1^{commit}"
}

base=${FAREBOX_BASE:-}
if [ -z "$base" ]; then
  if ! commit "HEAD^2" > /dev/null || ! base=$(commit "HEAD^1"); then
    echo "estimate.sh: the base is not in this clone: check out the merge commit of the" \
      "pull request with fetch-depth: 2, or name the base and fetch all" >&2
    exit 2
  fi
elif ! commit "$base" > /dev/null; then
  # A shallow clone has its own commit only. Where a repository is private and the
  # clone keeps no credentials, the fetch is refused.
  if ! GIT_TERMINAL_PROMPT=0 git fetch --quiet --no-tags --depth=1 origin "$base"; then
    echo "estimate.sh: $base is not in this clone and cannot be fetched: check out with" \
      "fetch-depth: 0, or leave the base out on a merge commit" >&2
    exit 2
  fi
  base=FETCH_HEAD
fi

# Whether the stack has a config file at the base.
is_at_base() {
  git ls-tree -r --name-only "$base" -- . |
    grep -E '(^|/)Pulumi\.[^/]+\.(yaml|yml|json)$' |
    sed -E 's|^.*/||; s|^Pulumi\.||; s|\.[a-z]+$||' |
    grep --line-regexp --fixed-strings -- "$1" > /dev/null
}

# What would cost less: of use beside the figures, and nothing is lost without it.
advise() {
  if ! fare advise --format json "${arguments[@]}" -- "$1" > "$2" 2> /dev/null ||
    ! [ -s "$2" ]; then
    rm -f "$2"
  fi
}

mkdir -p "$FAREBOX_OUT"
read -ra stacks <<< "$FAREBOX_STACKS"
read -ra arguments <<< "${FAREBOX_ARGUMENTS:-}"

number=0
code=0
for stack in "${stacks[@]}"; do
  number=$((number + 1))
  file=$(printf '%s/%03d' "$FAREBOX_OUT" "$number")
  kind=statement
  if is_at_base "$stack"; then
    if fare diff --base-ref "$base" --format json "${arguments[@]}" -- "$stack" \
      > "$file.diff.json"; then
      advise "$stack" "$file.advice.json"
      continue
    fi
    rm -f "$file.diff.json"
    kind=no-base
  fi
  # Nothing to be compared with: what the stack costs now is told in its place.
  if fare price --format json "${arguments[@]}" -- "$stack" > "$file.$kind.json"; then
    advise "$stack" "$file.advice.json"
  else
    rm -f "$file.$kind.json"
    printf '%s\n' "$stack" > "$file.unpriced"
    code=2
  fi
done
exit "$code"
