"""botocore's errors as one sentence each, with the way out and without any secret.

Messages of AWS are not passed on: they can hold signed addresses, account numbers and
parts of keys. Only the error's code is, where it is a plain word.
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pricing_fetch.dates import http_date
from pricing_fetch.errors import (
    Denied,
    FetchError,
    NotListed,
    NotReached,
    Throttled,
)

THROTTLES = frozenset(
    (
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"))
NOT_ALLOWED = frozenset(
    ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
)
NOT_VALID = frozenset(
    (
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
SKEWED = frozenset(("RequestTimeTooSkewed", "RequestInTheFuture"))
LOST_PLACE = frozenset(
    (
        "ExpiredNextToken",
        "ExpiredNextTokenException",
        "InvalidNextToken",
        "InvalidNextTokenException",
        "InvalidPaginationTokenException",
    )
)
NOT_KNOWN = frozenset(
    (
        "InvalidInstanceType",
        "InvalidParameterException",
        "InvalidParameterValue",
        "NoSuchResourceException",
        "NotFoundException",
        "ValidationException",
    )
)
SKEW_SECONDS = 300
"""AWS refuses a signature that is more than five minutes away from its own clock."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,63}", re.ASCII)
_ACTIONS = {"service-quotas": "servicequotas"}
"""Services whose IAM prefix is not botocore's name."""


def is_lost_place(error: BaseException) -> bool:
    """Whether AWS no longer knows the place in a list: begin the list again."""
    code, message = _code(error), _message(error)
    # Savings plans have no code of their own for it.
    return code in LOST_PLACE or (
        code == "ValidationException" and "token" in message.lower()
    )


def fetch_error(
    error: Exception, *, source: str, client: Any = None, method: str = ""
) -> FetchError:
    """The sentence for an error of botocore; it begins with `source`."""
    if _code(error):
        return _refusal(error, source, _action(client, method))
    return _no_answer(error, source, client)


def _refusal(error: Exception, source: str, action: str) -> FetchError:
    """AWS answered, with a code."""
    denied = _credentials_refused(error, source, action)
    if denied is not None:
        return denied
    code, status = _code(error), _status(error)
    if code in THROTTLES or status == 429:
        return Throttled(
            f"{source}: AWS throttles {action} and went on through every retry;"
            " try again in a minute"
        )
    if code == "MaxConfigLimitExceeded":
        return Throttled(
            f"{source}: the account has asked about as many configurations as AWS"
            " allows in 24 hours; try again tomorrow"
        )
    if code in LOST_PLACE:
        return NotReached(f"{source}: AWS lost the place in its list twice; try again")
    if status >= 500:
        return NotReached(
            f"{source}: AWS failed on its side (status {status}) through every retry;"
            " try again later"
        )
    if code in NOT_KNOWN:
        return NotListed(
            f"{source}: AWS does not know something that {action} was asked for"
            f" ({_plain(code)}); check the names of instance types and regions"
        )
    return Denied(f"{source}: AWS refused {action} ({_plain(code)})")


def _credentials_refused(error: Exception, source: str, action: str) -> Denied | None:
    """The sentence where the clock, the credentials or the account are not right."""
    code = _code(error)
    off = _seconds_off(error)
    late_signature = code in NOT_VALID and "expired" in _message(error).lower()
    if code in SKEWED or late_signature or (code == "RequestExpired" and _skewed(off)):
        return Denied(
            f"{source}: this machine's clock {_how_far(off)}, and AWS refuses calls"
            " signed at another time; set the clock and try again"
        )
    if code in EXPIRED or code == "RequestExpired":
        return Denied(
            f"{source}: the AWS credentials have expired; sign in again"
            " (aws sso login, or new keys) and try again"
        )
    if code in NOT_ALLOWED:
        return Denied(
            f"{source}: these AWS credentials may not do {action}; allow that action"
            " in their IAM policy"
        )
    if code in NOT_VALID:
        return Denied(
            f"{source}: AWS does not accept these credentials ({code}); check the keys"
            " or the profile, and that the account has the region switched on"
        )
    if code == "OptInRequired":
        return Denied(
            f"{source}: the AWS account has not opted in to this; switch it on in the"
            " account, or leave it out"
        )
    return None


