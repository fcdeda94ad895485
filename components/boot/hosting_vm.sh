# Starts a hosting machine: takes free data volumes of its zone, mounts them with
# project quotas and runs one container for each user found on them.
# SpotPool puts the settings above this line.
set -euo pipefail

# cloud-init waits for this script to end; what goes on running belongs to systemd.
if [[ ${1:-} != run ]]; then
  install --mode=755 "$0" /usr/local/sbin/hosting-vm
  exec systemd-run --unit=hosting-vm /usr/local/sbin/hosting-vm run
fi


metadata() {
  local token
  token=$(curl --silent --fail --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' \
    http://169.254.169.254/latest/api/token)
  curl --silent --fail --header "X-aws-ec2-metadata-token: $token" \
    "http://169.254.169.254/latest/meta-data/$1"
}

# Each container is a neighbour of the bridge; the kernel would forget those over 1,024.
sysctl --quiet --write net.ipv4.neigh.default.gc_thresh{2,3}=8192
dnf install --assumeyes --quiet docker
systemctl enable --now docker
instance=$(metadata instance-id)
zone=$(metadata placement/availability-zone)
address=$(metadata local-ipv4)
mkdir -p /run/hosting /volumes
: >/run/hosting/routes

free_volumes() {
  aws ec2 describe-volumes --region "$REGION" --output text --query 'Volumes[].VolumeId' \
    --filters "Name=tag:VolumePool,Values=$VOLUME_POOL" \
    "Name=availability-zone,Values=$zone" Name=status,Values=available | tr '\t' '\n' | shuf
}

# Two machines may want the same volume: the one that EC2 refuses tries the next.
attach_one() {
  local volume
  for volume in $(free_volumes); do
    if aws ec2 attach-volume --region "$REGION" --instance-id "$instance" \
      --volume-id "$volume" --device "$1" >/dev/null 2>&1; then
      echo "$volume"
      return 0
    fi
  done
  return 1
}

mount_volume() {
  local device="/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${1/-/}"
  until [[ -e $device ]]; do sleep 1; done
  # Only a volume without any signature is new; nothing else is ever formatted.
  blkid "$device" >/dev/null || mkfs.xfs -q "$device"
  mkdir -p "/volumes/$1"
  mount -o noatime,prjquota "$device" "/volumes/$1"
  mkdir -p "/volumes/$1/users"
}

# A user's directory is named by the user's number, which is the XFS project too.
start_users() {
  local directory user port
  for directory in "/volumes/$1/users"/*/; do
    [[ -d $directory ]] || continue
    user=$(basename "$directory")
    port=$((FIRST_PORT + $(wc -l </run/hosting/routes)))
    xfs_quota -x -c "project -s -p $directory $user" "/volumes/$1" >/dev/null
    xfs_quota -x -c "limit -p bhard=${GIB_PER_USER}g $user" "/volumes/$1"
    docker run --detach --name "user-$user" --restart unless-stopped \
      --memory "${CONTAINER_MIB}m" --pids-limit 512 --security-opt no-new-privileges \
      --cap-drop ALL --volume "$directory:/home/user" \
      --publish "$address:$port:8080" "$CONTAINER_IMAGE"
    echo "$user $address:$port" >>/run/hosting/routes
  done
}

# Reclaimed, rebalanced or scaled in: stop the users, give the volumes back at once.
drain_when_told() {
  until metadata spot/instance-action >/dev/null 2>&1 ||
    [[ $(metadata autoscaling/target-lifecycle-state || true) == Terminated ]]; do
    sleep 5
  done
  touch /run/hosting/draining
  : >/run/hosting/routes
  docker ps --quiet | xargs --no-run-if-empty docker stop --time 30
  local directory
  for directory in /volumes/vol-*/; do
    umount "$directory"
    aws ec2 detach-volume --region "$REGION" --volume-id "$(basename "$directory")"
  done
}

if [[ $CONTAINER_IMAGE == *.dkr.ecr.*.amazonaws.com/* ]]; then
  aws ecr get-login-password --region "$REGION" |
    docker login --username AWS --password-stdin "${CONTAINER_IMAGE%%/*}"
fi
docker pull --quiet "$CONTAINER_IMAGE"

# Proxies read the routes from here; the security group lets nobody else in.
(cd /run/hosting && python3 -m http.server "$ROUTES_PORT" --bind "$address") &
drain_when_told &

disks=(/dev/xvd{b..d}{a..z}) # names that EC2 has for 78 disks beside the root
for ((number = 0; number < VOLUMES_PER_VM; number++)); do
  until volume=$(attach_one "${disks[number]}"); do
    [[ ! -e /run/hosting/draining ]] || exit 0
    sleep 10
  done
  mount_volume "$volume"
  start_users "$volume"
done
wait
