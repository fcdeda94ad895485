"""AWS Lake Formation: rights on a data lake, and rows and cells that it filters.

Source: https://aws.amazon.com/lake-formation/pricing/
"""

from farebox.rules.service import Type, Use, free

SOURCE = "https://aws.amazon.com/lake-formation/pricing/"

FILTERED = Use(
    key="monthly_filtered_tb",
    service="AWSLakeFormation",
    usage_type="Bytes-Processed",
    operation="Filtering",
    unit="TB",
    says="scanned through the filter by others than AWS's own engines",
)

TYPES = {
    "aws:lakeformation/dataCellsFilter:DataCellsFilter": Type(
        billed="What is read through a filter of cells is billed by the TB.",
        source=SOURCE,
        uses=(FILTERED,),
        terraform="aws_lakeformation_data_cells_filter",
    )
}

FREE = free(
    "lakeformation",
    {
        "a right, a label or a setting of the lake; what it holds is S3's": (
            "DataLakeSettings IdentityCenterConfiguration LfTag LfTagExpression OptIn "
            "Permissions Resource ResourceLfTag ResourceLfTags"
        )
    },
)
