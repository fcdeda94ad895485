# Starts a hosting machine: fetches the agent, which sets the machine up and then runs
# the users of its volumes. SpotPool puts the settings above this line.
set -euo pipefail

# cloud-init waits for this script to end, and runs it once; the unit tries at every boot
# until the agent is there, and the agent has units of its own from then on.
if [[ ${1:-} != run ]]; then
  install --mode=700 "$0" /usr/local/sbin/hosting-vm
  cat >/etc/systemd/system/hosting-vm.service <<UNIT
[Unit]
Description=Passepartout: fetches the agent
After=network-online.target
Wants=network-online.target
ConditionPathExists=!/opt/passepartout/installed
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/hosting-vm run
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable hosting-vm.service
  exec systemctl start --no-block hosting-vm.service
fi

# Repositories and the bucket may be away for a while: a machine has nothing else to do.
patiently() {
  until "$@"; do sleep 5; done
}

patiently dnf install --assumeyes --quiet docker haproxy openssl python3.11 "$PACKAGES" e2fsprogs iptables-nft
mkdir -p /opt/passepartout
patiently aws s3 cp --quiet --region "$REGION" "s3://$BUCKET/$AGENT" /opt/passepartout/agent.zip
python3.11 -m zipfile --extract /opt/passepartout/agent.zip /opt/passepartout/agent-first
ln --symbolic --force --no-dereference agent-first /opt/passepartout/agent
grep --quiet '^dockremap:' /etc/subuid || {
  useradd --system --no-create-home --shell /sbin/nologin dockremap || true
  echo dockremap:100000:65536 | tee --append /etc/subuid >>/etc/subgid
}
set_up() {
  python3.11 /opt/passepartout/agent install <<<"$SETTINGS"
}
patiently set_up
touch /opt/passepartout/installed
