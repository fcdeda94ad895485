"""Which rule meters which resource type, and which types are free.

One module per AWS service; this is the one list of them.
"""

from farebox.graph import Resource
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE
from farebox.rules.aws import (
    addresses,
    autoscaling,
    dlm,
    ebs,
    ec2,
    ecs,
    eks,
    elb,
    keys,
    route53,
    s3,
    scheduler,
    snapshots,
    sns,
    vpc,
    vpn,
)
from farebox.rules.aws import cloudwatch as logs
from farebox.rules.aws import data_transfer as account
from farebox.rules.aws import ec2_fleets as requests
from farebox.rules.aws import ec2_reservations as reservations
from farebox.rules.charges import Charge, Gap, NoCharge, Rule
from farebox.rules.free import FREE, FREE_PACKAGES

RULES: dict[str, Rule] = {
    "aws:acm/certificate:Certificate": keys.certificate,
    "aws:alb/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:autoscaling/group:Group": autoscaling.group,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": logs.composite_alarm,
    "aws:cloudwatch/dashboard:Dashboard": logs.dashboard,
    "aws:cloudwatch/logGroup:LogGroup": logs.log_group,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logs.log_metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": logs.metric_alarm,
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": dlm.lifecycle_policy,
    "aws:ebs/fastSnapshotRestore:FastSnapshotRestore": snapshots.fast_restore,
    "aws:ebs/snapshot:Snapshot": snapshots.snapshot,
    "aws:ebs/snapshotCopy:SnapshotCopy": snapshots.snapshot,
    "aws:ebs/snapshotImport:SnapshotImport": snapshots.snapshot,
    "aws:ebs/volume:Volume": ebs.volume,
    "aws:ebs/volumeCopy:VolumeCopy": snapshots.volume_copy,
    "aws:ec2/amiCopy:AmiCopy": reservations.image_with_snapshots,
    "aws:ec2/amiFromInstance:AmiFromInstance": reservations.image_with_snapshots,
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation": reservations.capacity_block_reservation,
    "aws:ec2/capacityReservation:CapacityReservation": reservations.capacity_reservation,
    "aws:ec2/dedicatedHost:DedicatedHost": reservations.dedicated_host,
    "aws:ec2/eip:Eip": addresses.eip,
    "aws:ec2/encryptionControl:EncryptionControl": vpc.encryption_control,
    "aws:ec2/fleet:Fleet": requests.fleet,
    "aws:ec2/flowLog:FlowLog": vpc.flow_log,
    "aws:ec2/instance:Instance": ec2.instance,
    "aws:ec2/launchConfiguration:LaunchConfiguration": ec2.launch_configuration,
    "aws:ec2/launchTemplate:LaunchTemplate": ec2.launch_template,
    "aws:ec2/natGateway:NatGateway": vpc.nat_gateway,
    "aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis": vpc.reachability_analysis,
    "aws:ec2/secondaryNetwork:SecondaryNetwork": vpc.secondary_network,
    "aws:ec2/secondarySubnet:SecondarySubnet": vpc.secondary_network,
    "aws:ec2/spotFleetRequest:SpotFleetRequest": requests.spot_fleet_request,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ec2.spot_instance_request,
    "aws:ec2/trafficMirrorSession:TrafficMirrorSession": vpc.traffic_mirror,
    "aws:ec2/transitGatewayPeeringAttachmentAccepter:TransitGatewayPeeringAttachmentAccepter": vpn.peering_attachment,
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": vpc.encryption_control,
    "aws:ec2/vpcEndpoint:VpcEndpoint": vpc.endpoint,
    "aws:ec2/vpcEndpointService:VpcEndpointService": vpc.endpoint_service,
    "aws:ec2/vpcIpam:VpcIpam": vpc.ipam,
    "aws:ec2/vpnConcentrator:VpnConcentrator": vpn.vpn_concentrator,
    "aws:ec2/vpnConnection:VpnConnection": vpn.vpn_connection,
    "aws:ec2clientvpn/endpoint:Endpoint": vpn.client_vpn_endpoint,
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation": vpn.client_vpn_association,
    "aws:ec2transitgateway/connect:Connect": vpn.connect_attachment,
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": vpn.peering_attachment,
    "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter": vpn.peering_attachment,
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": vpn.vpc_attachment,
    "aws:ecs/cluster:Cluster": ecs.cluster,
    "aws:ecs/service:Service": ecs.service,
    "aws:eks/capability:Capability": eks.capability,
    "aws:eks/cluster:Cluster": eks.cluster,
    "aws:eks/nodeGroup:NodeGroup": eks.node_group,
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer": elb.classic_load_balancer,
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:elb/loadBalancer:LoadBalancer": elb.classic_load_balancer,
    "aws:kms/externalKey:ExternalKey": keys.kms_key,
    "aws:kms/key:Key": keys.kms_key,
    "aws:kms/replicaExternalKey:ReplicaExternalKey": keys.kms_key,
    "aws:kms/replicaKey:ReplicaKey": keys.kms_key,
    "aws:lb/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:lb/trustStore:TrustStore": elb.trust_store,
    "aws:route53/healthCheck:HealthCheck": route53.health_check,
    "aws:route53/record:Record": route53.record,
    "aws:route53/resolverEndpoint:ResolverEndpoint": route53.resolver_endpoint,
    "aws:route53/zone:Zone": route53.zone,
    "aws:s3/bucket:Bucket": s3.bucket,
    "aws:s3/bucketV2:BucketV2": s3.bucket,
    "aws:scheduler/schedule:Schedule": scheduler.schedule,
    "aws:secretsmanager/secret:Secret": keys.secret,
    "aws:sns/topic:Topic": sns.topic,
    "aws:sns/topicSubscription:TopicSubscription": sns.topic_subscription,
    "aws:ssm/parameter:Parameter": keys.parameter,
    "aws:vpc/routeServerEndpoint:RouteServerEndpoint": vpc.route_server_endpoint,
}


def without_a_rule(resource: Resource) -> Charge:
    """What to say of a resource whose type has no rule and no reason to be free."""
    if resource.operation == "read":
        return NoCharge("read, not created: it belongs to another stack", "data")
    if resource.type == STACK_TYPE:
        return NoCharge("the stack itself", "component")
    if resource.type.startswith(PROVIDER_TYPE_PREFIX):
        return NoCharge("a provider is a connection, not a thing", "component")
    if not resource.custom:
        return NoCharge("a component: its children are priced", "component")
    package = resource.type.partition(":")[0]
    if package in FREE_PACKAGES:
        return NoCharge(FREE_PACKAGES[package], "data")
    if package not in ("aws", "aws-native", "awsx"):
        return Gap(
            "no-rule",
            f"Farebox prices AWS; it does not know what the package {package} costs",
        )
    return Gap("no-rule", f"Farebox has no rule for {resource.type} yet")


__all__ = ["FREE", "RULES", "account", "without_a_rule"]
