# Sets a reverse proxy up: HAProxy, and the program that keeps its routes. Both are
# systemd's units from then on. ReverseProxies puts the settings above this line.
set -euo pipefail

# A package mirror may be away for a minute; without these there is no proxy.
for _ in {1..20}; do
  dnf install --assumeyes --quiet haproxy openssl python3.11 python3.11-pip && break
  sleep 15
done
if [[ -n $RECORD ]]; then
  python3.11 -m pip install --quiet --retries 10 "boto3==$BOTO3"
fi
mkdir -p /opt/passepartout
base64 --decode <<<"$PROGRAM" | tar --extract --xz --directory /opt/passepartout
cd /opt/passepartout
exec python3.11 -m passepartout.proxy install "$SETTINGS"
