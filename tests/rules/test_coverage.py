"""What is said of the types of the SDK adds up, and no type is free by default."""

from tests.type_coverage import Coverage, coverage, lines


def test_every_type_is_in_one_of_the_counts() -> None:
    found = coverage()
    kinds = (found.priced, found.free, found.priced_with, found.unpriced, found.unseen)
    assert found.total == len(frozenset().union(*kinds)) > 1700
    assert "aws:s3/bucket:Bucket" in found.priced
    assert "aws:iam/role:Role" in found.free
    assert "aws:route53recoverycontrol/controlPanel:ControlPanel" in found.priced_with
    assert "aws:savingsplans/savingsPlan:SavingsPlan" in found.unpriced


def test_every_type_of_the_installed_sdk_has_been_looked_at() -> None:
    unseen = sorted(coverage().unseen)
    assert not unseen, (
        "a new pulumi_aws has types that nobody has looked at; put each into TYPES, FREE "
        f"or UNPRICED of a module of farebox/rules/aws: {', '.join(unseen)}"
    )


def test_no_type_that_had_a_rule_has_lost_it() -> None:
    # 410 types were charged by a rule on 2026-11-29; a rule that is lost is seen here.
    assert len(coverage().priced) >= 410


def test_what_nobody_has_looked_at_is_named() -> None:
    one = frozenset({"aws:a/b:B"})
    found = Coverage("7.0", frozenset("xy"), frozenset(), frozenset(), frozenset(), one)
    said = list(lines(found))
    assert said[0] == "3 types of pulumi-aws 7.0"
    assert said[1] == "     2   66.6 %  charged by a rule"
    assert said[-1] == "        aws:a/b:B"
