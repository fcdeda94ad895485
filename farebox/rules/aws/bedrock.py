"""Amazon Bedrock: tokens of models, guardrails, what is trained and reserved.

Source: https://aws.amazon.com/bedrock/pricing/
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import amount, block, blocks, field, holds_unknown, text

SOURCE = "https://aws.amazon.com/bedrock/pricing/"
SERVICE = "AmazonBedrock"
PER_THOUSAND = Decimal("0.001")
PROFILE = "aws:bedrock/inferenceProfile:InferenceProfile"

INPUT = Use(
    key="monthly_input_tokens",
    service=SERVICE,
    usage_type="{model}-input-tokens",
    unit="1K tokens",
    says="tokens to {model}",
    factor=PER_THOUSAND,
)
OUTPUT = Use(
    key="monthly_output_tokens",
    service=SERVICE,
    usage_type="{model}-output-tokens",
    unit="1K tokens",
    says="tokens from {model}",
    factor=PER_THOUSAND,
)
EMBEDDED = Use(
    key="monthly_embedded_tokens",
    service=SERVICE,
    usage_type="TitanEmbeddingV2-Text-input-tokens",
    unit="1K tokens",
    says="tokens of documents and questions that are embedded",
    factor=PER_THOUSAND,
)
TEXT_UNITS = Use(
    key="monthly_text_units",
    service=SERVICE,
    usage_type="Guardrail-{policy}UnitsConsumed",
    unit="TextUnit",
    says="text checked by {policy}",
)

NOVA = re.compile(r"(?<!global\.)\bamazon\.nova-(micro|lite|pro)-v1\b")
"""Models whose usage types a list was seen to have, in a region or within a continent."""
EMBEDDER = "titan-embed-text-v2"

POLICIES = {
    "contentPolicyConfig": "ContentPolicy",
    "topicPolicyConfig": "TopicPolicy",
    "contextualGroundingPolicyConfig": "ContextualGroundingPolicy",
}
"""The policies of a guardrail that are charged whatever they hold; words are free."""
PERSONAL = "SensitiveInformationPolicyPaid"


def agent(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An agent is free; the tokens of its model are billed, or of a profile of the stack."""
    model = resource.input("foundationModel")
    graph = circumstances.graph
    if graph.references(resource, "foundationModel", model, (PROFILE,)):
        yield NoCharge("its tokens are charged on its inference profile", "priced-with")
    else:
        yield from tokens(resource, usage, model)


