"""The reverse proxies: how clients reach them, what they may do, what is refused."""

import io
import json
import subprocess
import sys
import tarfile
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from components.arguments import BadArgument
from components.machines import USER_DATA_LIMIT
from components.reverse_proxies import (
    BOOT_SCRIPT,
    PROGRAM,
    ReverseProxies,
    ReverseProxiesArgs,
)
from components.shipped import bare, shipped
from tests.components.harness import REGION, TAGS, ZONES, Program, run

GROUP = "aws:autoscaling/group:Group"


def subnets(*zones: str) -> dict[str, str]:
    return {zone: f"public-{zone}" for zone in zones}


def arguments(**more: Any) -> ReverseProxiesArgs:
    args: dict[str, Any] = {
        "region": REGION,
        "vpc_id": "vpc-1",
        "proxy_subnet_ids": subnets(*ZONES),
        "balancer_subnet_ids": subnets(*ZONES),
        "public_addresses": True,
        "domain": "hosting.example.com",
        "relay_host": "relay.hosting.example.com",
        "certificate_arn": "arn:certificate",
        "record_table": "passepartout-test",
        "instance_type": "c7g.large",
        "min_proxies": 2,
        "proxies": 3,
        "max_proxies": 5,
        "tags": TAGS,
    }
    return ReverseProxiesArgs(**{**args, **more})


def proxies(**more: Any) -> Program:
    return run(lambda: ReverseProxies("proxy", arguments(**more)))


def template(made: Program) -> dict[str, Any]:
    return made.one("aws:ec2/launchTemplate:LaunchTemplate").inputs


def test_one_group_spreads_over_the_zones_and_joins_the_load_balancer() -> None:
    group = proxies().one(GROUP, "proxy-group").inputs
    assert group["vpcZoneIdentifiers"] == list(subnets(*ZONES).values())
    sizes = (group["minSize"], group["desiredCapacity"], group["maxSize"])
    assert sizes == (2, 3, 5)
    assert group["targetGroupArns"] == ["proxy-targets.arn"]
    assert group["healthCheckType"] == "ELB"
    launch = {"id": "proxy-template.id", "version": "1"}
    assert group["launchTemplate"] == launch


def test_proxies_are_on_demand_machines_of_a_fixed_type() -> None:
    made = proxies()
    assert "mixedInstancesPolicy" not in made.one(GROUP).inputs
    assert template(made)["instanceType"] == "c7g.large"
    assert template(made)["imageId"].endswith("arm64")
    assert "instanceMarketOptions" not in template(made)


def test_all_users_come_in_on_one_port_with_one_certificate() -> None:
    made = proxies()
    listener = made.one("aws:lb/listener:Listener").inputs
    assert (listener["protocol"], listener["port"]) == ("TLS", 443)
    assert listener["certificateArn"] == "arn:certificate"
    targets = made.one("aws:lb/targetGroup:TargetGroup").inputs
    # Encrypted on the way to the proxies too.
    assert (targets["protocol"], targets["port"]) == ("TLS", 8443)
    assert targets["preserveClientIp"] == "true"
    check = targets["healthCheck"]
    assert (check["protocol"], check["path"]) == ("HTTPS", "/healthy")


def test_proxies_are_closed_but_to_their_load_balancer() -> None:
    groups = {
        one.name: one.inputs["ingress"]
        for one in proxies().of_type("aws:ec2/securityGroup:SecurityGroup")
    }
    assert set(groups) == {"proxy-nlb", "proxy-machines"}
    (rule,) = groups["proxy-machines"]
    assert rule["securityGroups"] == ["proxy-nlb.id"]
    assert "cidrBlocks" not in rule


