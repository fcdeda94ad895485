"""A website of files: a bucket behind CloudFront, with its certificate and name."""

import pulumi_aws as aws

bucket = aws.s3.Bucket("site")
aws.s3.BucketPublicAccessBlock(
    "site", bucket=bucket.id, block_public_acls=True, block_public_policy=True
)
aws.s3.BucketOwnershipControls(
    "site", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}
)
zone = aws.route53.Zone("zone", name="example.com")
certificate = aws.acm.Certificate(
    "site", domain_name="www.example.com", validation_method="DNS"
)
access = aws.cloudfront.OriginAccessControl(
    "site",
    origin_access_control_origin_type="s3",
    signing_behavior="always",
    signing_protocol="sigv4",
)
distribution = aws.cloudfront.Distribution(
    "site",
    enabled=True,
    default_root_object="index.html",
    aliases=["www.example.com"],
    price_class="PriceClass_100",
    origins=[
        {
            "domain_name": bucket.bucket_regional_domain_name,
            "origin_id": "files",
            "origin_access_control_id": access.id,
        }
    ],
    default_cache_behavior={
        "target_origin_id": "files",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={
        "acm_certificate_arn": certificate.arn,
        "ssl_support_method": "sni-only",
    },
)
aws.route53.Record(
    "www",
    zone_id=zone.zone_id,
    name="www",
    type="A",
    aliases=[
        {
            "name": distribution.domain_name,
            "zone_id": distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
    ],
)
