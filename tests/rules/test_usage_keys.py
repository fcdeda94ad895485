"""A usage file is held against declared keys, and one of Infracost is taken as it is."""

from decimal import Decimal
from typing import Any

import pytest

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.bill.usage_file import UsageError, parse_usage
from farebox.graph import Resource, ResourceGraph
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.packages import declared
from farebox.rules.registry import TYPES
from farebox.rules.service import Key
from farebox.rules.usage_keys import check_usage, in_pulumi_names, keys_of
from tests.casebook import case_files, frozen_book, graph_of, load, statement_of

NAT = "aws:ec2/natGateway:NatGateway"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
NOT_PRICED = "aws:tales/teller:Teller"
BOOK = frozen_book()

INFRACOST: dict[str, str] = {
    "aws_autoscaling_group": "instances operating_system reserved_instance_type "
    "reserved_instance_term reserved_instance_payment_option monthly_cpu_credit_hrs "
    "vcpu_count",
    "aws_cloudwatch_log_group": "storage_gb monthly_data_ingested_gb "
    "monthly_data_scanned_gb",
    "aws_api_gateway_rest_api": "monthly_requests",
    "aws_apigatewayv2_api": "monthly_requests request_size_kb monthly_messages "
    "message_size_kb monthly_connection_mins",
    "aws_cloudwatch_event_bus": "monthly_custom_events monthly_third_party_events "
    "monthly_archive_processing_gb archive_storage_gb "
    "monthly_schema_discovery_events",
    "aws_codebuild_project": "monthly_build_mins",
    "aws_lambda_function": "monthly_requests request_duration_ms",
    "aws_lambda_provisioned_concurrency_config": "monthly_duration_hrs request_duration_ms monthly_requests "
    "memory_mb",
    "aws_sfn_state_machine": "monthly_transitions monthly_requests memory_mb "
    "workflow_duration_ms",
    "aws_data_transfer": "monthly_intra_region_gb monthly_outbound_us_east_to_us_east_gb "
    "monthly_outbound_other_regions_gb monthly_outbound_internet_gb",
    "aws_ebs_snapshot": "monthly_list_block_requests monthly_get_block_requests "
    "monthly_put_block_requests fast_snapshot_restore_hours",
    "aws_ebs_volume": "monthly_standard_io_requests",
    "aws_db_instance": "monthly_standard_io_requests additional_backup_storage_gb "
    "monthly_additional_performance_insights_requests reserved_instance_term "
    "reserved_instance_payment_option",
    "aws_rds_cluster_instance": "monthly_cpu_credit_hrs vcpu_count "
    "capacity_units_per_hr monthly_additional_performance_insights_requests "
    "reserved_instance_term reserved_instance_payment_option",
    "aws_elasticache_cluster": "snapshot_storage_size_gb reserved_instance_term "
    "reserved_instance_payment_option",
    "aws_elasticache_replication_group": "snapshot_storage_size_gb "
    "reserved_instance_term reserved_instance_payment_option",
    "aws_docdb_cluster": "backup_storage_gb",
    "aws_docdb_cluster_instance": "data_storage_gb monthly_io_requests "
    "monthly_cpu_credit_hrs",
    "aws_docdb_cluster_snapshot": "backup_storage_gb",
    "aws_neptune_cluster": "storage_gb monthly_io_requests backup_storage_gb",
    "aws_neptune_cluster_snapshot": "backup_storage_gb",
    "aws_dx_connection": "monthly_outbound_region_to_dx_location_gb",
    "aws_kinesis_stream": "monthly_provisioned_extended_retention_gb "
    "monthly_provisioned_put_units monthly_provisioned_long_term_retention_gb",
    "aws_backup_vault": "monthly_efs_warm_backup_gb monthly_efs_item_restore_requests "
    "monthly_ebs_snapshot_gb monthly_fsx_lustre_backup_gb",
    "aws_cloudformation_stack": "monthly_handler_operations monthly_duration_secs",
    "aws_ec2_host": "reserved_instance_term reserved_instance_payment_option",
    "aws_ec2_transit_gateway_vpc_attachment": "monthly_data_processed_gb",
    "aws_ecr_repository": "storage_gb",
    "aws_eks_node_group": "instances operating_system reserved_instance_type "
    "reserved_instance_term reserved_instance_payment_option monthly_cpu_credit_hrs "
    "vcpu_count",
    "aws_elb": "monthly_data_processed_gb",
    "aws_instance": "operating_system reserved_instance_type reserved_instance_term "
    "reserved_instance_payment_option monthly_cpu_credit_hrs vcpu_count monthly_hrs",
    "aws_alb": "new_connections active_connections processed_bytes_gb rule_evaluations",
    "aws_lb": "new_connections active_connections processed_bytes_gb rule_evaluations",
    "aws_nat_gateway": "monthly_data_processed_gb",
    "aws_route53_health_check": "endpoint_type",
    "aws_route53_record": "monthly_standard_queries monthly_latency_based_queries "
    "monthly_geo_queries",
    "aws_route53_resolver_endpoint": "monthly_queries",
    "aws_s3_bucket": "object_tags standard.storage_gb standard.monthly_tier_1_requests "
    "standard.monthly_tier_2_requests standard.monthly_select_data_scanned_gb "
    "standard.monthly_select_data_returned_gb "
    "intelligent_tiering.frequent_access_storage_gb "
    "intelligent_tiering.infrequent_access_storage_gb "
    "intelligent_tiering.monitored_objects intelligent_tiering.monthly_tier_1_requests "
    "intelligent_tiering.monthly_tier_2_requests "
    "intelligent_tiering.monthly_lifecycle_transition_requests "
    "intelligent_tiering.monthly_select_data_scanned_gb "
    "intelligent_tiering.monthly_select_data_returned_gb "
    "intelligent_tiering.early_delete_gb standard_infrequent_access.storage_gb "
    "standard_infrequent_access.monthly_tier_1_requests "
    "standard_infrequent_access.monthly_tier_2_requests "
    "standard_infrequent_access.monthly_lifecycle_transition_requests "
    "standard_infrequent_access.monthly_data_retrieval_gb "
    "standard_infrequent_access.monthly_select_data_scanned_gb "
    "standard_infrequent_access.monthly_select_data_returned_gb "
    "one_zone_infrequent_access.storage_gb "
    "one_zone_infrequent_access.monthly_tier_1_requests "
    "one_zone_infrequent_access.monthly_tier_2_requests "
    "one_zone_infrequent_access.monthly_lifecycle_transition_requests "
    "one_zone_infrequent_access.monthly_data_retrieval_gb "
    "one_zone_infrequent_access.monthly_select_data_scanned_gb "
    "one_zone_infrequent_access.monthly_select_data_returned_gb "
    "glacier_flexible_retrieval.storage_gb "
    "glacier_flexible_retrieval.monthly_tier_1_requests "
    "glacier_flexible_retrieval.monthly_tier_2_requests "
    "glacier_flexible_retrieval.monthly_lifecycle_transition_requests "
    "glacier_flexible_retrieval.monthly_standard_select_data_scanned_gb "
    "glacier_flexible_retrieval.monthly_standard_select_data_returned_gb "
    "glacier_flexible_retrieval.monthly_bulk_select_data_scanned_gb "
    "glacier_flexible_retrieval.monthly_bulk_select_data_returned_gb "
    "glacier_flexible_retrieval.monthly_expedited_select_data_scanned_gb "
    "glacier_flexible_retrieval.monthly_expedited_select_data_returned_gb "
    "glacier_flexible_retrieval.monthly_standard_data_retrieval_requests "
    "glacier_flexible_retrieval.monthly_expedited_data_retrieval_requests "
    "glacier_flexible_retrieval.monthly_standard_data_retrieval_gb "
    "glacier_flexible_retrieval.monthly_expedited_data_retrieval_gb "
    "glacier_flexible_retrieval.early_delete_gb glacier_deep_archive.storage_gb "
    "glacier_deep_archive.monthly_tier_1_requests "
    "glacier_deep_archive.monthly_tier_2_requests "
    "glacier_deep_archive.monthly_lifecycle_transition_requests "
    "glacier_deep_archive.monthly_standard_data_retrieval_requests "
    "glacier_deep_archive.monthly_bulk_data_retrieval_requests "
    "glacier_deep_archive.monthly_standard_data_retrieval_gb "
    "glacier_deep_archive.monthly_bulk_data_retrieval_gb "
    "glacier_deep_archive.early_delete_gb",
    "aws_secretsmanager_secret": "monthly_requests",
    "aws_sns_topic": "monthly_requests request_size_kb http_subscriptions "
    "email_subscriptions kinesis_subscriptions mobile_push_subscriptions "
    "macos_subscriptions sms_subscriptions sms_notification_price",
    "aws_sns_topic_subscription": "monthly_requests request_size_kb",
    "aws_ssm_parameter": "api_throughput_limit monthly_api_interactions "
    "parameter_storage_hrs",
    "aws_vpc_endpoint": "monthly_data_processed_gb",
    "aws_vpn_connection": "monthly_data_processed_gb",
}
"""Infracost's keys of the types that Farebox prices.

Source: infracost/infracost, infracost-usage-example.yml (2024).
"""


