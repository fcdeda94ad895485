"""Amazon Aurora DSQL: clusters by processing units and storage.

Source: https://aws.amazon.com/rds/aurora/dsql/pricing/
"""

from farebox.rules.service import free, unpriced

FREE = free(
    "dsql",
    {"a setting of clusters, which are charged": "ClusterPeering ClusterPolicy"},
)

UNPRICED = unpriced(
    "dsql",
    {
        "a cluster is charged by processing units and by the GB-month, under names of the "
        "price list that were not seen": "Cluster"
    },
)
