"""Which rule meters which resource type, and which types are free.

One module per AWS service; this is the one list of them.
"""

from farebox.graph import Resource
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE
from farebox.rules import account, addresses, autoscaling, ebs, ec2, elb, vpc
from farebox.rules.charges import Charge, Gap, NoCharge, Rule
from farebox.rules.free import FREE

RULES: dict[str, Rule] = {
    "aws:alb/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:autoscaling/group:Group": autoscaling.group,
    "aws:ebs/volume:Volume": ebs.volume,
    "aws:ec2/instance:Instance": ec2.instance,
    "aws:ec2/launchConfiguration:LaunchConfiguration": ec2.launch_configuration,
    "aws:ec2/launchTemplate:LaunchTemplate": ec2.launch_template,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ec2.spot_instance_request,
    "aws:ec2/eip:Eip": addresses.eip,
    "aws:ec2/natGateway:NatGateway": vpc.nat_gateway,
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer": elb.classic_load_balancer,
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:elb/loadBalancer:LoadBalancer": elb.classic_load_balancer,
    "aws:lb/loadBalancer:LoadBalancer": elb.load_balancer,
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
    return Gap("no-rule", f"Farebox has no rule for {resource.type} yet")


__all__ = ["FREE", "RULES", "account", "without_a_rule"]
