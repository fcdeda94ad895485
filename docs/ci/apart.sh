#!/usr/bin/env bash
# Runs a command without the job's secrets: apart.sh COMMAND [ARGUMENT...]
#
# Variables whose names speak of a secret are not handed on, nor those that hold such a
# secret or an address with a password, nor the files through which one step of a job
# changes the later ones. Where FAREBOX_AS names a user, the command runs as that user,
# who can read neither the environment of the job's other processes nor what is for root.
#
# Ends as the command does, or with 2 when it cannot become that user.
set -euo pipefail

secrets=()
for name in $(compgen -e); do
  case ${name^^} in
    *TOKEN* | *SECRET* | *PASSWORD* | *PASSWD* | *CREDENTIAL* | *JWT* | *PRIVATE* | *_KEY*)
      value=${!name}
      if [ "${#value}" -ge 8 ]; then
        secrets+=("$value")
      fi
      unset "$name"
      ;;
    DOCKER_AUTH_CONFIG | NETRC | PIP_* | UV_*)
      unset "$name"
      ;;
    GITHUB_ENV | GITHUB_PATH | GITHUB_OUTPUT | GITHUB_STATE | GITHUB_STEP_SUMMARY)
      unset "$name"
      ;;
  esac
done
for name in $(compgen -e); do
  if [[ ${!name} =~ ://[^/@]*:[^/@]*@ ]]; then
    unset "$name"
    continue
  fi
  for secret in "${secrets[@]}"; do
    if [[ ${!name} == *"$secret"* ]]; then
      unset "$name"
      break
    fi
  done
done

user=${FAREBOX_AS:-}
if [ -z "$user" ]; then
  exec "$@"
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "apart.sh: only root can run the program as $user; FAREBOX_AS: \"\" runs it as" \
    "the job's own user, who can read the job's token" >&2
  exit 2
fi
exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --no-new-privs \
  -- "$@"
