"""How many instances a group runs: at least, as a rule and at most.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
"""

from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Circumstances, Gap
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.fleets import capacity_gap
from farebox.rules.shapes import amount


def group_size(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    minimum: tuple[Any, str],
    desired: tuple[Any, str],
    maximum: tuple[Any, str],
) -> Assumption | Gap:
    """Capacity of a group: low its minimum, likely what is desired, high its maximum.

    Without a desired capacity AWS launches the minimum. The usage key `instances`
    says how many run as a rule and stands for sizes that are not known; as a range
    it stands for all three levels. Raises InvalidInput for a negative size, a minimum
    above the maximum, or use above it.
    """
    sizes = [
        amount(resource, value, f"{name} of")
        for value, name in (minimum, desired, maximum)
    ]
    given = usage.assumption("instances")
    if given is not None:
        _check_given(resource, given, sizes[2], maximum[1])
    if given is not None and given.is_range:
        return given
    for size, (value, name) in zip(sizes, (minimum, desired, maximum), strict=True):
        absent = value is None and name == desired[1]
        if not isinstance(size, Decimal) and not absent and given is None:
            return capacity_gap(name)
    if given is not None:
        sizes = [s if isinstance(s, Decimal) else given.likely for s in sizes]
    low, likely, high = sizes
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    if low > high:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has {minimum[1]} {low:f} above "
            f"{maximum[1]} {high:f}: AWS refuses it"
        )
    if isinstance(likely, Decimal) and not low <= likely <= high:
        circumstances.note(
            f"{resource.name}: {desired[1]} {likely:f} lies outside {low:f} to "
            f"{high:f}; it is priced as it stands, but AWS refuses it"
        )
    status = "given" if given is None else given.status
    if given is not None:
        likely = given.likely
    elif not isinstance(likely, Decimal):
        likely = low
    return Assumption(
        min(low, likely), likely, max(high, likely), "instances", status=status
    )


def _check_given(
    resource: Resource, given: Assumption, maximum: Any, name: str
) -> None:
    """Raise InvalidInput where the usage file gives more instances than can run."""
    if isinstance(maximum, Decimal) and given.high > maximum:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has instances {given.high:f} in the "
            f"usage file, above its {name} of {maximum:f}: AWS runs no more"
        )
