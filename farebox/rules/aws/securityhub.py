"""AWS Security Hub and Amazon Detective: checks, findings and the data behind them.

Source: https://aws.amazon.com/security-hub/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/security-hub/pricing/"
SERVICE = "AWSSecurityHub"

CHECKS = Use(
    key="monthly_security_checks",
    service=SERVICE,
    usage_type="PaidComplianceCheck",
    unit="Security Checks",
    says="checks of the standards that are on",
)
FINDINGS = Use(
    key="monthly_findings",
    service=SERVICE,
    usage_type="OtherProduct:PaidFindingsIngestion",
    unit="Events",
    says="findings of other products",
    optional=True,
)
ANALYSED = Use(
    key="monthly_data_ingested_gb",
    service="AmazonDetective",
    usage_type="PaidDataAnalyzed-Bytes",
    unit="GB",
    says="logs taken into the graph",
)

TYPES = {
    "aws:securityhub/account:Account": Type(
        billed="Security Hub is billed by the check, and by other products' findings.",
        source=SOURCE,
        uses=(CHECKS, FINDINGS),
        terraform="aws_securityhub_account",
        notes="Findings of Security Hub itself cost nothing, nor do 10,000 others a month.",
        not_modelled="evaluations by automation rules over a million",
    ),
    "aws:securityhub/accountV2:AccountV2": Type(
        billed="The new Security Hub is billed by the resource that it covers.",
        source=SOURCE,
        no_price="it is charged by the resource that it covers, at rates of its own",
    ),
    "aws:detective/graph:Graph": Type(
        billed="A graph is billed by the GB of logs that it takes in.",
        source="https://aws.amazon.com/detective/pricing/",
        uses=(ANALYSED,),
        terraform="aws_detective_graph",
    ),
}

FREE = free(
    "securityhub",
    {
        "a view, a rule or a right; checks and findings are given with the account": (
            "ActionTarget AggregatorV2 AutomationRule AutomationRuleV2 "
            "FindingAggregator Insight InviteAccepter Member OrganizationAdminAccount "
            "StandardsControl StandardsControlAssociation StandardsSubscription"
        )
    },
) | free(
    "detective",
    {
        "a right of a graph, which is charged": (
            "InvitationAccepter Member OrganizationAdminAccount"
        )
    },
)

UNPRICED = unpriced(
    "securityhub",
    {
        "it turns checks on in other accounts, which are charged there": (
            "ConfigurationPolicy ConfigurationPolicyAssociation OrganizationConfiguration"
        ),
        "findings of the product are charged above 10,000 a month": "ProductSubscription",
        "what it adds to the new Security Hub is charged by the resource": (
            "ConnectorV2 FeatureV2"
        ),
    },
) | unpriced(
    "detective",
    {
        "it turns graphs on in other accounts, which are charged there": (
            "OrganizationConfiguration"
        )
    },
)
