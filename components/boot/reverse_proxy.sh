# Starts a reverse proxy: HAProxy sends each request to the machine and port that hold
# the user whom the Host header names, or to the relay, which knows users who host
# themselves. ReverseProxies puts the settings above this line.
set -euo pipefail

# cloud-init waits for this script to end; what goes on running belongs to systemd.
if [[ ${1:-} != run ]]; then
  install --mode=755 "$0" /usr/local/sbin/reverse-proxy
  exec systemd-run --unit=reverse-proxy /usr/local/sbin/reverse-proxy run
fi

dnf install --assumeyes --quiet haproxy

cat >/etc/haproxy/haproxy.cfg <<CONFIG
global
  maxconn $MAX_CONNECTIONS
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
resolvers vpc
  nameserver amazon 169.254.169.253:53
frontend users
  bind :$PORT
  monitor-uri /healthy
  http-request set-var(txn.to) req.hdr(host),lower,field(1,:),map(/etc/haproxy/routes.map)
  http-request set-dst var(txn.to),field(1,:) if { var(txn.to) -m found }
  http-request set-dst-port var(txn.to),field(2,:) if { var(txn.to) -m found }
  use_backend machine if { var(txn.to) -m found }
  default_backend relay
backend machine
  server user 0.0.0.0:0
backend relay
  server relay $RELAY_HOST:443 ssl verify required ca-file /etc/pki/tls/certs/ca-bundle.crt sni str($RELAY_HOST) resolvers vpc init-addr none
CONFIG

# Every machine of the pool publishes the users it runs; their sum is the map.
routes() {
  local address
  for address in $(aws ec2 describe-instances --region "$REGION" --output text \
    --query 'Reservations[].Instances[].PrivateIpAddress' \
    --filters "Name=tag:VolumePool,Values=$VOLUME_POOL" Name=instance-state-name,Values=running); do
    curl --silent --fail --max-time 2 "http://$address:$ROUTES_PORT/routes" || true
  done | awk -v domain="$DOMAIN" '{ print $1 "." domain, $2 }' | sort
}

touch /etc/haproxy/routes.map
systemctl enable --now haproxy
while sleep 10; do
  routes >/etc/haproxy/routes.new
  if [[ -s /etc/haproxy/routes.new ]] && ! cmp --silent /etc/haproxy/routes.{new,map}; then
    mv /etc/haproxy/routes.new /etc/haproxy/routes.map
    systemctl reload haproxy
  fi
done
