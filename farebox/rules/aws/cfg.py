"""AWS Config: what it records of resources, and each time that a rule looks at one.

Source: https://aws.amazon.com/config/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_text
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/config/pricing/"
SERVICE = "AWSConfig"

STATUS_TYPE = "aws:cfg/recorderStatus:RecorderStatus"
RECORDERS = frozenset(("aws:cfg/recorder:Recorder",))


def _use(key: str, usage_type: str, unit: str, says: str) -> Use:
    return Use(key=key, service=SERVICE, usage_type=usage_type, unit=unit, says=says)


ITEMS = _use(
    "monthly_config_items",
    "ConfigurationItemRecorded{daily}",
    "ConfigurationItemRecorded",
    "changes of resources that are recorded",
)
OTHER_ITEMS = _use(
    "monthly_override_config_items",
    "ConfigurationItemRecorded{daily}",
    "ConfigurationItemRecorded",
    "changes of the types that are recorded in the other way",
)
CUSTOM_ITEMS = Use(
    key="monthly_custom_config_items",
    service=SERVICE,
    usage_type="CustomConfigItemRecorded",
    unit="ConfigurationItemRecorded",
    says="changes of resources outside of AWS that are recorded",
    optional=True,
)
EVALUATIONS = _use(
    "monthly_rule_evaluations",
    "ConfigRuleEvaluations",
    "ConfigRuleEvaluations",
    "evaluations by the rule",
)
PACK_EVALUATIONS = _use(
    "monthly_conformance_pack_evaluations",
    "ConformancePackEvaluations",
    "ConformancePackEvaluations",
    "evaluations by the rules of the pack",
)


def recorder(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each change that is recorded; once a day costs more for each and records fewer.

    Types that are recorded in the other way than the rest have a key of their own. A
    recorder that its status holds stopped records nothing.
    """
    if _is_stopped(resource, circumstances):
        yield NoCharge("its status holds it stopped: it records nothing")
        return
    mode = known_text(
        field(resource.input("recordingMode"), "recordingFrequency"),
        "recordingMode.recordingFrequency",
        "CONTINUOUS",
    )
    if isinstance(mode, Gap):
        yield ITEMS.gap(resource, mode.reason, daily="")
    else:
        daily = "Daily" if mode == "DAILY" else ""
        yield ITEMS.charge(resource, usage, daily=daily)
        yield from _overridden(resource, usage, mode)
    yield from CUSTOM_ITEMS.where_given(resource, usage)


def _overridden(resource: Resource, usage: Usage, mode: str) -> Iterator[Charge]:
    """The types that are recorded in the other way than the rest."""
    said = field(resource.input("recordingMode"), "recordingModeOverride")
    if said in (None, {}, []):
        return
    other = known_text(field(said, "recordingFrequency"), "recordingModeOverride", mode)
    if isinstance(other, Gap):
        yield OTHER_ITEMS.gap(resource, other.reason, daily="")
    elif other != mode:
        daily = "Daily" if other == "DAILY" else ""
        yield OTHER_ITEMS.charge(resource, usage, daily=daily)


def _is_stopped(resource: Resource, circumstances: Circumstances) -> bool:
    """Whether a status of the stack says that the recorder does not record."""
    graph = circumstances.graph
    for status in graph.by_type.get(STATUS_TYPE, ()):
        named = graph.references(status, "name", status.input("name"), RECORDERS)
        if [item.urn for item in named] == [resource.urn]:
            return flag(status.input("isEnabled")) is False
    return False


_RULE = Type(
    billed="A rule is billed by the evaluation.",
    source=SOURCE,
    uses=(EVALUATIONS,),
    terraform=(
        "aws_config_config_rule aws_config_organization_custom_rule "
        "aws_config_organization_managed_rule"
    ),
    not_modelled="functions that a rule of one's own calls (Lambda's)",
)
_PACK = Type(
    billed="A conformance pack is billed by the evaluations of its rules.",
    source=SOURCE,
    uses=(PACK_EVALUATIONS,),
    terraform="aws_config_conformance_pack aws_config_organization_conformance_pack",
)

TYPES = {
    "aws:cfg/recorder:Recorder": Type(
        billed="A recorder is billed by the change that it records.",
        source=SOURCE,
        uses=(ITEMS, OTHER_ITEMS, CUSTOM_ITEMS),
        rule=recorder,
        terraform="aws_config_configuration_recorder",
    ),
    "aws:cfg/rule:Rule": _RULE,
    "aws:cfg/organizationCustomRule:OrganizationCustomRule": _RULE,
    "aws:cfg/organizationCustomPolicyRule:OrganizationCustomPolicyRule": _RULE,
    "aws:cfg/organizationManagedRule:OrganizationManagedRule": _RULE,
    "aws:cfg/conformancePack:ConformancePack": _PACK,
    "aws:cfg/organizationConformancePack:OrganizationConformancePack": _PACK,
}

FREE = free(
    "cfg",
    {
        "a setting, or what gathers records, which are charged": (
            "AggregateAuthorization ConfigurationAggregator DeliveryChannel "
            "RecorderStatus RetentionConfiguration"
        ),
        "a repair costs nothing; the automation that it starts is Systems Manager's": (
            "RemediationConfiguration"
        ),
    },
)
