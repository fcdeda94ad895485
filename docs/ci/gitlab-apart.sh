#!/usr/bin/env bash
# Runs a script that runs the project's program, on GitLab: in a copy of the clone that
# holds no credentials, without the job's secrets, as another user (FAREBOX_AS).
#
#   gitlab-apart.sh SCRIPT FOLDER
#
# SCRIPT runs in FAREBOX_FOLDER with FAREBOX_OUT for what it writes; the plain files of
# that come into FOLDER of the project. FAREBOX is the folder of Farebox and its virtual
# environment. FAREBOX_REQUIREMENTS is installed first, from FAREBOX_INDEX_URL if given.
# FAREBOX_STORE names a folder of the project that keeps the price store.
#
# Ends as SCRIPT does, or with 2 when the job is not as it must be.
set -euo pipefail

if [ -n "${GITLAB_TOKEN:-}" ]; then
  echo "gitlab-apart.sh: GITLAB_TOKEN reaches the job that runs the program; in the" \
    "settings of the variable, limit it to the environment that gitlab.yml names" >&2
  exit 2
fi
script=$1
result=$2

cd "$CI_PROJECT_DIR"
if [ -n "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" ]; then
  export FAREBOX_BASE="$CI_MERGE_REQUEST_DIFF_BASE_SHA"
  if ! git rev-parse --quiet --verify "$FAREBOX_BASE^{commit}" > /dev/null; then
    git fetch --quiet --no-tags --depth=1 origin "$FAREBOX_BASE"
  fi
fi

apart=$(mktemp -d)
chmod 755 "$apart"
mkdir "$apart/home" "$apart/out"
cp -a "$CI_PROJECT_DIR" "$apart/program"
# The job's token stands in the address of the clone. What git needs to read the
# repository stays: the sections core and extensions.
while IFS= read -r -d '' config; do
  git config --file "$config" --name-only --list | sed 's/\.[^.]*$//' | sort -u |
    { grep --invert-match --ignore-case --line-regexp -e core -e extensions || true; } |
    while IFS= read -r section; do
      git config --file "$config" --remove-section "$section"
    done
done < <(find "$apart/program/.git" -name config -type f -print0)
find "$apart/program/.git" -name FETCH_HEAD -delete

# Nobody but root enters the job's own folders while the program runs.
closed=()
# shellcheck disable=SC2329 # the trap calls it
reopen() {
  for ((i = 0; i < ${#closed[@]}; i += 2)); do
    chmod "${closed[i]}" "${closed[i + 1]}"
  done
}
trap 'reopen; rm -rf "$apart"' EXIT
for folder in "$CI_PROJECT_DIR" "$CI_PROJECT_DIR.tmp"; do
  if [ -d "$folder" ]; then
    closed+=("$(stat -c %a "$folder")" "$folder")
    chmod 700 "$folder"
  fi
done
hand_over() {
  if [ -n "${FAREBOX_AS:-}" ] && [ "$(id -u)" -eq 0 ]; then
    chown -R "$FAREBOX_AS:$(id -g "$FAREBOX_AS")" "$@"
  fi
}
hand_over "$apart/home" "$apart/out" "$apart/program"

export PATH="$FAREBOX/venv/bin:$PATH" HOME="$apart/home" FAREBOX_OUT="$apart/out"
if [ -n "${FAREBOX_STORE:-}" ]; then
  export FAREBOX_DATA_DIR="$apart/program/$FAREBOX_STORE"
fi
cd "$apart/program/$FAREBOX_FOLDER"
code=0
index=${FAREBOX_INDEX_URL:-}
unset FAREBOX_INDEX_URL
if [ -n "${FAREBOX_REQUIREMENTS:-}" ]; then
  # The index's address, which may hold a password, is for this one command.
  hand_over "$FAREBOX/venv"
  bash "$FAREBOX/docs/ci/apart.sh" env ${index:+"PIP_INDEX_URL=$index"} \
    python -m pip install --quiet --disable-pip-version-check \
    -r "$FAREBOX_REQUIREMENTS" || code=2
fi
if [ "$code" -eq 0 ]; then
  bash "$FAREBOX/docs/ci/apart.sh" bash "$script" || code=$?
fi

# No link is followed: it could name a file of the job.
rm -rf "${CI_PROJECT_DIR:?}/$result"
mkdir "$CI_PROJECT_DIR/$result"
find "$apart/out" -maxdepth 1 -type f -exec cp -P -t "$CI_PROJECT_DIR/$result" -- {} +
find "$CI_PROJECT_DIR/$result" -type l -delete
if [ -n "${FAREBOX_STORE:-}" ] && [ -d "$FAREBOX_DATA_DIR" ]; then
  rm -rf "${CI_PROJECT_DIR:?}/$FAREBOX_STORE"
  cp -a "$FAREBOX_DATA_DIR" "$CI_PROJECT_DIR/$FAREBOX_STORE"
fi
exit "$code"
