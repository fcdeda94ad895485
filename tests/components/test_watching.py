"""What is watched, who is told, and how groups grow by it."""

import json
import re
from typing import Any

import pytest

from components.arguments import BadArgument
from components.balancers import Balancer
from components.relay_cluster import RelayCluster
from components.watching import HostingWatch, Watching, WatchingArgs
from farebox.hosting.plan.watch_graph import STATE_METRICS
from passepartout.proxy.report import lines_of
from passepartout.users.records import Machine, Volume
from tests.components.harness import REGION, TAGS, ZONES, Program, run
from tests.components.test_relay_cluster import arguments as cluster_arguments
from tests.components.test_reverse_proxies import arguments as proxy_arguments
from tests.components.test_reverse_proxies import proxies

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
POLICY = "aws:autoscaling/policy:Policy"


def hosting(**more: Any) -> HostingWatch:
    args: dict[str, Any] = {
        "group_names": {zone: f"group-{zone}" for zone in ZONES},
        "machines": 100,
        "places": 80,
        "used_percent": 96.15,
        "free_places": 10,
        "snapshot_hours": 24,
    }
    return HostingWatch(**{**args, **more})


def arguments(balancer: Balancer | None = None, **more: Any) -> WatchingArgs:
    args: dict[str, Any] = {
        "pool": "passepartout-test",
        "region": REGION,
        "balancers": {"relay": balancer} if balancer else {},
        "hosting": hosting(),
        "tags": TAGS,
    }
    return WatchingArgs(**{**args, **more})


def watching(**more: Any) -> Program:
    def build() -> None:
        relay = RelayCluster("relay", cluster_arguments())
        Watching("watch", arguments(relay.balancer, **more))

    return run(build)


def alarm(made: Program, what: str) -> dict[str, Any]:
    return made.one(ALARM, f"watch-{what}").inputs


def test_every_alarm_tells_somebody_that_it_begins_and_ends() -> None:
    made = watching(alarm_email="ops@example.com")
    for one in made.of_type(ALARM):
        assert one.inputs["alarmActions"] == ["watch-topic.arn"], one.name
        assert one.inputs["okActions"] == ["watch-topic.arn"], one.name
    mail = made.one("aws:sns/topicSubscription:TopicSubscription").inputs
    assert (mail["protocol"], mail["endpoint"]) == ("email", "ops@example.com")


def test_too_few_places_or_nobody_who_tells_is_an_alarm() -> None:
    free = alarm(watching(), "free-places")
    assert (free["metricName"], free["threshold"]) == ("FreePlaces", 10)
    assert free["comparisonOperator"] == "LessThanThreshold"
    assert free["treatMissingData"] == "breaching"


def test_failed_users_and_machines_in_trouble_are_alarms() -> None:
    made = watching()
    assert alarm(made, "failed")["metricName"] == "UsersFailed"
    assert alarm(made, "problems")["metricName"] == "MachinesWithProblems"
    # More than one machine's users wait: a spare one did not take over.
    assert alarm(made, "waiting")["threshold"] == 80


def test_two_snapshots_that_are_missing_are_an_alarm() -> None:
    made = watching()
    snapshots = alarm(made, "snapshots")
    assert (snapshots["period"], snapshots["evaluationPeriods"]) == (3_600, 48)
    assert snapshots["dimensions"] == {"RuleName": "watch-snapshot-made.name"}
    rule = made.one("aws:cloudwatch/eventRule:EventRule", "watch-snapshot-made").inputs
    assert json.loads(rule["eventPattern"])["detail"]["result"] == ["succeeded"]


def test_more_interruptions_than_spare_machines_are_an_alarm() -> None:
    # 5 % of 100 machines an hour; of 3 machines one.
    assert alarm(watching(), "spot")["threshold"] == 5
    few = watching(hosting=hosting(machines=3))
    assert alarm(few, "spot")["threshold"] == 1


def test_a_stack_without_users_is_watched_at_its_load_balancers_alone() -> None:
    made = watching(hosting=None)
    assert [one.name for one in made.of_type(ALARM)] == ["watch-relay-unhealthy"]
    unhealthy = alarm(made, "relay-unhealthy")
    assert unhealthy["dimensions"] == {
        "LoadBalancer": "relay-nlb.arnSuffix",
        "TargetGroup": "relay-targets.arnSuffix",
    }
    assert not made.of_type(POLICY)


