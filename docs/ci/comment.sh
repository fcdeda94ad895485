#!/usr/bin/env bash
# Makes one comment of the files that estimate.sh wrote; options go to fare comment. It
# belongs in a job where no program of the pull request ran: the files are read as data,
# each one whole and checked, and the text is made here.
#
#   FAREBOX_DIFFS      the folder of the files
#   FAREBOX_FAIL_OVER  optional: 5%, 50USD or 0.10USD/user
#
# Ends as fare comment does: 1 when a stack passes the limit, 2 when the files are not
# what estimate.sh writes, 3 when the comment was not posted.
set -euo pipefail
shopt -s nullglob

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Plain files of these names only: a link could name a file of this job.
find "$FAREBOX_DIFFS" -maxdepth 1 -type f -size -131072 \
  -name '[0-9][0-9][0-9].*' -exec cp -P -t "$work" -- {} + || true
find "$work" -type l -delete

files=()
changes=0
for file in "$work"/*; do
  case $file in
    *.statement.json) # of a stack that the change adds: no limit holds for it
      files+=(--statement "$file")
      continue
      ;;
    *.advice.json)
      files+=(--advice "$file")
      continue
      ;;
    *.diff.json) files+=(--diff "$file") ;;
    *.no-base.json) files+=(--without-base "$file") ;;
    *.unpriced) files+=(--unpriced="$(head -c 200 "$file" | tr -cd '[:print:]')") ;;
    *) continue ;;
  esac
  changes=1
done
if [ "${#files[@]}" -eq 0 ]; then
  files=(--unpriced="every stack")
fi
if [ -n "${FAREBOX_FAIL_OVER:-}" ] && [ "$changes" = 1 ]; then
  files+=(--fail-over "$FAREBOX_FAIL_OVER")
fi

code=0
fare comment "${files[@]}" "$@" || code=$?
if [ "$code" -eq 2 ]; then
  # Figures that are refused must not leave those of an older commit standing.
  fare comment --unpriced="every stack" "$@" || true
fi
exit "$code"
