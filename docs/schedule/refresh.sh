#!/usr/bin/env bash
# Refreshes the prices and makes a book of them for each stack. It runs the stacks'
# program, so it belongs in a job without a token; propose.sh, in another job, puts the
# books into a pull request.
#
# Run it in the folder of Pulumi.yaml with:
#   FAREBOX_STACKS     stacks, separated by spaces
#   FAREBOX_OUT        the folder for what propose.sh takes: a book for each stack that
#                      changed, and what that does to each bill in body.md
#   FAREBOX_BOOKS     the folder of the repository's books; prices by default
#   FAREBOX_ARGUMENTS  more options for fare refresh, such as --region eu-west-1
#
# Ends with 0, or with 3 when a source failed: what came is in the folder.
set -euo pipefail

if [ -z "${FAREBOX_STACKS:-}" ]; then
  echo "refresh.sh: FAREBOX_STACKS names no stack" >&2
  exit 2
fi
folder=${FAREBOX_BOOKS:-prices}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -ra stacks <<< "$FAREBOX_STACKS"

# A book's prices without what names the source and the day of each.
prices_of() {
  sed -n '/^prices /,/^end$/p' "$1" | cut -d, -f1-8
}

# A book that the repository has is what new prices are held against.
mkdir -p "$folder" "$FAREBOX_OUT"
for stack in "${stacks[@]}"; do
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
for stack in "${stacks[@]}"; do
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

for stack in "${changed[@]}"; do
  cp -- "$folder/$stack.prices" "$FAREBOX_OUT/$stack.prices"
done
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
} > "$FAREBOX_OUT/body.md"
exit "$code"
