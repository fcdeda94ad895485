"""AWS's refusals and empty pages, worded by protocol; written by hand in its shapes.

EC2 speaks the query protocol (form in, XML out), `pricing` and `service-quotas` JSON 1.1
(`X-Amz-Target`), `savingsplans` REST with JSON; everything else here is a plain file.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from msgspec import json
from msgspec.structs import replace

if TYPE_CHECKING:
    from tests.aws.server import Asked

Message = tuple[int, dict[str, str], bytes]

EMPTY_TOKEN = "after-an-empty-page."
"""How the token of an empty page begins; the rest is the token that was asked with."""

CODES: dict[str, dict[str, tuple[int, str, str]]] = {
    "throttle": {
        "ec2": (503, "RequestLimitExceeded", "Request limit exceeded."),
        "json": (400, "ThrottlingException", "Rate exceeded"),
        "rest": (429, "ThrottlingException", "Rate exceeded"),
        "file": (429, "", "Too Many Requests"),
    },
    "server-error": {
        "ec2": (500, "InternalError", "An internal error has occurred"),
        "json": (500, "InternalErrorException", "An internal error has occurred"),
        "rest": (500, "InternalServerException", "An internal error has occurred"),
        "file": (503, "", "Service Unavailable"),
    },
    "expired-token": {
        "ec2": (400, "RequestExpired", "Request has expired."),
        "json": (
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        "rest": (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        "file": (403, "", "Forbidden"),
    },
    "skew": {
        "ec2": (400, "RequestExpired", "Request has expired."),
        "json": (
            400,
            "InvalidSignatureException",
            "Signature expired: 20261123T190000Z is now earlier than 20261123T195500Z",
        ),
        "rest": (
            403,
            "InvalidSignatureException",
            "Signature expired: 20261123T190000Z is now earlier than 20261123T195500Z",
        ),
        "file": (403, "", "Forbidden"),
    },
}


def operation_of(headers: dict[str, str], body: bytes) -> str:
    """What an AWS call asks for; empty for a plain request of a file."""
    if target := headers.get("x-amz-target"):
        return target
    if "form-urlencoded" in headers.get("content-type", ""):
        return dict(parse_qsl(body.decode())).get("Action", "")
    return ""


def protocol_of(asked: "Asked") -> str:
    """`ec2`, `json`, `rest` or `file`."""
    if "x-amz-target" in asked.headers:
        return "json"
    if asked.operation:
        return "ec2"
    return "rest" if asked.method == "POST" else "file"


def refusal(fault: str, asked: "Asked", how: dict[str, Any]) -> Message:
    """How AWS says no, in the protocol it was asked in."""
    protocol = protocol_of(asked)
    status, code, sentence = CODES[fault][protocol]
    status = how.get("status", status)
    code = how.get("code", code)
    sentence = how.get("message", sentence)
    headers = {"x-amzn-RequestId": "00000000-0000-4000-8000-000000000000"}
    if "retry_after" in how:
        headers["Retry-After"] = str(how["retry_after"])
    if protocol == "ec2":
        headers["Content-Type"] = "text/xml;charset=UTF-8"
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{code}</Code><Message>{sentence}</Message></Error></Errors>"
            "<RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>"
        )
        return status, headers, text.encode()
    if protocol == "file":
        return status, headers | {"Content-Type": "text/plain"}, sentence.encode()
    headers["Content-Type"] = "application/x-amz-json-1.1"
    headers["x-amzn-ErrorType"] = code
    document = {"message": sentence}
    if protocol == "json":
        document["__type"] = code
    return status, headers, json.encode(document)


LISTS = {
    "DescribeSpotPriceHistory": "spotPriceHistorySet",
    "DescribeInstanceTypes": "instanceTypeSet",
    "DescribeInstanceTypeOfferings": "instanceTypeOfferingSet",
    "GetSpotPlacementScores": "spotPlacementScoreSet",
    "GetProducts": "PriceList",
    "ListServiceQuotas": "Quotas",
    "GetMetricData": "MetricDataResults",
    "DescribeSavingsPlansOfferingRates": "searchResults",
}
"""Operation to the name of the list in its answer."""


def empty_page(asked: "Asked") -> Message:
    """A page with nothing on it and a token for the next one."""
    protocol = protocol_of(asked)
    operation = asked.operation.rpartition(".")[2] or asked.path.strip("/")
    name = LISTS[operation]
    # AWS does not send one token twice in a row: an empty page's names the one before.
    token = EMPTY_TOKEN + urlsafe_b64encode(_token_in(asked).encode()).decode()
    if protocol == "ec2":
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
            f"<requestId>r</requestId><{name}/><nextToken>{token}</nextToken>"
            f"</{operation}Response>"
        )
        return 200, {"Content-Type": "text/xml;charset=UTF-8"}, text.encode()
    word = "nextToken" if protocol == "rest" else "NextToken"
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    return 200, headers, json.encode({name: [], word: token})


def _token_in(asked: "Asked") -> str:
    if protocol_of(asked) == "ec2":
        return asked.form.get("NextToken", "")
    document = json.decode(asked.body or b"{}")
    return str(document.get("NextToken") or document.get("nextToken") or "")


def with_real_token(asked: "Asked") -> "Asked":
    """The request with the token that an empty page stood in for."""
    if EMPTY_TOKEN.encode() not in asked.body:
        return asked
    real = _token_in(asked)
    while real.startswith(EMPTY_TOKEN):
        real = urlsafe_b64decode(real.removeprefix(EMPTY_TOKEN)).decode()
    if protocol_of(asked) == "ec2":
        form = asked.form
        form.pop("NextToken")
        return replace(
            asked, body=urlencode(form | ({"NextToken": real} if real else {})).encode()
        )
    document = json.decode(asked.body)
    for word in ("NextToken", "nextToken"):
        if document.pop(word, None) and real:
            document[word] = real
    return replace(asked, body=json.encode(document))