def _no_answer(error: Exception, source: str, client: Any) -> FetchError:
    """botocore has no answer of AWS."""
    from botocore import exceptions as core

    if isinstance(error, core.NoCredentialsError | core.PartialCredentialsError):
        return Denied(
            f"{source}: no AWS credentials were found; set AWS_PROFILE, or sign in with"
            " aws sso login, or leave out the sources that need an account"
        )
    if isinstance(error, core.ProfileNotFound):
        return Denied(
            f"{source}: the AWS profile that is set does not exist; check AWS_PROFILE"
        )
    if isinstance(
        error,
        core.CredentialRetrievalError
        | core.TokenRetrievalError
        | core.SSOError
        | core.MetadataRetrievalError,
    ):
        return Denied(
            f"{source}: the AWS credentials could not be fetched or renewed;"
            " sign in again (aws sso login) and try again"
        )
    host = _host(error, client)
    if isinstance(error, core.ConnectTimeoutError | core.ReadTimeoutError):
        return NotReached(
            f"{source}: {host} did not answer in time, in any of the tries;"
            " check the network and try again"
        )
    if isinstance(error, core.SSLError):
        return NotReached(
            f"{source}: the certificate of {host} is not to be trusted; check the"
            " clock, and AWS_CA_BUNDLE where a proxy has its own certificate"
        )
    if isinstance(
        error,
        core.InvalidRegionError
        | core.NoRegionError
        | core.UnknownRegionError
        | core.UnknownEndpointError,
    ):
        return NotListed(f"{source}: AWS has no such region; check its code")
    if isinstance(error, core.HTTPClientError | core.ConnectionError):
        return NotReached(
            f"{source}: no connection to {host}, in any of the tries; check the network,"
            " the proxy, and AWS_ENDPOINT_URL if it is set"
        )
    return NotReached(
        f"{source}: the call to AWS could not be made ({type(error).__name__});"
        " check the AWS configuration"
    )


def _action(client: Any, method: str) -> str:
    """The IAM action of a call, such as `ec2:DescribeSpotPriceHistory`."""
    if client is None:
        return "the call"
    service = client.meta.service_model.service_name
    return (
        f"{_ACTIONS.get(service, service)}:{client.meta.method_to_api_mapping[method]}"
    )


def _host(error: Exception, client: Any) -> str:
    """The host that was asked, without path, query or user."""
    url = getattr(error, "kwargs", {}).get("endpoint_url") or (
        client.meta.endpoint_url if client is not None else ""
    )
    return urlsplit(str(url)).hostname or "AWS"


def _code(error: BaseException) -> str:
    return str(_response(error).get("Error", {}).get("Code", ""))


def _plain(code: str) -> str:
    return code if _CODE.fullmatch(code) else "an unknown code"


def _message(error: BaseException) -> str:
    return str(_response(error).get("Error", {}).get("Message", ""))


def _status(error: Exception) -> int:
    metadata = _response(error).get("ResponseMetadata", {})
    return int(metadata.get("HTTPStatusCode", 0))


def _response(error: BaseException) -> dict[str, Any]:
    found = getattr(error, "response", None)
    return found if isinstance(found, dict) else {}


def _seconds_off(error: Exception) -> float | None:
    """AWS's clock less this machine's, in seconds, where the answer has a date."""
    headers = _response(error).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    there = http_date(headers.get("date", ""))
    return None if there is None else (there - datetime.now(UTC)).total_seconds()


def _skewed(seconds: float | None) -> bool:
    return seconds is not None and abs(seconds) > SKEW_SECONDS


def _how_far(seconds: float | None) -> str:
    if seconds is None or not _skewed(seconds):
        return "is not AWS's"
    direction = "behind" if seconds > 0 else "ahead of"
    return f"is {abs(seconds) / 60:.0f} minutes {direction} AWS's"
