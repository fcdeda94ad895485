"""What objects of Kubernetes are charged by: the meters and keys of what AWS makes.

`objects` has their rules; the types are those of the balancers, volumes and snapshots
that stand for them.
"""

from farebox.rules.aws import elb, snapshots
from farebox.rules.machines.uses import VOLUME_METERS
from farebox.rules.service import Type

BALANCER = elb.TYPES["aws:lb/loadBalancer:LoadBalancer"]
CLASSIC = elb.TYPES["aws:elb/loadBalancer:LoadBalancer"]

_VOLUMES = Type(
    billed="A claim is billed as the volumes that its storage class makes.",
    source="https://aws.amazon.com/ebs/pricing/",
    meters=VOLUME_METERS,
)

CHARGED: dict[tuple[str, str], Type] = {
    ("core", "Service"): Type(
        billed="A Service of the type LoadBalancer is billed as the balancer made of it.",
        source=BALANCER.source,
        meters=(*BALANCER.meters, *CLASSIC.meters),
        uses=(*BALANCER.uses, *CLASSIC.uses),
    ),
    ("networking.k8s.io", "Ingress"): BALANCER,
    ("extensions", "Ingress"): BALANCER,
    ("core", "PersistentVolumeClaim"): _VOLUMES,
    ("apps", "StatefulSet"): _VOLUMES,
    ("snapshot.storage.k8s.io", "VolumeSnapshot"): Type(
        billed="A snapshot of a volume is billed by what it stores.",
        source=snapshots.SOURCE,
        uses=(snapshots.STORED,),
    ),
}
"""Group and kind to what it is charged by, as `objects` has the rules."""


def declared(type_: str) -> Type | None:
    """What an object's type is charged by; None where it costs nothing by itself."""
    if type_.count(":") != 2:
        return None
    _, middle, kind = type_.split(":")
    return CHARGED.get((middle.partition("/")[0], kind))
