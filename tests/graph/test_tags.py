"""The tags of a resource, as programs, groups and providers give them."""

from typing import Any

from farebox.graph import UNKNOWN, Resource
from farebox.graph.tags import tag_of, tags_of
from farebox.graph.values import UNKNOWN_TEXT

GROUP = "aws:autoscaling/group:Group"


def resource(**inputs: Any) -> Resource:
    return Resource(urn="urn", type=GROUP, name="it", raw_inputs=inputs)


def test_tags_of_a_group_are_a_list() -> None:
    group = resource(
        tags=[
            {"key": "team", "value": "search", "propagateAtLaunch": True},
            {"key": "stage", "value": UNKNOWN_TEXT},
        ]
    )
    assert tags_of(group) == {"team": "search"}
    assert tag_of(group, "stage") is UNKNOWN


def test_what_a_provider_adds_is_a_tag_and_the_resources_own_holds() -> None:
    tagged = resource(tagsAll={"team": "all", "stage": "live"}, tags={"team": "search"})
    assert tags_of(tagged) == {"team": "search", "stage": "live"}


def test_tags_that_are_not_known_may_have_any_key() -> None:
    assert tag_of(resource(tags=UNKNOWN_TEXT), "team") is UNKNOWN
    assert tag_of(resource(tags={"team": UNKNOWN_TEXT}), "team") is UNKNOWN
    assert tag_of(resource(tags={"stage": "live"}), "team") is None
    assert tag_of(resource(), "team") is None


def test_a_key_is_another_one_in_other_letters() -> None:
    assert tag_of(resource(tags={"Team": "search"}), "team") is None


def test_cloud_controls_tags_are_a_list_with_capitals() -> None:
    assert tags_of(resource(tags=[{"Key": "team", "Value": "search"}])) == {
        "team": "search"
    }
