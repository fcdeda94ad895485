"""What a template launches is priced by the same rules as a program's own resources."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from farebox.bill.statement import Statement
from farebox.graph.preview import read_preview
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book
from tests.graph.documents import preview, root, state, step

BOOK = frozen_book()

TEMPLATE = """
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        InstanceType: r6a.large
        BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeSize: 50, VolumeType: gp3}}]
        NetworkInterfaces: [{AssociatePublicIpAddress: false}]
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "3"
      MaxSize: "3"
      VPCZoneIdentifier: [subnet-1]
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}
  Address: {Type: AWS::EC2::EIP}
  Gateway:
    Type: AWS::EC2::NatGateway
    Properties: {AllocationId: !GetAtt Address.AllocationId, SubnetId: subnet-1}
  Disk:
    Type: AWS::EC2::Volume
    Properties: {Size: 100, VolumeType: gp2, AvailabilityZone: us-east-1a}
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-1
      InstanceType: r6a.large
      BlockDeviceMappings: [{DeviceName: /dev/sda1, Ebs: {VolumeSize: 20, VolumeType: gp3}}]
      NetworkInterfaces: [{AssociatePublicIpAddress: true, SubnetId: subnet-1, DeviceIndex: "0"}]
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: network, Scheme: internal, Subnets: [subnet-1]}
  Zone: {Type: AWS::Route53::HostedZone, Properties: {Name: example.test}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics: [{Id: a, MetricStat: {Metric: {MetricName: a}, Period: 60, Stat: Sum}}]
  Role: {Type: AWS::IAM::Role, Properties: {}}
  Key: {Type: AWS::KMS::Key, Properties: {KeySpec: SYMMETRIC_DEFAULT}}
  Secret: {Type: AWS::SecretsManager::Secret}
  Cluster: {Type: AWS::EKS::Cluster, Properties: {Version: "1.35"}}
  Table: {Type: AWS::NoSuch::Table}
"""


def priced(*states: dict[str, Any]) -> Statement:
    document = preview(root(), *(step("create", item) for item in states))
    return estimate(read_preview(document), BOOK, on=date(2026, 11, 23))


def test_a_template_costs_what_its_resources_cost() -> None:
    inputs = {"templateBody": TEMPLATE}
    found = priced(state("aws:cloudformation/stack:Stack", "shop", inputs=inputs))
    # By hand, 730 hours: three r6a.large 3 x 730 x 0.1134 = 248.346 with 3 x 50 x 0.08 = 12;
    # NAT 730 x 0.045 = 32.85 and its address 3.65; disk 100 x 0.10 = 10; server 82.782
    # with 20 x 0.08 = 1.60 and an address 3.65; balancer 16.425; zone 0.50; the alarm is
    # one of ten that are free; key 1; secret 0.40; cluster 73.
    # 248.346 + 12 + 32.85 + 3.65 + 10 + 82.782 + 1.60 + 3.65 + 16.425 + 0.50 + 1 + 0.40 + 73
    assert found.usd_per_month == Decimal("486.203")
    free = {item.subject.name: item.code for item in found.free}
    assert free["shop"] == "priced-with"
    assert free["shop/Template"] == "priced-with"
    assert free["shop/Role"] == "no-charge"
    gaps = {item.subject.name: item.code for item in found.unpriced}
    assert gaps.pop("shop/Table") == "no-rule"
    assert set(gaps.values()) == {"no-usage"}


def test_what_of_a_template_is_not_seen_makes_the_total_a_lower_bound() -> None:
    inputs = {"templateUrl": "https://example.test/template"}
    found = priced(state("aws:cloudformation/stack:Stack", "shop", inputs=inputs))
    (gap,) = found.unpriced
    assert (gap.code, found.lower_bound) == ("unknown-input", True)


def test_a_task_and_a_service_of_a_template_run_on_fargate() -> None:
    body = {
        "Resources": {
            "Task": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": {"Cpu": "512", "Memory": "1024"},
            },
            "Service": {
                "Type": "AWS::ECS::Service",
                "Properties": {
                    "LaunchType": "FARGATE",
                    "TaskDefinition": {"Ref": "Task"},
                    "NetworkConfiguration": {
                        "AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}
                    },
                },
            },
        }
    }
    inputs = {"templateBody": json.dumps(body)}
    found = priced(state("aws:cloudformation/stack:Stack", "shop", inputs=inputs))
    # By hand: one task: 730 x (0.5 x 0.04048 + 1 x 0.004445) = 18.02005; address 3.65
    assert round(found.usd_per_month, 5) == Decimal("21.67005")
