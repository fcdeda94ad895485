// A web site in containers behind a balancer, as a component that takes its size.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface SiteArgs {
    image: string;
    copies: number;
    zones: string[];
}

class Site extends pulumi.ComponentResource {
    readonly address: pulumi.Output<string>;

    constructor(name: string, args: SiteArgs, opts?: pulumi.ComponentResourceOptions) {
        super("shop:web:Site", name, {}, opts);
        const parent = { parent: this };
        const vpc = new aws.ec2.Vpc(name, { cidrBlock: "10.20.0.0/16" }, parent);
        const subnets = args.zones.map(
            (availabilityZone, index) =>
                new aws.ec2.Subnet(
                    `${name}-${index}`,
                    { vpcId: vpc.id, availabilityZone, cidrBlock: `10.20.${index}.0/24` },
                    parent,
                ),
        );
        const subnetIds = subnets.map((subnet) => subnet.id);
        new aws.ec2.InternetGateway(name, { vpcId: vpc.id }, parent);
        const balancer = new aws.lb.LoadBalancer(
            name,
            { loadBalancerType: "application", subnets: subnetIds },
            parent,
        );
        const target = new aws.lb.TargetGroup(
            name,
            { port: 80, protocol: "HTTP", targetType: "ip", vpcId: vpc.id },
            parent,
        );
        new aws.lb.Listener(
            name,
            {
                loadBalancerArn: balancer.arn,
                port: 80,
                protocol: "HTTP",
                defaultActions: [{ type: "forward", targetGroupArn: target.arn }],
            },
            parent,
        );
        const cluster = new aws.ecs.Cluster(name, {}, parent);
        const role = new aws.iam.Role(
            name,
            {
                assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({
                    Service: "ecs-tasks.amazonaws.com",
                }),
            },
            parent,
        );
        const log = new aws.cloudwatch.LogGroup(name, { retentionInDays: 30 }, parent);
        const task = new aws.ecs.TaskDefinition(
            name,
            {
                family: name,
                cpu: "512",
                memory: "1024",
                networkMode: "awsvpc",
                requiresCompatibilities: ["FARGATE"],
                executionRoleArn: role.arn,
                containerDefinitions: pulumi.jsonStringify([
                    {
                        name,
                        image: args.image,
                        portMappings: [{ containerPort: 80 }],
                        logConfiguration: {
                            logDriver: "awslogs",
                            options: { "awslogs-group": log.name },
                        },
                    },
                ]),
            },
            parent,
        );
        new aws.ecs.Service(
            name,
            {
                cluster: cluster.arn,
                desiredCount: args.copies,
                launchType: "FARGATE",
                taskDefinition: task.arn,
                networkConfiguration: { assignPublicIp: true, subnets: subnetIds },
                loadBalancers: [
                    { targetGroupArn: target.arn, containerName: name, containerPort: 80 },
                ],
            },
            parent,
        );
        this.address = balancer.dnsName;
        this.registerOutputs({ address: this.address });
    }
}

const zones = aws.getAvailabilityZonesOutput({ state: "available" }).names;
const site = zones.apply(
    (names) => new Site("site", { image: "nginx:1.29", copies: 3, zones: names.slice(0, 2) }),
);
export const address = site.address;
