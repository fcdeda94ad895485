"""AWS Service Catalog: calls of its API.

Source: https://aws.amazon.com/servicecatalog/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/servicecatalog/pricing/"

CALLS = Use(
    key="monthly_api_calls",
    service="AWSServiceCatalog",
    usage_type="SC-API-Calls",
    unit="API calls",
    says="calls of the catalog",
)

TYPES = {
    "aws:servicecatalog/portfolio:Portfolio": Type(
        billed="A catalog is billed by the call of its API.",
        source=SOURCE,
        uses=(CALLS,),
        terraform="aws_servicecatalog_portfolio",
        notes=(
            "1,000 calls a month are free for the account. Give the calls to one "
            "portfolio of several."
        ),
    ),
}

FREE = free(
    "servicecatalog",
    {
        "part of a catalog, whose calls are charged": (
            "BudgetResourceAssociation Constraint OrganizationsAccess PortfolioShare "
            "PrincipalPortfolioAssociation Product ProductPortfolioAssociation "
            "ProvisioningArtifact ServiceAction TagOption TagOptionResourceAssociation"
        )
    },
)

UNPRICED = unpriced(
    "servicecatalog",
    {
        "what the product launches is charged, and it is not in the document": (
            "ProvisionedProduct"
        ),
        "calls of the registry of applications may be charged": (
            "AppregistryApplication AppregistryAttributeGroup "
            "AppregistryAttributeGroupAssociation"
        ),
    },
)