def graph(*resources: tuple[str, str]) -> ResourceGraph:
    return ResourceGraph(
        [
            Resource(f"{type_}::{name}", type_, name, {}, region="us-east-1")
            for type_, name in resources
        ],
        project="case",
        stack="test",
    )


def checked(text: str, *resources: tuple[str, str]) -> list[str]:
    usage = in_pulumi_names(parse_usage(text, path="u.yml"))
    return check_usage(usage, graph(*resources))


def test_a_key_that_no_type_has_is_refused_with_the_nearest_one() -> None:
    text = "resource_usage:\n  a:\n    monthly_data_procesed_gb: 1"
    with pytest.raises(UsageError) as caught:
        checked(text, (NAT, "a"))
    assert str(caught.value) == (
        "u.yml:3: nothing that 'a' matches is charged by monthly_data_procesed_gb; "
        "did you mean monthly_data_processed_gb?"
    )


def test_a_wrong_key_of_a_type_is_refused_though_no_resource_has_the_type() -> None:
    text = f"resource_type_default_usage:\n  {NAT}: {{data: 1}}"
    with pytest.raises(UsageError, match=r"^u\.yml:2: .* is charged by data"):
        checked(text)


def test_a_wrong_key_of_the_account_is_refused() -> None:
    text = "account_usage:\n  us-east-1: {monthly_outbound_gb: 1}"
    with pytest.raises(UsageError, match="did you mean monthly_outbound_internet_gb"):
        checked(text)


