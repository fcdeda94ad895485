"""A type is found in its service's module, which is imported only then."""

import subprocess
import sys

import pytest

from farebox.rules.homes import NOTHING, declared_of
from farebox.rules.registry import FREE, TYPES, UNPRICED


@pytest.mark.parametrize("type_", sorted({*TYPES, *FREE, *UNPRICED}))
def test_a_type_is_found_as_it_is_declared(type_: str) -> None:
    found = declared_of(type_)
    assert found.type is TYPES.get(type_)
    assert (found.rule is None) == (type_ not in TYPES)
    assert found.said == (FREE.get(type_) or UNPRICED.get(type_))


def test_a_type_that_nobody_judged_has_no_home() -> None:
    assert declared_of("aws:no/such:Such") is NOTHING
    assert declared_of("random:index/randomPet:RandomPet") is NOTHING


def test_an_estimate_imports_the_services_that_it_meets_and_no_other() -> None:
    program = (
        "import sys; import farebox.rating.estimate;"
        "from farebox.rules.homes import declared_of;"
        "assert 'farebox.rules.aws.sns' not in sys.modules;"
        "declared_of('aws:sns/topic:Topic');"
        "assert 'farebox.rules.aws.sns' in sys.modules;"
        "assert 'farebox.rules.aws.elb' not in sys.modules;"
        "assert 'farebox.rules.registry' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
