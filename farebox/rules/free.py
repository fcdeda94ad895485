"""Resource types that AWS does not charge by themselves, each with its reason.

A type is here only where AWS's price page lists no charge for it. What it leads to
(traffic, stored data, the thing it configures) is charged where that thing is.
"""

from farebox.rules.charges import NoCharge
from farebox.rules.free_compute import FREE_COMPUTE

_VPC = "aws:ec2/"
_ELB = (
    "aws:lb/",
    "aws:alb/",
    "aws:elasticloadbalancingv2/",
    "aws:applicationloadbalancing/",
)
_CLASSIC = ("aws:elb/", "aws:elasticloadbalancing/")


def _tokens(module: str, names: str) -> list[str]:
    """`aws:ec2/` and `Subnet Vpc` as full type tokens."""
    return [f"{module}{name[0].lower()}{name[1:]}:{name}" for name in names.split()]


def _table() -> dict[str, NoCharge]:
    table: dict[str, NoCharge] = {}
    for reason, modules, names in _REASONS:
        said = NoCharge(reason)
        for module in (modules,) if isinstance(modules, str) else modules:
            for token in _tokens(module, names):
                table[token] = said
    return table


_REASONS: tuple[tuple[str, str | tuple[str, ...], str], ...] = (
    # Source: https://aws.amazon.com/vpc/pricing/ (what is not listed is not charged)
    (
        "a network, its routes and its address plan cost nothing; traffic does",
        _VPC,
        "Vpc DefaultVpc Subnet DefaultSubnet SubnetCidrReservation RouteTable "
        "DefaultRouteTable RouteTableAssociation MainRouteTableAssociation Route "
        "InternetGateway InternetGatewayAttachment EgressOnlyInternetGateway "
        "CarrierGateway VpcDhcpOptions DefaultVpcDhcpOptions "
        "VpcDhcpOptionsAssociation VpcIpv4CidrBlockAssociation "
        "VpcIpv6CidrBlockAssociation ManagedPrefixList ManagedPrefixListEntry "
        "VpcBlockPublicAccessOptions VpcBlockPublicAccessExclusion Tag",
    ),
    (
        "filtering traffic by group or list is not charged",
        _VPC,
        "SecurityGroup DefaultSecurityGroup SecurityGroupRule "
        "SecurityGroupAssociation VpcSecurityGroupRulesExclusive NetworkAcl "
        "DefaultNetworkAcl NetworkAclRule NetworkAclAssociation "
        "NetworkInterfaceSecurityGroupAttachment",
    ),
    (
        "filtering traffic by group or list is not charged",
        "aws:vpc/",
        "SecurityGroupEgressRule SecurityGroupIngressRule SecurityGroupVpcAssociation",
    ),
    (
        "a network interface is not charged; a public address on it is, by itself",
        _VPC,
        "NetworkInterface NetworkInterfaceAttachment NetworkInterfacePermission",
    ),
    (
        "attaching an address is not charged; the Elastic IP is, by itself",
        _VPC,
        "EipAssociation EipDomainName NatGatewayEipAssociation",
    ),
    (
        "peering is not charged; the traffic over it is, as the account's traffic",
        _VPC,
        "VpcPeeringConnection VpcPeeringConnectionAccepter PeeringConnectionOptions",
    ),
    (
        "a setting of an endpoint; the endpoint is charged, by itself",
        _VPC,
        "VpcEndpointConnectionAccepter VpcEndpointConnectionNotification "
        "VpcEndpointPolicy VpcEndpointRouteTableAssociation "
        "VpcEndpointServiceAllowedPrinciple",
    ),
    (
        "a subnet of an endpoint is charged on the endpoint",
        _VPC,
        "VpcEndpointSubnetAssociation",
    ),
    (
        "a setting of an endpoint; the endpoint is charged, by itself",
        "aws:vpc/",
        "EndpointPrivateDns EndpointServicePrivateDnsVerification",
    ),
    (
        "route servers are charged by their endpoints",
        "aws:vpc/",
        "RouteServer RouteServerPeer RouteServerPropagation RouteServerVpcAssociation",
    ),
    # Source: https://aws.amazon.com/vpn/pricing/
    (
        "a VPN's gateways and routes cost nothing; the connection is charged",
        _VPC,
        "CustomerGateway VpnGateway VpnGatewayAttachment VpnGatewayRoutePropagation "
        "VpnConnectionRoute",
    ),
    (
        "Client VPN is charged by its associations and connections",
        "aws:ec2clientvpn/",
        "AuthorizationRule Route",
    ),
    # Source: https://aws.amazon.com/transit-gateway/pricing/
    (
        "a transit gateway is charged by its attachments and the bytes they carry",
        "aws:ec2transitgateway/",
        "TransitGateway RouteTable RouteTableAssociation RouteTablePropagation Route "
        "DefaultRouteTableAssociation DefaultRouteTablePropagation PolicyTable "
        "PolicyTableAssociation PolicyTableEntry PrefixListReference ConnectPeer "
        "MeteringPolicy MeteringPolicyEntry VpcAttachmentAccepter",
    ),
    (
        "multicast is charged by the bytes that receivers take, not by the domain",
        "aws:ec2transitgateway/",
        "MulticastDomain MulticastDomainAssociation MulticastGroupMember "
        "MulticastGroupSource",
    ),
    # Source: https://aws.amazon.com/ec2/faqs/ (EC2 Instance Connect)
    (
        "an Instance Connect endpoint and an instance's state are not charged",
        "aws:ec2transitgateway/",
        "InstanceConnectEndpoint InstanceState",
    ),
    (
        "what IPAM plans is not charged; the addresses that it watches are, on the IPAM",
        _VPC,
        "VpcIpamOrganizationAdminAccount VpcIpamPool VpcIpamPoolCidr "
        "VpcIpamPoolCidrAllocation VpcIpamPreviewNextCidr VpcIpamResourceDiscovery "
        "VpcIpamResourceDiscoveryAssociation VpcIpamScope",
    ),
    (
        "a description of what to look at; sessions and analyses are charged",
        _VPC,
        "TrafficMirrorFilter TrafficMirrorFilterRule TrafficMirrorTarget "
        "NetworkInsightsPath NetworkInsightsAccessScope",
    ),
    (
        "the subscription is not charged; the metrics that it writes are CloudWatch's",
        _VPC,
        "VpcNetworkPerformanceMetricSubscription",
    ),
    (
        "part of an Outpost, which is paid for as a whole",
        _VPC,
        "LocalGatewayRoute LocalGatewayRouteTable "
        "LocalGatewayRouteTableVirtualInterfaceGroupAssociation "
        "LocalGatewayRouteTableVpcAssociation",
    ),
    # Source: https://aws.amazon.com/ec2/pricing/on-demand/
    (
        "a setting of the account or region, or a name: nothing runs",
        _VPC,
        "AllowedImagesSettings AvailabilityZoneGroup DefaultCreditSpecification "
        "ImageBlockPublicAccess InstanceMetadataDefaults SerialConsoleAccess KeyPair "
        "PlacementGroup AmiLaunchPermission SnapshotCreateVolumePermission",
    ),
    (
        "registering an image is not charged; the snapshots behind it are",
        _VPC,
        "Ami",
    ),
    (
        "the feed is not charged; the objects that it writes are S3's",
        _VPC,
        "SpotDatafeedSubscription",
    ),
    ("attaching a volume is not charged; the volume is", _VPC, "VolumeAttachment"),
    # Source: https://aws.amazon.com/ebs/pricing/
    (
        "a setting of the account in a region: nothing is stored",
        "aws:ebs/",
        "DefaultKmsKey EncryptionByDefault SnapshotBlockPublicAccess",
    ),
    # Source: https://aws.amazon.com/elasticloadbalancing/pricing/
    (
        "part of a load balancer, which is charged as a whole",
        _ELB,
        "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment",
    ),
    ("part of a trust store, which is charged", "aws:lb/", "TrustStoreRevocation"),
    (
        "part of a classic load balancer, which is charged as a whole",
        _CLASSIC,
        "AppCookieStickinessPolicy Attachment ListenerPolicy "
        "LoadBalancerBackendServerPolicy LoadBalancerCookieStickinessPolicy "
        "LoadBalancerPolicy SslNegotiationPolicy",
    ),
    (
        "part of a classic load balancer, which is charged as a whole",
        _VPC,
        "ProxyProtocolPolicy",
    ),
    # Source: https://aws.amazon.com/iam/ (offered at no additional charge)
    (
        "IAM is not charged",
        "aws:iam/",
        "AccessKey AccountAlias AccountPasswordPolicy Group GroupMembership "
        "GroupPoliciesExclusive GroupPolicy GroupPolicyAttachment "
        "GroupPolicyAttachmentsExclusive InstanceProfile OpenIdConnectProvider "
        "OrganizationsFeatures OutboundWebIdentityFederation Policy PolicyAttachment "
        "Role RolePoliciesExclusive RolePolicy RolePolicyAttachment "
        "RolePolicyAttachmentsExclusive SamlProvider SecurityTokenServicePreferences "
        "ServerCertificate ServiceLinkedRole ServiceSpecificCredential "
        "SigningCertificate SshKey User UserGroupMembership UserLoginProfile "
        "UserPoliciesExclusive UserPolicy UserPolicyAttachment "
        "UserPolicyAttachmentsExclusive VirtualMfaDevice",
    ),
    # Source: https://aws.amazon.com/certificate-manager/pricing/
    ("checking a certificate is not charged", "aws:acm/", "CertificateValidation"),
    # Source: https://aws.amazon.com/systems-manager/pricing/
    (
        "not charged for instances in EC2",
        "aws:ssm/",
        "Association DefaultPatchBaseline Document MaintenanceWindow "
        "MaintenanceWindowTarget MaintenanceWindowTask PatchBaseline PatchGroup "
        "ResourceDataSync ServiceSetting",
    ),
    # Source: https://aws.amazon.com/cloudwatch/pricing/
    (
        "part of a log group, which is charged by what goes in and stays",
        "aws:cloudwatch/",
        "LogStream LogResourcePolicy LogSubscriptionFilter LogDestination "
        "LogDestinationPolicy LogIndexPolicy LogAccountPolicy LogTransformer "
        "QueryDefinition LogDelivery LogDeliveryDestination "
        "LogDeliveryDestinationPolicy LogDeliverySource",
    ),
    ("muting alarms is not charged", "aws:cloudwatch/", "AlarmMuteRule"),
    # Source: https://aws.amazon.com/eventbridge/pricing/
    (
        "rules and targets are not charged, nor are events of AWS services",
        "aws:cloudwatch/",
        "EventRule EventTarget EventPermission EventBusPolicy",
    ),
    # Source: https://aws.amazon.com/route53/pricing/
    (
        "part of a hosted zone, which is charged with its queries",
        "aws:route53/",
        "RecordsExclusive ZoneAssociation VpcAssociationAuthorization "
        "DelegationSet HostedZoneDnsSec KeySigningKey CidrCollection CidrLocation",
    ),
    (
        "the resolver's rules are not charged; endpoints and queries are",
        "aws:route53/",
        "ResolverConfig ResolverDnsSecConfig ResolverRule ResolverRuleAssociation",
    ),
    # Source: https://aws.amazon.com/kms/pricing/
    (
        "a name or a right of a key, which is charged",
        "aws:kms/",
        "Alias Grant KeyPolicy",
    ),
    # Source: https://aws.amazon.com/secrets-manager/pricing/
    (
        "part of a secret, which is charged as a whole",
        "aws:secretsmanager/",
        "SecretPolicy SecretRotation SecretVersion Tag",
    ),
    # Source: https://aws.amazon.com/s3/pricing/
    (
        "a setting of a bucket; what the bucket holds is charged, on the bucket",
        "aws:s3/",
        "AccessPoint AccountPublicAccessBlock BucketAbac BucketAcl BucketAclV2 "
        "BucketCorsConfiguration BucketCorsConfigurationV2 "
        "BucketLifecycleConfiguration BucketLifecycleConfigurationV2 BucketLogging "
        "BucketLoggingV2 BucketNotification BucketObject BucketObjectv2 "
        "BucketObjectLockConfiguration BucketObjectLockConfigurationV2 "
        "BucketOwnershipControls BucketPolicy BucketPublicAccessBlock "
        "BucketRequestPaymentConfiguration BucketRequestPaymentConfigurationV2 "
        "BucketServerSideEncryptionConfiguration "
        "BucketServerSideEncryptionConfigurationV2 BucketVersioning "
        "BucketVersioningV2 BucketWebsiteConfiguration BucketWebsiteConfigurationV2 "
        "ObjectCopy",
    ),
    # Source: https://docs.aws.amazon.com/ARG/latest/userguide/resource-groups.html
    ("a group of resources is a name", "aws:resourcegroups/", "Group Resource"),
)

FREE: dict[str, NoCharge] = _table() | FREE_COMPUTE
"""Type token to why it is free. Types whose charge depends on inputs have a rule."""

FREE_PACKAGES: dict[str, str] = {
    "random": "makes a value, nothing at a provider",
    "tls": "makes a key or a certificate on this machine",
    "command": "runs a command; what it may create is not seen",
    "std": "computes a value",
    "null": "does nothing at a provider",
    "time": "waits or keeps a date",
    "local": "reads or writes a file of this machine",
    "archive": "packs files of this machine",
    "pulumi": "belongs to Pulumi, not to a cloud",
    "pulumi-nodejs": "runs code of the program; what it may create is not seen",
    "pulumi-python": "runs code of the program; what it may create is not seen",
}
"""Pulumi packages whose resources no cloud charges, and why."""