def test_an_entry_that_matches_nothing_is_told() -> None:
    text = 'resource_usage:\n  "b-*": {gb: 1}'
    assert checked(text, (NAT, "a")) == [
        "u.yml:2: 'b-*' matches no resource that is charged"
    ]


def test_a_key_of_a_type_that_is_not_priced_yet_is_a_note() -> None:
    text = "resource_usage:\n  thumbs: {monthly_requests: 5, request_duration_ms: 3}"
    said = f"Farebox does not price {NOT_PRICED} yet"
    assert checked(text, (NOT_PRICED, "thumbs")) == [
        f"u.yml:2: 'thumbs' is not used: {said}"
    ]
    # A log group of the same name does not turn the function's keys into mistakes.
    assert checked(text, (NOT_PRICED, "thumbs"), (GROUP, "thumbs")) == [
        f"u.yml:2: monthly_requests is not used: {said}",
        f"u.yml:2: request_duration_ms is not used: {said}",
    ]


def test_a_free_type_of_the_same_name_excuses_no_key() -> None:
    text = "resource_usage:\n  a: {monthly_requests: 5}"
    with pytest.raises(UsageError, match="is charged by monthly_requests"):
        checked(text, (NAT, "a"), ("aws:ec2/eipAssociation:EipAssociation", "a"))


@pytest.mark.parametrize("value", ["abc", ".nan", "yes", '"3"', "0x10", "1:30"])
def test_a_text_where_a_figure_is_needed_is_refused(value: str) -> None:
    text = f"resource_usage:\n  a:\n    monthly_data_processed_gb: {value}"
    with pytest.raises(UsageError, match=r"^u\.yml:3: .* is the text .* give a figure"):
        checked(text, (NAT, "a"))