def test_each_figure_that_proxies_tell_is_a_metric() -> None:
    machine = Machine(machine="i-1", zone=ZONES[0], address="10.0.0.1", seen=1_000.0)
    volume = Volume(volume="vol-1", zone=ZONES[0], places=10, users=4)
    users = {
        (ZONES[0], "running"): 3,
        (ZONES[0], "failed"): 1,
        (ZONES[1], "waiting"): 2,
    }
    lines = lines_of(users, [machine], [volume], places=80, now=1_000.0)
    stack, first, second = map(json.loads, lines)
    assert stack == {
        "FreePlaces": 6,
        "UsersRunning": 3,
        "UsersWaiting": 2,
        "UsersFailed": 1,
        "MachinesSilent": 0,
        "MachinesWithProblems": 0,
    }
    # 4 of 80; 2 users where no machine is: of half a machine.
    assert first == {"Zone": ZONES[0], "PlacesUsedPercent": 5.0}
    assert second == {"Zone": ZONES[1], "PlacesUsedPercent": 5.0}
    assert tuple(stack) == STATE_METRICS
    filters = watching().of_type(FILTER)
    of_the_stack = [
        one.inputs["metricTransformation"]["name"]
        for one in filters
        if "Zone" not in one.inputs["pattern"]
    ]
    assert of_the_stack == list(stack)
    zones = [
        one.inputs["pattern"] for one in filters if "Zone" in one.inputs["pattern"]
    ]
    assert sorted(zones) == [f'{{ $.Zone = "{zone}" }}' for zone in sorted(ZONES)]


def test_a_machine_that_does_not_speak_gives_no_places() -> None:
    quiet = Machine(machine="i-1", zone=ZONES[0], address="10.0.0.1", seen=0.0)
    drained = Machine(machine="i-2", zone=ZONES[0], address="", state="drained")
    lines = lines_of({(ZONES[0], "waiting"): 80}, [quiet, drained], [], 80, now=1_000.0)
    stack, zone = map(json.loads, lines)
    assert (stack["MachinesSilent"], stack["UsersWaiting"]) == (1, 80)
    assert zone["PlacesUsedPercent"] == 200.0


def test_a_zones_machines_grow_by_their_places_and_never_shrink_by_themselves() -> None:
    policies = watching().of_type(POLICY)
    assert [one.inputs["autoscalingGroupName"] for one in policies] == [
        f"group-{zone}" for zone in ZONES
    ]
    tracked = policies[0].inputs["targetTrackingConfiguration"]
    assert tracked["targetValue"] == 96.15
    assert tracked["disableScaleIn"] is True
    metric = tracked["customizedMetricSpecification"]
    assert metric["metricName"] == f"PlacesUsedPercent-{ZONES[0]}"
    assert metric["namespace"] == "Passepartout/passepartout-test"


def test_proxies_grow_by_the_connections_that_each_has() -> None:
    made = proxies(target_connections=20_000)
    policy = made.one(POLICY, "proxy-scaling").inputs["targetTrackingConfiguration"]
    assert policy["targetValue"] == 20_000
    each, opened, machines = policy["customizedMetricSpecification"]["metrics"]
    assert each["expression"] == "open / machines"
    names = [one["metricStat"]["metric"]["metricName"] for one in (opened, machines)]
    assert names == ["ActiveFlowCount_TLS", "HealthyHostCount"]
    assert [one["returnData"] for one in (opened, machines)] == [False, False]
    with pytest.raises(BadArgument, match="at most what a proxy takes"):
        proxy_arguments(target_connections=30_000)


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    made = watching()
    body = json.loads(
        made.one("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]
    )
    shown = {
        metric[1]
        for widget in body["widgets"]
        for metric in widget["properties"]["metrics"]
        if metric[0].startswith("Passepartout/")
    }
    made_of = {
        one.inputs["metricTransformation"]["name"] for one in made.of_type(FILTER)
    }
    assert shown == made_of
    places = [(widget["x"], widget["y"]) for widget in body["widgets"]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"used_percent": 0}, "must be above 0 and at most 100 percent"),
        ({"places": 0}, "must be from 1"),
        ({"snapshot_hours": 100}, "an alarm looks back a week at most"),
    ],
)
def test_what_no_metric_could_reach_is_refused(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadArgument, match=re.escape(sentence)):
        hosting(**change)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(BadArgument, match="must be an email address"):
        arguments(alarm_email="nobody")
    with pytest.raises(BadArgument, match="must be one of 1, 3, 5"):
        arguments(log_days=31)
