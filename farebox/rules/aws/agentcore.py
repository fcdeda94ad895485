"""Amazon Bedrock AgentCore: CPU and memory of sessions, calls of tools, memories kept.

Source: https://aws.amazon.com/bedrock/agentcore/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.service import Type, Use, free, unpriced
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/bedrock/agentcore/pricing/"
SERVICE = "AmazonBedrockAgentCore"


def _session(part: str, version: str = "") -> tuple[Use, Use]:
    """What a session of a part uses: CPU while it works, memory while it lives."""
    return (
        Use(
            key="monthly_vcpu_hrs",
            service=SERVICE,
            usage_type=f"{part}:Consumption-based:vCPU{version}",
            unit="vCPU-Hours",
            says="CPU of sessions while they work",
        ),
        Use(
            key="monthly_memory_gb_hrs",
            service=SERVICE,
            usage_type=f"{part}:Consumption-based:Memory{version}",
            unit="GB-Hours",
            says="memory of sessions",
        ),
    )


TOOL_CALLS = Use(
    key="monthly_invocations",
    service=SERVICE,
    usage_type="Gateway:Consumption-based:API-Invocations",
    unit="Invocations",
    says="calls of tools",
)
SEARCHES = Use(
    key="monthly_searches",
    service=SERVICE,
    usage_type="Gateway:Consumption-based:Search-API",
    unit="Invocations",
    says="searches for tools",
    optional=True,
)
INDEXED = Use(
    key="tools_indexed",
    service=SERVICE,
    usage_type="Gateway:Consumption-based:Tool-Indexing",
    unit="Tools",
    says="tools indexed",
    optional=True,
)
EVENTS = Use(
    key="monthly_events",
    service=SERVICE,
    usage_type="Memory:Consumption-based:Short-Term-Memory",
    unit="Events",
    says="events of short memory",
)
RECORDS = Use(
    key="memory_records",
    service=SERVICE,
    usage_type="Memory:Consumption-based:Long-Term-Memory-Storage:Built-in-memory",
    unit="Memories",
    says="records of long memory kept",
    optional=True,
)
RETRIEVALS = Use(
    key="monthly_retrievals",
    service=SERVICE,
    usage_type="Memory:Consumption-based:Long-Term-Memory-Retrieval",
    unit="Retrievals",
    says="retrievals of long memory",
    optional=True,
)

_RUNTIME = _session("Runtime", "{version}")


def runtime(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """CPU and memory of sessions, at the rates of the platform's version."""
    version = text(resource.input("platformVersion"))
    for use in _RUNTIME:
        if version is UNKNOWN:
            yield use.gap(resource, "its platformVersion is not known yet", version="")
        else:
            later = "-v2" if version == "V2" else ""
            yield use.charge(resource, usage, version=later)


TYPES = {
    "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": Type(
        billed="A runtime is billed by the CPU that sessions use and their memory.",
        source=SOURCE,
        uses=_RUNTIME,
        rule=runtime,
        terraform="aws_bedrockagentcore_agent_runtime",
        notes=(
            "While a session waits for a model it uses no CPU. Runtimes of "
            "`platformVersion` `V2` have rates of their own."
        ),
    ),
    "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": Type(
        billed="A browser is billed by the CPU that sessions use and their memory.",
        source=SOURCE,
        uses=_session("BrowserTool"),
        terraform="aws_bedrockagentcore_browser",
    ),
    "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": Type(
        billed="An interpreter is billed by the CPU that sessions use and their memory.",
        source=SOURCE,
        uses=_session("CodeInterpreter"),
        terraform="aws_bedrockagentcore_code_interpreter",
    ),
    "aws:bedrock/agentcoreGateway:AgentcoreGateway": Type(
        billed="A gateway is billed by the call, the search and the tool that it indexes.",
        source=SOURCE,
        uses=(TOOL_CALLS, SEARCHES, INDEXED),
        terraform="aws_bedrockagentcore_gateway",
    ),
    "aws:bedrock/agentcoreMemory:AgentcoreMemory": Type(
        billed="A memory is billed by the event, the record that it keeps, the retrieval.",
        source=SOURCE,
        uses=(EVENTS, RECORDS, RETRIEVALS),
        terraform="aws_bedrockagentcore_memory",
        not_modelled="strategies of one's own, whose model is charged by the token",
    ),
}

FREE = free(
    "bedrock",
    {
        "part of a runtime, a gateway or a memory, which are charged": (
            "AgentcoreAgentRuntimeEndpoint AgentcoreGatewayRule AgentcoreGatewayTarget "
            "AgentcoreMemoryStrategy AgentcoreResourcePolicy AgentcoreTokenVaultCmk "
            "AgentcoreWorkloadIdentity"
        )
    },
)

UNPRICED = unpriced(
    "bedrock",
    {
        "tokens and keys that are asked for outside of runtimes and gateways are charged": (
            "AgentcoreApiKeyCredentialProvider AgentcoreOauth2CredentialProvider"
        ),
        "evaluations are charged by the token and by the evaluation": (
            "AgentcoreEvaluator AgentcoreOnlineEvaluationConfig"
        ),
        "requests that a policy decides on are charged": (
            "AgentcorePolicy AgentcorePolicyEngine"
        ),
        "what the agent runs on and the model that it asks are charged": (
            "AgentcoreHarness"
        ),
        "whether AWS charges it by itself is not known to Farebox": (
            "AgentcoreBrowserProfile AgentcoreRegistry"
        ),
    },
)