def test_a_proxy_may_read_the_record_and_write_its_log_alone() -> None:
    told = proxies(state_log="/passepartout/test/state", places=80)
    text = told.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    _, log = json.loads(text)["Statement"]
    assert log["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    group = "arn:aws:logs:us-east-1:*:log-group:/passepartout/test/state:*"
    assert log["Resource"] == group
    text = proxies().one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    (statement,) = json.loads(text)["Statement"]
    assert statement["Action"] == ["dynamodb:GetItem", "dynamodb:Query"]
    table = "arn:aws:dynamodb:us-east-1:*:table/passepartout-test"
    assert statement["Resource"] == [table, f"{table}/index/*"]
    # Where no user lives there is no record, and no right to read one.
    assert not proxies(record_table=None).of_type("aws:iam/rolePolicy:RolePolicy")


def settings(made: Program) -> dict[str, str]:
    """What the boot script is told, by its names."""
    script = b64decode(template(made)["userData"])
    assert len(script) < USER_DATA_LIMIT
    lines = [line.partition("=") for line in script.decode().splitlines()[1:5]]
    return {key.removeprefix("readonly "): value[1:-1] for key, _, value in lines}


def test_the_boot_script_knows_domain_record_and_port() -> None:
    told = settings(proxies())
    assert told["RECORD"] == "dynamodb:us-east-1/passepartout-test"
    assert json.loads(told["SETTINGS"]) == {
        "domain": "hosting.example.com",
        "max_connections": 25_000,
        "places": 0,
        "port": 8_443,
        "record": "dynamodb:us-east-1/passepartout-test",
        "region": "us-east-1",
        "relay_host": "relay.hosting.example.com",
        "state_log": "",
    }
    assert settings(proxies(record_table=None))["RECORD"] == ""


@pytest.mark.parametrize("table", ["passepartout-test", None])
def test_what_is_shipped_runs_by_itself(tmp_path: Path, table: str | None) -> None:
    told = settings(proxies(record_table=table))
    archive = b64decode(told["PROGRAM"])
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:xz") as packed:
        packed.extractall(tmp_path, filter="data")
    # Isolated: nothing of the checkout, and no package but the standard library.
    run_it = (
        "import sys; sys.path.insert(0, '.'); import passepartout.proxy.__main__ as p"
    )
    wrote = (
        "import json, pathlib; from passepartout.proxy.install import install;"
        "calls = []; install(json.loads(sys.argv[1]), pathlib.Path(sys.argv[2]),"
        " lambda command, **_: calls.append(command[0]) if command[0] != 'openssl'"
        " else pathlib.Path(command[-1]).touch()); print(*calls)"
    )
    root = tmp_path / "root"
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-c", f"{run_it}; {wrote}"),
            *(told["SETTINGS"], str(root)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "systemctl"
    config = (root / "etc/passepartout/haproxy.cfg").read_text()
    assert "bind :8443 ssl crt /run/passepartout/proxy.pem" in config
    assert "$" not in config
    unit = (root / "etc/systemd/system/reverse-proxy.service").read_text()
    # HAProxy would wait for a watch that has no record to begin with.
    watch = root / "etc/systemd/system/proxy-routes.service"
    assert watch.exists() == (table is not None)
    assert "User=haproxy" in unit
    assert "LimitNOFILE=51000" in unit


def test_the_same_source_is_shipped_as_the_same_bytes() -> None:
    assert shipped(PROGRAM) == shipped(PROGRAM[::-1])
    source = '"""Says."""\ndef one() -> int:\n    """Says."""\n    return 1  # why\n'
    assert bare(source) == "def one() -> int:\n    return 1"


def test_the_boot_script_is_valid_shell() -> None:
    subprocess.run(["bash", "-n", str(BOOT_SCRIPT)], check=True)


def test_a_hosted_zone_leads_every_name_of_the_domain_to_the_proxies() -> None:
    made = proxies(hosted_zone_id="Z0123456789ABCDEFGHIJ")
    record = made.one("aws:route53/record:Record", "proxy-record").inputs
    assert record["name"] == "*.hosting.example.com"
    assert record["aliases"][0]["name"] == "proxy-nlb.dnsName"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"balancer_subnet_ids": subnets("use1-az1")}, "must cover the proxies' zones"),
        ({"proxy_subnet_ids": {}}, "must name at least 1 zones"),
        ({"domain": "nonsense"}, "domain is 'nonsense'"),
        ({"relay_host": "nonsense"}, "relay_host is 'nonsense'"),
        ({"hosted_zone_id": "zone"}, "must be a Route 53 hosted zone id"),
        ({"record_table": "a b"}, "must be 3 to 255 letters"),
        ({"instance_type": "c7g"}, "must be an EC2 instance type"),
        ({"min_proxies": 4}, "proxies is (4, 3, 5): it must be 0 <= least"),
        # 500 targets a zone, 3 zones.
        ({"max_proxies": 1_501}, "max_proxies is 1501: it must be at most 1,500"),
        ({"max_proxies": 501, "cross_zone": True}, "must be at most 500"),
        ({"connections_per_proxy": 0}, "must be from 1 to 1,000,000 connections"),
        ({"state_log": "/a/log"}, "must come with record_table and places"),
        ({"root_gib": 7}, "must be from 8 to 65,536 GiB"),
    ],
)
def test_bad_proxies_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        arguments(**change)
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)
