"""AWS Resource Groups: names for sets of resources.

Source: https://docs.aws.amazon.com/ARG/latest/userguide/resource-groups.html
"""

from farebox.rules.service import free

FREE = free("resourcegroups", {"a group of resources is a name": "Group Resource"})
