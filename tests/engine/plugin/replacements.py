"""The inputs whose change makes AWS replace a resource, for the types tests change."""

EVERYWHERE = frozenset({"name", "namePrefix", "region"})

REPLACING_INPUTS = {
    "aws:ebs/volume:Volume": {
        "availabilityZone",
        "encrypted",
        "kmsKeyId",
        "snapshotId",
    },
    "aws:ec2/instance:Instance": {"ami", "availabilityZone", "subnetId", "keyName"},
    "aws:ec2/subnet:Subnet": {"availabilityZone", "cidrBlock", "vpcId"},
    "aws:ec2/vpc:Vpc": {"cidrBlock", "instanceTenancy"},
    "aws:ec2/natGateway:NatGateway": {"allocationId", "connectivityType", "subnetId"},
    "aws:ec2/securityGroup:SecurityGroup": {"description", "vpcId"},
    "aws:ec2/routeTable:RouteTable": {"vpcId"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"serviceName", "vpcEndpointType", "vpcId"},
    "aws:eks/cluster:Cluster": {"roleArn"},
    "aws:eks/nodeGroup:NodeGroup": {
        "amiType",
        "capacityType",
        "clusterName",
        "diskSize",
        "instanceTypes",
        "nodeGroupName",
        "nodeRoleArn",
        "subnetIds",
    },
    "aws:lb/loadBalancer:LoadBalancer": {"internal", "loadBalancerType"},
    "aws:lb/targetGroup:TargetGroup": {"port", "protocol", "targetType", "vpcId"},
    "aws:s3/bucket:Bucket": {"bucket", "bucketPrefix"},
}


def replaces(token: str) -> frozenset[str]:
    """The inputs of a type that cannot change in place."""
    return EVERYWHERE | REPLACING_INPUTS.get(token, set())
