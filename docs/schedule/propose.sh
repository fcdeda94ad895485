#!/usr/bin/env bash
# Puts the books that refresh.sh made into one pull request, which is opened or updated.
# It has the token and runs no program: a book is data, and one that does not verify is
# refused.
#
# Run it in the folder of Pulumi.yaml, on a fresh clone of the branch to change, with:
#   FAREBOX_STACKS  stacks, separated by spaces: books of no other are taken
#   FAREBOX_OUT     the folder that refresh.sh wrote
#   FAREBOX_BOOKS   the folder of the books; prices by default
#   FAREBOX_BRANCH  the branch of the pull request; farebox/prices by default. It is
#                   written anew every time: keep nothing else on it.
#   FAREBOX_FORGE   github (by default), gitlab, or none to push only
#
# Ends with 0, also where no price changed, or with 1 when a book is refused.
set -euo pipefail

folder=${FAREBOX_BOOKS:-prices}
branch=${FAREBOX_BRANCH:-farebox/prices}
forge=${FAREBOX_FORGE:-github}
base=$(git symbolic-ref --short HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -ra stacks <<< "${FAREBOX_STACKS:-}"

changed=()
mkdir -p "$folder"
for stack in "${stacks[@]}"; do
  book=$FAREBOX_OUT/$stack.prices
  if [ -f "$book" ] && [ ! -L "$book" ]; then
    fare prices verify "$book"
    cp -- "$book" "$folder/$stack.prices"
    changed+=("$stack")
  fi
done
if [ "${#changed[@]}" -eq 0 ]; then
  echo "propose.sh: no price of these stacks changed"
  exit 0
fi

title="Prices of $(date -u +%F): ${changed[*]}"
if [ -f "$FAREBOX_OUT/body.md" ] && [ ! -L "$FAREBOX_OUT/body.md" ]; then
  # A forge takes 65,536 characters.
  head -c 60000 "$FAREBOX_OUT/body.md" > "$work/body.md"
else
  echo "$title" > "$work/body.md"
fi

git checkout --quiet -B "$branch"
git add -- "$folder"
git -c user.name="${GIT_AUTHOR_NAME:-Farebox}" \
  -c user.email="${GIT_AUTHOR_EMAIL:-farebox@users.noreply.github.com}" \
  commit --quiet -m "$title" -- "$folder"
if [ "$forge" = github ]; then
  # The clone keeps no credentials; git asks gh for the token.
  gh auth setup-git
fi
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
    ;;
  none)
    "${push[@]}"
    cat "$work/body.md"
    ;;
  *)
    echo "propose.sh: FAREBOX_FORGE is $forge: it must be github, gitlab or none" >&2
    exit 2
    ;;
esac
