"""A shop as people write them: a network, machines, a component, a second region."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
size = config.require_int("size")
password = config.require_secret("password")

zones = aws.get_availability_zones(state="available")
ami = aws.ec2.get_ami(
    most_recent=True,
    owners=["amazon"],
    filters=[{"name": "name", "values": ["al2023-ami-*-x86_64"]}],
)

vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16", tags={"Name": "main"})
subnets = [
    aws.ec2.Subnet(
        f"public-{number}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{number}.0/24",
        availability_zone=zones.names[number],
    )
    for number in range(2)
]


class Web(pulumi.ComponentResource):
    """Some machines behind a security group."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__("shop:web:Web", name)
        own = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(f"{name}-group", vpc_id=vpc.id, opts=own)
        self.instances = [
            aws.ec2.Instance(
                f"{name}-{number}",
                ami=ami.id,
                instance_type="t3.micro",
                subnet_id=subnets[number % 2].id,
                vpc_security_group_ids=[group.id],
                user_data=password.apply(lambda text: f"login {text}"),
                root_block_device={"volume_size": 20, "volume_type": "gp3"},
                opts=own,
            )
            for number in range(count)
        ]
        self.register_outputs({})


web = Web("web", size)

# Made only once the block of the network is known, which it is in a preview.
vpc.cidr_block.apply(
    lambda block: aws.ebs.Volume(
        f"late-{block.split('.')[0]}", availability_zone=zones.names[0], size=8
    )
)

europe = aws.Provider("europe", region="eu-west-1")
aws.s3.Bucket("backups", opts=pulumi.ResourceOptions(provider=europe))
pulumi.export("ids", [instance.id for instance in web.instances])
print("hello from the program")
