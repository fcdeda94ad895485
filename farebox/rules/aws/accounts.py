"""Accounts, organizations, and what tells of their bills: settings, not charged.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html,
https://aws.amazon.com/aws-cost-management/pricing/
"""

from farebox.rules.service import free, unpriced

FREE = {
    **free(
        "organizations",
        {
            "AWS Organizations is not charged; what runs in an account is": (
                "Account AwsServiceAccess DelegatedAdministrator Organization "
                "OrganizationalUnit Policy PolicyAttachment ResourcePolicy Tag"
            )
        },
    ),
    **free(
        "account",
        {"a setting of an account": "AlternativeContact PrimaryContact Region"},
    ),
    **free("uxc", {"how an account's console looks": "AccountCustomizations"}),
    **free(
        "ram",
        {
            "sharing is not charged; what is shared is, with its owner": (
                "Permission PrincipalAssociation ResourceAssociation ResourceShare "
                "ResourceShareAccepter ResourceShareAssociationsExclusive "
                "SharingWithOrganization"
            )
        },
    ),
    **free(
        "servicequotas",
        {
            "a quota is a limit, or asks for a higher one": (
                "AutoManagement ServiceQuota Template TemplateAssociation"
            )
        },
    ),
    **free(
        "licensemanager",
        {
            "License Manager is not charged for rules on licences that one owns": (
                "Association LicenseConfiguration LicenseGrant LicenseGrantAccepter"
            )
        },
    ),
    **free("billing", {"a view of costs": "View"}),
    **free(
        "bcmdata", {"an export of costs; the bucket that keeps it is charged": "Export"}
    ),
    **free(
        "cur",
        {"a report of costs; the bucket that keeps it is charged": "ReportDefinition"},
    ),
    **free("invoicing", {"who gets which invoice": "InvoiceUnit"}),
    **free(
        "costoptimizationhub",
        {"the hub is not charged": "EnrollmentStatus Preferences"},
    ),
    **free(
        "computeoptimizer",
        {"standard recommendations are not charged": "EnrollmentStatus"},
    ),
    **free("outposts", {"divides a rack that is paid for otherwise": "CapacityTask"}),
}

UNPRICED = {
    **unpriced(
        "controltower",
        {
            "it sets up trails, rules of AWS Config and buckets in each account, which are "
            "charged there and not seen here": "Baseline LandingZone",
            "controls that detect are rules of AWS Config, which are charged by the "
            "evaluation": "ControlTowerControl",
        },
    ),
    **unpriced(
        "computeoptimizer",
        {
            "enhanced infrastructure metrics are charged by the resource and hour": (
                "RecommendationPreferences"
            )
        },
    ),
    **unpriced(
        "savingsplans",
        {
            "a commitment to pay by the hour, which lowers the rates of what runs": "SavingsPlan"
        },
    ),
    **unpriced(
        "pricingplanmanager",
        {"a flat-rate plan is charged by the month, by its size": "Subscription"},
    ),
    **unpriced(
        "accountaccess",
        {"Farebox knows no price page for it": "Application Entitlement"},
    ),
}
