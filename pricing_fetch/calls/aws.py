"""Calls to AWS with the user's own credentials: clients, and their lists page by page.

The credential chain is boto3's ordinary one, and `AWS_ENDPOINT_URL` and its kin hold
for AWS's own addresses and this machine (net/hosts.py).
Nothing is made before it is asked for. Every call's failure is a FetchError, worded in
`aws_errors`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from farebox.extras import require
from pricing_fetch.calls.aws_errors import fetch_error, is_lost_place
from pricing_fetch.errors import Damaged, FetchError, NotListed
from pricing_fetch.net.hosts import check_endpoint
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.throttle import TokenBucket

PRICING_REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""Where the Price List Query API answers; each knows the prices of every region."""

RESOLVE_SECONDS = 1.2
"""How long to wait for credentials before there are none: a silent instance
metadata service is asked twice, a second each, since botocore takes whole seconds."""

DAMAGED_TRIES = 3
"""How often an answer that cannot be read is asked for."""

MOST_PAGES = 20_000
"""A list with more pages than this has no end."""


_MISREAD = (ValueError, TypeError, AttributeError, LookupError, RuntimeError)
"""What botocore's parsers raise of a field that has another type than AWS's, such as a
text for a number, and of a document that is nested without end."""


USUAL = Patience()


class Aws:
    """Clients of one AWS account, made when they are first asked for; thread-safe."""

    def __init__(
        self, patience: Patience = USUAL, *, profile: str | None = None
    ) -> None:
        self._patience = patience
        self._profile = profile
        self._lock = Lock()
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}

    def credentials_resolve(self) -> bool:
        """Whether the chain finds credentials; whether they are valid is not asked.

        The chain, at whose end the instance metadata is, is given about a second;
        `AWS_EC2_METADATA_DISABLED=true` leaves it out.
        """
        # Imported before the second begins: a cold disk takes longer than the chain.
        import boto3  # noqa: F401
        from botocore.exceptions import BotoCoreError

        found: list[bool] = []

        def resolve() -> None:
            # ValueError: a number in the AWS configuration that is none.
            with suppress(BotoCoreError, ValueError), self._lock:
                found.append(self._opened().get_credentials() is not None)

        thread = Thread(target=resolve, name="aws-credentials", daemon=True)
        thread.start()
        thread.join(RESOLVE_SECONDS)
        return found == [True]

    def client(self, service: str, region: str) -> Any:
        """The client of `ec2`, `pricing`, `savingsplans` or `service-quotas`.

        `pricing` answers in three regions only and is asked in the nearest; savings
        plans have one global address. Raises FetchError, NotAllowed among them.
        """
        refuse_china(region)
        if service == "pricing":
            region = pricing_region(region)
        elif service == "savingsplans":
            region = "us-east-1"
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                client = self._made(service, region)
                self._clients[service, region] = client
        return client

    def _opened(self) -> Any:
        if self._session is None:
            require("live")
            import boto3
            import botocore.session

            core = botocore.session.Session(profile=self._profile)
            core.set_config_variable("metadata_service_timeout", 1)
            core.set_config_variable("metadata_service_num_attempts", 1)
            self._session = boto3.Session(botocore_session=core)
        return self._session

    def _made(self, service: str, region: str) -> Any:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        patience = self._patience
        config = Config(
            connect_timeout=patience.connect_seconds,
            read_timeout=patience.read_seconds,
            retries={"mode": "adaptive", "total_max_attempts": patience.tries},
            user_agent_extra="farebox",
        )
        try:
            client = self._opened().client(service, region_name=region, config=config)
        except (BotoCoreError, ValueError) as error:
            raise fetch_error(error, source=f"{service} {region}") from error
        check_endpoint(client.meta.endpoint_url)
        if service == "pricing":
            bucket = TokenBucket()  # one per region of the API, as AWS counts

            def wait_for_a_token(**_: object) -> None:
                bucket.take()

            # Before each sending, so that botocore's own retries count too.
            client.meta.events.register("before-send.pricing", wait_for_a_token)
        return client


def credentials_resolve() -> bool:
    """Whether AWS credentials are found; takes at most about a second."""
    return Aws().credentials_resolve()


def pricing_region(region: str) -> str:
    """The region whose Price List Query API is asked about a region's prices.

    Raises NotListed for China, whose price list is in another currency.
    """
    refuse_china(region)
    if region.startswith("ap-"):
        return "ap-south-1"
    return "eu-central-1" if region.startswith("eu-") else "us-east-1"


def refuse_china(region: str) -> None:
    """Raise NotListed for a region of AWS China."""
    if region.startswith("cn-"):
        raise NotListed(
            f"{region}: prices in China are in CNY and Farebox reckons in USD;"
            " leave the region out"
        )


def answer(
    client: Any, method: str, request: Mapping[str, Any], *, rows: str, source: str
) -> dict[str, Any]:
    """The answer of one call, which has `rows` in it or a token for the next page.

    An answer that is cut off or in another form is asked for again, which botocore
    does not do by itself. Raises FetchError, which begins with `source`.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    token_name = _token_name(client, method)
    for _ in range(DAMAGED_TRIES):
        try:
            found: dict[str, Any] = getattr(client, method)(**request)
        except ResponseParserError:
            continue
        except (BotoCoreError, ClientError) as error:
            raise fetch_error(
                error, source=source, client=client, method=method
            ) from error
        except _MISREAD:
            continue
        # A cut JSON document is no error to botocore: it has no fields, then.
        if rows in found or found.get(token_name):
            return found
    raise Damaged(
        f"{source}: the answer is cut off or not in AWS's form, {DAMAGED_TRIES} times;"
        " a proxy or a sign-in page may be between"
    )


def pages(
    client: Any, method: str, request: Mapping[str, Any], *, rows: str, source: str
) -> Iterator[Sequence[Any]]:
    """The pages of a list, in AWS's order; a page may be empty and not be the last.

    Where AWS no longer knows the place in the list, it is read again from its start,
    once: so a row may come twice. Raises FetchError.
    """
    token_name = _token_name(client, method)
    token = ""
    began_again = False
    for _ in range(MOST_PAGES):
        asked = {**request, token_name: token} if token else request
        try:
            page = answer(client, method, asked, rows=rows, source=source)
        except FetchError as error:
            cause = error.__cause__
            if token and not began_again and cause and is_lost_place(cause):
                token, began_again = "", True
                continue
            raise
        before, token = token, page.get(token_name) or ""
        if token and token == before:
            raise Damaged(
                f"{source}: AWS's list does not go on (one page twice); try again later"
            )
        yield page.get(rows) or ()
        if not token:
            return
    raise Damaged(f"{source}: AWS's list has more than {MOST_PAGES:,} pages")


def _token_name(client: Any, method: str) -> str:
    """`NextToken`, or as savings plans spell it `nextToken`."""
    operation = client.meta.method_to_api_mapping[method]
    shape = client.meta.service_model.operation_model(operation).input_shape
    return "nextToken" if "nextToken" in shape.members else "NextToken"
