#!/usr/bin/env bash
# Refreshes the prices and keeps a book of them for each stack in the repository. What
# changed, and what it does to each stack's bill, goes into one pull request, which is
# opened or updated.
#
# Run it in the folder of Pulumi.yaml, on a fresh clone of the branch to change, with:
#   FAREBOX_STACKS   stacks, separated by spaces
#   FAREBOX_FOLDER   the folder of the books; prices by default
#   FAREBOX_BRANCH   the branch of the pull request; farebox/prices by default. It is
#                    written anew every time: keep nothing else on it.
#   FAREBOX_ARGUMENTS  more options for fare refresh, such as --region eu-west-1
#   FAREBOX_FORGE    github (by default), gitlab, or none to push only
#
# Ends with 0, or with 3 when a source failed: what came stands in the pull request.
set -euo pipefail

if [ -z "${FAREBOX_STACKS:-}" ]; then
  echo "refresh.sh: FAREBOX_STACKS names no stack" >&2
  exit 2
fi
folder=${FAREBOX_FOLDER:-prices}
branch=${FAREBOX_BRANCH:-farebox/prices}
forge=${FAREBOX_FORGE:-github}
base=$(git symbolic-ref --short HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The program that is priced does not get the forge's token.
fare() {
  env -u GH_TOKEN -u GITHUB_TOKEN -u CI_JOB_TOKEN fare "$@"
}

# A book's prices without what names the source and the day of each.
prices_of() {
  sed -n '/^prices /,/^end$/p' "$1" | cut -d, -f1-8
}

# A book that the repository has is what new prices are held against.
mkdir -p "$folder"
for stack in $FAREBOX_STACKS; do
  if [ -e "$folder/$stack.prices" ]; then
    cp -- "$folder/$stack.prices" "$work/$stack.prices"
    fare prices import "$work/$stack.prices" > /dev/null
  fi
done

read -ra arguments <<< "${FAREBOX_ARGUMENTS:-}"
code=0
fare refresh "${arguments[@]}" > "$work/refresh.txt" || code=$?
cat "$work/refresh.txt"
if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
  exit "$code"
fi

changed=()
for stack in $FAREBOX_STACKS; do
  new=$folder/$stack.prices old=$work/$stack.prices
  fare prices export "$new" --for "$stack" --prices store
  {
    if [ ! -e "$old" ]; then
      fare price "$stack" --prices "$new" --format markdown
    else
      fare drift "$stack" --since "$old" --until "$new" --format markdown
    fi
    echo
  } > "$work/$stack.md"
  if [ ! -e "$old" ]; then
    changed+=("$stack")
  elif ! diff <(prices_of "$old") <(prices_of "$new") > "$work/$stack.diff"; then
    changed+=("$stack")
  elif ! fare prices age --prices "$old" --fail-over-limit > /dev/null; then
    # No price moved, but the book is old: only its dates are new.
    changed+=("$stack")
  else
    cp -- "$old" "$new"
  fi
done

if [ "${#changed[@]}" -eq 0 ]; then
  echo "refresh.sh: no price of these stacks changed"
  exit "$code"
fi

title="Prices of $(date -u +%F): ${changed[*]}"
{
  echo "AWS's prices changed for ${changed[*]}. What that does to each bill, in USD a month:"
  echo
  for stack in "${changed[@]}"; do
    cat "$work/$stack.md"
  done
  if [ "$code" -eq 3 ]; then
    echo "**A source failed or was refused; its prices are the older ones.**"
    echo
    # Four spaces make it plain text, whatever it holds.
    sed 's/^/    /' "$work/refresh.txt"
    echo
  fi
  for stack in "${changed[@]}"; do
    if [ -s "$work/$stack.diff" ]; then
      echo "<details><summary>Prices of $stack: old and new</summary>"
      echo
      sed -n '/^[<>]/s/^/    /p' "$work/$stack.diff" | head -n 60
      echo
      echo "</details>"
      echo
    fi
  done
} > "$work/body.md"

git checkout --quiet -B "$branch"
git add -- "$folder"
git -c user.name="${GIT_AUTHOR_NAME:-Farebox}" \
  -c user.email="${GIT_AUTHOR_EMAIL:-farebox@users.noreply.github.com}" \
  commit --quiet -m "$title" -- "$folder"
# The branch is this script's own; somebody else's push in between is not lost.
git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch" \
  2> /dev/null || true
push=(git push --quiet --force-with-lease origin "HEAD:refs/heads/$branch")

case $forge in
  github)
    "${push[@]}"
    number=$(gh pr list --head "$branch" --base "$base" --state open \
      --json number --jq '.[0].number // empty')
    if [ -n "$number" ]; then
      gh pr edit "$number" --title "$title" --body-file "$work/body.md"
    else
      gh pr create --head "$branch" --base "$base" --title "$title" \
        --body-file "$work/body.md"
    fi
    ;;
  gitlab)
    "${push[@]}" -o merge_request.create -o merge_request.target="$base" \
      -o merge_request.title="$title"
    cp -- "$work/body.md" farebox-prices.md
    ;;
  none)
    "${push[@]}"
    cat "$work/body.md"
    ;;
  *)
    echo "refresh.sh: FAREBOX_FORGE is $forge: it must be github, gitlab or none" >&2
    exit 2
    ;;
esac
exit "$code"
