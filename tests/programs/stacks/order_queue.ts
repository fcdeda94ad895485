// Orders wait in a queue, a function stores them, a small machine makes the reports.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const settings = new pulumi.Config();
const retention = settings.getNumber("retentionDays") ?? 14;

const failed = new aws.sqs.Queue("failed", { messageRetentionSeconds: 1209600 });
const orders = new aws.sqs.Queue("orders", {
    visibilityTimeoutSeconds: 180,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failed.arn, maxReceiveCount: 5 }),
});
const table = new aws.dynamodb.Table("orders", {
    attributes: [{ name: "id", type: "S" }],
    hashKey: "id",
    billingMode: "PROVISIONED",
    readCapacity: 100,
    writeCapacity: 50,
});
const role = new aws.iam.Role("store", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new aws.iam.RolePolicyAttachment("store", {
    role,
    policyArn: aws.iam.ManagedPolicy.AWSLambdaSQSQueueExecutionRole,
});
new aws.cloudwatch.LogGroup("store", { retentionInDays: retention });
const store = new aws.lambda.Function("store", {
    runtime: aws.lambda.Runtime.NodeJS22dX,
    handler: "index.handler",
    role: role.arn,
    memorySize: 256,
    code: new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset("exports.handler = async () => {};"),
    }),
    environment: { variables: { TABLE: table.name } },
});
new aws.lambda.EventSourceMapping("store", {
    eventSourceArn: orders.arn,
    functionName: store.arn,
    batchSize: 10,
});
const image = aws.ec2.getAmiOutput({
    mostRecent: true,
    owners: ["amazon"],
    filters: [{ name: "name", values: ["al2023-ami-2023.*-arm64"] }],
});
const reports = new aws.ec2.Instance("reports", {
    ami: image.id,
    instanceType: aws.ec2.InstanceType.T4g_Medium,
    rootBlockDevice: { volumeType: "gp3", volumeSize: 40 },
});
new aws.cloudwatch.MetricAlarm("waiting", {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 3,
    metricName: "ApproximateAgeOfOldestMessage",
    namespace: "AWS/SQS",
    period: 60,
    statistic: "Maximum",
    threshold: 600,
    dimensions: { QueueName: orders.name },
});

export const machine = reports.id;
