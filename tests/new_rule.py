"""Begins a service: `make rule TYPE=aws:ecr/repository:Repository`.

Writes the module with all types of that module of pulumi-aws, those not yet judged as
`UNJUDGED`, which a test refuses; and begins its case.
"""

import re
import sys
from keyword import iskeyword
from pathlib import Path

from tests.sdk_types import types_of_the_sdk

ROOT = Path(__file__).parent.parent

MODULE = '''\
"""{title}: what of it is billed.

Source: https://aws.amazon.com/{page}/pricing/
"""

from farebox.rules.service import Type, Use, free, unjudged

SOURCE = "https://aws.amazon.com/{page}/pricing/"

USED = Use(
    key="monthly_requests",
    service="the service's code in AWS's price list",
    usage_type="the usage type there, without the prefix of a region",
    unit="Requests",
    says="what the line says",
)

TYPES = {{
    "{type_}": Type(
        billed="How AWS bills it, in one sentence.",
        source=SOURCE,
        uses=(USED,),
        terraform="aws_{module}_{name}",
    ),
}}

FREE = free("{module}", {{}})

UNJUDGED = unjudged("{module}", "{others}")
'''

CASE = """\
# By hand: quantity x USD = USD
prices:
  - {{service: "", region: us-east-1, usage_type: "", unit: Requests, usd: "0"}}
resources:
  - {{type: "{type_}", name: one}}
usage:
  one: {{monthly_requests: 1}}
expected:
  lines: []
  total: 0
"""


class CannotBegin(Exception):
    """The type is not one of pulumi-aws, or its service is declared already."""


def begin(type_: str, root: Path = ROOT) -> list[Path]:
    """Write the module and its case; the files touched.

    Raises CannotBegin, with the way on, before anything is written.
    """
    module = type_.removeprefix("aws:").partition("/")[0]
    types = types_of_the_sdk().get(module, set())
    if type_ not in types:
        raise CannotBegin(f"{type_} is no type of the installed pulumi_aws")
    file = f"{module}_" if iskeyword(module) else module
    rule = root / "farebox" / "rules" / "aws" / f"{file}.py"
    case = root / "tests" / "cases" / f"{file}.yaml"
    if rule.exists():
        raise CannotBegin(f"{rule.name} is there: add {type_} to its TYPES")
    others = " ".join(sorted(one.rpartition(":")[2] for one in types - {type_}))
    name = type_.rpartition(":")[2]
    rule.write_text(
        MODULE.format(
            title=f"Amazon {module.upper()}",
            page=module,
            module=module,
            name=re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(),
            type_=type_,
            others=others,
        ),
        encoding="utf-8",
    )
    case.write_text(CASE.format(type_=type_), encoding="utf-8")
    return [rule, case]


if __name__ == "__main__":
    try:
        files = begin(sys.argv[1] if len(sys.argv) > 1 else "")
    except CannotBegin as error:
        sys.exit(f"{error}; give TYPE=aws:ecr/repository:Repository, for example")
    for path in files:
        print(path.relative_to(ROOT))
