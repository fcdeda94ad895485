"""Units of the facts that are not the list's, or that the rules spell in another way.

The pricing pages' feeds tell no units: the facts have them by hand. All of MSK got the
unit of its brokers, and a parameter's hour got the name of the thing. Else one unit
has one spelling for a usage type in all regions, the one that the rules name.
"""

_GB = "GB"
_MONTHS = "GB-Mo"

_UNITS = {
    ("AmazonFSx", "Requests.MAZ:CPoolStdRd"): "Requests",
    ("AmazonFSx", "Requests.MAZ:CPoolStdWr"): "Requests",
    ("AmazonFSx", "Requests.SAZ_2N:CPoolStdRd"): "Requests",
    ("AmazonFSx", "Requests.SAZ_2N:CPoolStdWr"): "Requests",
    ("AmazonMSK", "Express.In-Bytes"): _GB,
    ("AmazonMSK", "Express.Storage"): _MONTHS,
    ("AmazonMSK", "Kafka.DataRetrieval.Tiered"): _GB,
    ("AmazonMSK", "Kafka.PrivateConnectivity.BytesProcessed"): _GB,
    ("AmazonMSK", "Kafka.Storage.Tiered"): _MONTHS,
    ("AmazonMSK", "KafkaReplication-Processed-Bytes"): _GB,
    ("AmazonRoute53", "Health-Check-AWS"): "HealthChecks",
    ("AmazonRoute53", "Health-Check-Non-AWS"): "HealthChecks",
    ("AmazonRoute53", "Health-Check-Option-AWS"): "HealthChecks",
    ("AmazonRoute53", "Health-Check-Option-Non-AWS"): "HealthChecks",
    ("AmazonVPC", "Analysis-Runs"): "Count",
    ("AmazonVPC", "ENI-Mirror"): "Hrs",
    ("AmazonVPC", "TransitGateway-Bytes"): _GB,
    ("AmazonVPC", "TransitGateway-Hours"): "Hrs",
    ("AWSSystemsManager", "PS-Advanced-Param-Tier1"): "Hrs",
    ("awswaf", "Rule"): "month",
    ("awswaf", "WebACL"): "month",
}


def unit_of(service: str, usage_type: str, stated: str) -> str:
    """The unit of a usage type, named as rules do, where the facts state another."""
    return _UNITS.get((service, usage_type), stated)