def test_a_map_where_a_figure_is_needed_is_refused() -> None:
    text = "resource_usage:\n  a: {monthly_data_processed_gb: {inner: 1}}"
    with pytest.raises(
        UsageError, match=r"^u\.yml:2: monthly_data_processed_gb is a map"
    ):
        checked(text, (NAT, "a"))


def test_a_word_that_a_key_does_not_hold_is_refused_with_those_that_it_does() -> None:
    text = "resource_usage:\n  a: {endpoint_type: elsewhere}"
    with pytest.raises(UsageError, match="is elsewhere; give aws or non_aws"):
        checked(text, ("aws:route53/healthCheck:HealthCheck", "a"))


def test_a_reserved_term_is_told_to_be_priced_on_demand() -> None:
    text = "resource_usage:\n  web: {reserved_instance_term: 1_year}"
    assert checked(text, ("aws:ec2/instance:Instance", "web")) == [
        "u.yml:2: reserved_instance_term is not used: it is priced on demand here, "
        "and --plan rates reserved terms"
    ]


def test_a_terraform_address_is_the_type_and_the_name() -> None:
    text = """\
resource_type_default_usage:
  aws_cloudwatch_log_group: {storage_gb: 3}
resource_usage:
  aws_nat_gateway.nat: {monthly_data_processed_gb: 1}
  module.net["a"].aws_nat_gateway.other_one[0]: {monthly_data_processed_gb: 2}
  aws_tales_teller.f: {monthly_requests: 5}
  aws_data_transfer.mine: {region: eu-west-1, monthly_intra_region_gb: 7}
"""
    usage = in_pulumi_names(parse_usage(text, path="u.yml"))
    assert [entry.pattern for entry in usage.types] == [GROUP]
    assert [entry.pattern for entry in usage.resources] == [
        f"{NAT}::nat",
        f"{NAT}::other_one-0",
        f"{NAT}::other-one-0",
        "aws_tales_teller.f",
    ]
    assert [entry.pattern for entry in usage.account] == ["eu-west-1"]
    found = graph((NAT, "nat"), (NAT, "other-one-0"), (GROUP, "g"), (NOT_PRICED, "f"))
    # other_one-0 is a second spelling of the entry that matches: it is not told.
    assert check_usage(usage, found) == [
        "u.yml:6: 'aws_tales_teller.f' is not used: Farebox does not price "
        "aws_tales_teller yet"
    ]


@pytest.mark.parametrize("terraform", INFRACOST)
def test_every_key_of_infracost_for_a_priced_type_is_accepted(terraform: str) -> None:
    declared = [
        said
        for said in (*TYPES.values(), ACCOUNT)
        if terraform in said.terraform.split()
    ]
    assert declared
    for said in declared:
        assert set(INFRACOST[terraform].split()) <= set(keys_of(said))


def _given(key: str, type_: str) -> dict[str, Value]:
    """One use of the key, nested as the file nests it."""
    said = declared(type_)
    assert said is not None
    use = keys_of(said)[key]
    exact = Decimal(1)
    one: Any = Assumption(exact, exact, exact, status="usage-file")
    if isinstance(use, Key) and use.texts:
        one = use.texts[0]
    for part in reversed(key.split(".")):
        one = {part: one}
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_the_key_that_a_gap_names_is_accepted_for_that_very_resource(path: Any) -> None:
    case = load(path)
    statement = statement_of({**case, "usage": {}, "account": {}}, BOOK)
    for entry in statement.unpriced:
        if entry.usage_key and entry.subject.urn:
            values = _given(entry.usage_key, entry.subject.type)
            usage = UsageFile(
                resources=[Entry(entry.subject.urn, values, {entry.usage_key: 1})]
            )
            assert check_usage(usage, graph_of(case)) == []


def test_a_terraform_address_is_told_as_the_file_has_it() -> None:
    text = "resource_usage:\n  aws_nat_gateway.nat: {monthly_data_processed_gb: 1}"
    assert checked(text) == [
        "u.yml:2: 'aws_nat_gateway.nat' matches no resource that is charged"
    ]
    every = "resource_usage:\n  aws_nat_gateway.nat[*]: {monthly_data_processed_gb: 1}"
    assert checked(every, (NAT, "nat")) == checked(every, (NAT, "nat-1")) == []