def inference_profile(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A profile is a name by which calls of its model are counted."""
    copied = field(resource.input("modelSource"), "copyFrom")
    yield from tokens(resource, usage, copied)


def tokens(resource: Resource, usage: Usage, model: Any) -> Iterator[Charge]:
    """Tokens to and from a model, where the list's name for it is known."""
    named = text(model)
    if isinstance(named, Unknown) or named is None:
        yield Gap("unknown-input", "its model is not known before deployment")
        return
    found = NOVA.search(named)
    if found is None:
        yield Gap(
            "no-price",
            f"tokens of {named} are charged, and Farebox knows no price for them",
        )
        return
    name = f"Nova{found[1].title()}"
    yield INPUT.charge(resource, usage, model=name)
    yield OUTPUT.charge(resource, usage, model=name)


def knowledge_base(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Embedding is billed by the token; the store of vectors is charged by itself."""
    configuration = resource.input("knowledgeBaseConfiguration")
    vectors = field(configuration, "vectorKnowledgeBaseConfiguration")
    model = text(field(vectors, "embeddingModelArn"))
    if configuration is UNKNOWN or model is UNKNOWN:
        yield EMBEDDED.gap(resource, "its embedding model is not known yet")
    elif isinstance(model, str) and EMBEDDER in model:
        yield EMBEDDED.charge(resource, usage)
    else:
        what = model.rpartition("/")[2] if isinstance(model, str) else "its data"
        yield Gap(
            "no-price",
            f"asking {what} is charged, and Farebox knows no price for it",
        )


def guardrail(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each policy of a guardrail is billed by the 1,000 characters that it checks."""
    charged = [name for key, name in POLICIES.items() if block(resource.input(key))]
    personal = resource.input("sensitiveInformationPolicyConfig")
    if blocks(block(personal).get("piiEntitiesConfigs")):
        charged.append(PERSONAL)
    entities = field(personal, "piiEntitiesConfigs")
    if holds_unknown(entities) or UNKNOWN in map(resource.input, POLICIES):
        yield Gap("unknown-input", "its policies are not known before deployment")
    elif not charged:
        yield NoCharge("filters of words and patterns are not charged")
    for policy in charged:
        yield TEXT_UNITS.charge(resource, usage, policy=policy)


def provisioned_throughput(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Model units are charged by the hour, by model and by commitment."""
    units = amount(resource, resource.input("modelUnits"), "modelUnits of")
    many = (
        f"{units.normalize():f} model unit(s)"
        if isinstance(units, Decimal)
        else "units"
    )
    model = text(resource.input("modelArn"))
    of_model = f" of {model.rpartition('/')[2]}" if isinstance(model, str) else ""
    term = text(resource.input("commitmentDuration"))
    yield Gap(
        "no-price",
        f"{many}{of_model} are charged by the hour"
        f"{f', for {term}' if isinstance(term, str) else ''}, used or not, and Farebox "
        "knows no price for them",
    )


_TRAINED = (
    "training is charged by the token and the model by the month that it is kept, and "
    "Farebox knows no price for it"
)
_EVALUATED = "the models that it asks are charged by the token, and its judges too"
_BATCH = "tokens of a batch are charged, at half the price of others"
_FLOW = "its steps are charged by the transition, and Farebox knows no price for them"


def _named(billed: str, why: str, terraform: str) -> Type:
    return Type(billed=billed, source=SOURCE, no_price=why, terraform=terraform)


TYPES = {
    "aws:bedrock/agentAgent:AgentAgent": Type(
        billed="An agent is free; the tokens of its model are billed.",
        source=SOURCE,
        uses=(INPUT, OUTPUT),
        rule=agent,
        terraform="aws_bedrockagent_agent",
        notes=(
            "The list's names are known of Nova Micro, Lite and Pro, in a region or a "
            "continent; tokens of other models are `no-price`."
        ),
        not_modelled="tokens from a cache, batches, flexible and priority tiers",
    ),
    PROFILE: Type(
        billed="A profile is a name; the tokens of its model are billed.",
        source=SOURCE,
        uses=(INPUT, OUTPUT),
        rule=inference_profile,
        terraform="aws_bedrock_inference_profile",
    ),
    "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase": Type(
        billed="Embedding is billed by the token; the store of vectors by itself.",
        source=SOURCE,
        uses=(EMBEDDED,),
        rule=knowledge_base,
        terraform="aws_bedrockagent_knowledge_base",
        not_modelled="ranking, answers that a model writes (on its agent or profile)",
    ),
    "aws:bedrock/guardrail:Guardrail": Type(
        billed="A guardrail is billed by the policy and the 1,000 characters it checks.",
        source=SOURCE,
        uses=(TEXT_UNITS,),
        rule=guardrail,
        terraform="aws_bedrock_guardrail",
        notes="Filters of words and of patterns are free. `monthly_text_units` are all policies'.",
        not_modelled="images, automated reasoning",
    ),
    "aws:bedrock/provisionedModelThroughput:ProvisionedModelThroughput": Type(
        billed="Model units are charged by the hour, used or not.",
        source=SOURCE,
        rule=provisioned_throughput,
        terraform="aws_bedrock_provisioned_model_throughput",
    ),
    "aws:bedrock/customModel:CustomModel": _named(
        "A model of one's own is charged by its training and by the month.",
        _TRAINED,
        "aws_bedrock_custom_model",
    ),
    "aws:bedrock/evaluationJob:EvaluationJob": _named(
        "An evaluation is charged by the tokens of the models that it asks.",
        _EVALUATED,
        "aws_bedrock_evaluation_job",
    ),
    "aws:bedrock/agentFlow:AgentFlow": _named(
        "A flow is charged by the transition between its nodes.",
        _FLOW,
        "aws_bedrockagent_flow",
    ),
    "aws:bedrockmodel/invocationJob:InvocationJob": _named(
        "A batch is charged by its tokens.", _BATCH, "aws_bedrock_model_invocation_job"
    ),
}

FREE = {
    **free(
        "bedrock",
        {
            "part of an agent, whose model is charged by the token": (
                "AgentAgentActionGroup AgentAgentAlias AgentAgentCollaborator "
                "AgentAgentKnowledgeBaseAssociation"
            ),
            "what it reads is embedded, and charged on its knowledge base": (
                "AgentDataSource"
            ),
            "a text, or a version of a setting, not charged": (
                "AgentPrompt GuardrailVersion UseCaseForModelAccess"
            ),
        },
    ),
    **free(
        "bedrockfoundation",
        {"an agreement; the model is charged by its use": "ModelAgreement"},
    ),
    **free(
        "bedrockmodel",
        {"logs are charged where they go": "InvocationLoggingConfiguration"},
    ),
}
