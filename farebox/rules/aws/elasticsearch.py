"""Amazon Elasticsearch Service: domains under the older name, charged as OpenSearch's.

Source: https://aws.amazon.com/opensearch-service/pricing/
"""

from msgspec.structs import replace

from farebox.rules.aws.opensearch import DOMAIN
from farebox.rules.aws.opensearch_serverless import ENDPOINT
from farebox.rules.service import free

TYPES = {
    "aws:elasticsearch/domain:Domain": replace(
        DOMAIN, terraform="aws_elasticsearch_domain"
    ),
    "aws:elasticsearch/vpcEndpoint:VpcEndpoint": ENDPOINT,
}

FREE = free(
    "elasticsearch",
    {"a setting of domains, which are charged": "DomainPolicy DomainSamlOptions"},
)
