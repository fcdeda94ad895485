"""Requests and answers of AWS's calls in its own protocols, by botocore's models."""

from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from msgspec import json

from tests.aws.server import Asked, Reply


class Refusal(Exception):
    """An operation's refusal: AWS's code, its words and the status."""

    def __init__(self, code: str, words: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.words, self.status = code, words or code, status


TARGETS = {
    "AWSPriceListService": "pricing",
    "ServiceQuotasV20190624": "service-quotas",
    "GraniteServiceVersion20100801": "cloudwatch",
}


def read_call(asked: Asked) -> tuple[str, str, dict[str, Any]]:
    """Service, operation and request of a call."""
    if target := asked.headers.get("x-amz-target"):
        prefix, _, operation = target.partition(".")
        return TARGETS[prefix], operation, json.decode(asked.body or b"{}")
    if asked.operation:
        return "ec2", asked.operation, _form(asked)
    return "savingsplans", asked.path.strip("/"), json.decode(asked.body or b"{}")


def _form(asked: Asked) -> dict[str, Any]:
    """The request of a call in EC2's query protocol; lists become lists."""
    request: dict[str, Any] = {}
    for name, value in asked.form.items():
        parts = name.split(".")
        if len(parts) == 1:
            request[name] = value
        elif len(parts) == 2:
            request.setdefault(parts[0], []).append(value)
        else:  # Filter.1.Name, Filter.1.Value.1
            entries = request.setdefault(parts[0], {})
            entry = entries.setdefault(parts[1], {})
            if len(parts) == 3:
                entry[parts[2]] = value
            else:
                entry.setdefault(parts[2], []).append(value)
    return request


def refused(service: str, refusal: Refusal) -> Reply:
    if service == "ec2":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{refusal.code}</Code><Message>{escape(refusal.words)}</Message>"
            "</Error></Errors><RequestID>r</RequestID></Response>"
        ).encode()
        return Reply(refusal.status, {"Content-Type": "text/xml"}, body)
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-ErrorType": refusal.code,
    }
    text = {"__type": refusal.code, "message": refusal.words}
    return Reply(refusal.status, headers, json.encode(text))


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def model_of(service: str) -> Any:
    return _session().get_service_model(service)


def xml_of(shape: Any, value: Any) -> str:
    """The value in EC2's XML, with the element names of botocore's model."""
    match shape.type_name:
        case "structure":
            parts = []
            for name, member in shape.members.items():
                if name in value:
                    tag = member.serialization.get("name", name)
                    parts.append(f"<{tag}>{xml_of(member, value[name])}</{tag}>")
            return "".join(parts)
        case "list":
            tag = shape.member.serialization.get("name", "item")
            return "".join(f"<{tag}>{xml_of(shape.member, v)}</{tag}>" for v in value)
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return str(value.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    return escape(str(value))


def answered(service: str, operation: str, answer: Any) -> Reply:
    """An answer in the service's protocol."""
    if service != "ec2":
        kind = {"Content-Type": "application/x-amz-json-1.1"}
        return Reply(headers=kind, body=json.encode(answer))
    shape = model_of(service).operation_model(operation).output_shape
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>r</requestId>{xml_of(shape, answer)}</{operation}Response>"
    )
    return Reply(headers={"Content-Type": "text/xml;charset=UTF-8"}, body=body.encode())
