"""Amazon Lex, Connect, Comprehend, Rekognition and Transcribe: what they read and hear.

Source: https://aws.amazon.com/lex/pricing/, https://aws.amazon.com/connect/pricing/,
https://aws.amazon.com/comprehend/pricing/, https://aws.amazon.com/rekognition/pricing/,
https://aws.amazon.com/transcribe/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import text

SECONDS_PER_HOUR = Decimal(3600)

TEXTS = Use(
    key="monthly_text_requests",
    service="AmazonLex",
    usage_type="{locale}-TextToText-Req",
    unit="Requests",
    says="requests by text, {locale}",
)
SPEECH = Use(
    key="monthly_speech_requests",
    service="AmazonLex",
    usage_type="{locale}-SpeechToText-Req",
    unit="Requests",
    says="requests by speech, {locale}",
)
CALLS = Use(
    key="monthly_voice_mins",
    service="AmazonConnect",
    usage_type="end-customer-mins",
    unit="Minutes",
    says="minutes of calls",
)
CHATS = Use(
    key="monthly_chat_messages",
    service="AmazonConnect",
    usage_type="chat-message",
    unit="Messages",
    says="messages of chats",
)
TASKS = Use(
    key="monthly_tasks",
    service="AmazonConnect",
    usage_type="tasks",
    unit="Tasks",
    says="tasks",
    optional=True,
)
FACES = Use(
    key="faces_stored",
    service="AmazonRekognition",
    usage_type="FaceVectorsStored",
    unit="Faces-Mo",
    says="faces kept",
)
TRAINED = Use(
    key="monthly_training_mins",
    service="AmazonRekognition",
    usage_type="minutestrained",
    unit="minutes",
    says="minutes of training",
)
INFERENCE = Use(
    key="monthly_inference_mins",
    service="AmazonRekognition",
    usage_type="inferenceminutes",
    unit="minutes",
    says="minutes that models stand ready, over all units",
)
LIVE = Use(
    key="monthly_video_mins",
    service="AmazonRekognition",
    usage_type="MinsOfLiveVideoProcessed",
    unit="Minutes",
    says="minutes of live video",
)
HEARD = Use(
    key="monthly_audio_hrs",
    service="transcribe",
    usage_type="TranscribeClmAudio",
    unit="seconds",
    says="speech heard with the model of one's own",
    factor=SECONDS_PER_HOUR,
)


def _comprehend(kind: str) -> tuple[Use, Meter]:
    """Training by the second, and the model by the month that it is kept."""
    training = Use(
        key="monthly_training_hrs",
        service="comprehend",
        usage_type=f"{kind}-Time",
        unit="seconds",
        says="training of the model",
        factor=SECONDS_PER_HOUR,
    )
    kept = Meter(
        service="comprehend",
        usage_type=f"{kind}-Storage",
        unit="Unit",
        says="the model kept",
        per="month",
        because="the model is kept all month",
    )
    return training, kept


def _model(kind: str, terraform: str) -> Type:
    training, kept = _comprehend(kind)
    return Type(
        billed="A model of one's own is billed by its training and by the month it is kept.",
        source="https://aws.amazon.com/comprehend/pricing/",
        uses=(training,),
        meters=(kept,),
        terraform=terraform,
        not_modelled="what is asked of it, endpoints that stand ready for it",
    )


def bot_locale(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests by text and by speech, in the bot's language."""
    locale = text(resource.input("localeId"))
    for use in (TEXTS, SPEECH):
        if isinstance(locale, Unknown) or locale is None:
            yield use.gap(resource, "its language is not known yet", locale="en-US")
        else:
            yield use.charge(resource, usage, locale=locale.replace("_", "-"))


TYPES = {
    "aws:lex/v2modelsBotLocale:V2modelsBotLocale": Type(
        billed="A bot is billed by the request, by text or by speech, in each language.",
        source="https://aws.amazon.com/lex/pricing/",
        uses=(TEXTS, SPEECH),
        rule=bot_locale,
        terraform="aws_lexv2models_bot_locale",
        not_modelled="conversations as a stream, designing a bot from transcripts",
    ),
    "aws:connect/instance:Instance": Type(
        billed="A contact centre is billed by the minute of calls, the message, the task.",
        source="https://aws.amazon.com/connect/pricing/",
        uses=(CALLS, CHATS, TASKS),
        terraform="aws_connect_instance",
        not_modelled="telephony by country, Contact Lens, profiles, forecasts",
    ),
    "aws:connect/phoneNumber:PhoneNumber": Type(
        billed="A number is charged by the day, by country and kind.",
        source="https://aws.amazon.com/connect/pricing/",
        no_price="a number is charged by the day, by country, and Farebox knows no price",
        terraform="aws_connect_phone_number",
    ),
    "aws:comprehend/documentClassifier:DocumentClassifier": _model(
        "DocClassifier", "aws_comprehend_document_classifier"
    ),
    "aws:comprehend/entityRecognizer:EntityRecognizer": _model(
        "EntityRecognizer", "aws_comprehend_entity_recognizer"
    ),
    "aws:rekognition/collection:Collection": Type(
        billed="A collection is billed by the face that it keeps for a month.",
        source="https://aws.amazon.com/rekognition/pricing/",
        uses=(FACES,),
        terraform="aws_rekognition_collection",
        not_modelled="images that are looked at",
    ),
    "aws:rekognition/project:Project": Type(
        billed="Labels of one's own are billed by training and by models that stand ready.",
        source="https://aws.amazon.com/rekognition/pricing/",
        uses=(TRAINED, INFERENCE),
        terraform="aws_rekognition_project",
        not_modelled="adapters of content moderation",
    ),
    "aws:rekognition/streamProcessor:StreamProcessor": Type(
        billed="A processor is billed by the minute of live video.",
        source="https://aws.amazon.com/rekognition/pricing/",
        uses=(LIVE,),
        terraform="aws_rekognition_stream_processor",
    ),
    "aws:transcribe/languageModel:LanguageModel": Type(
        billed="A model of one's own is billed on top for the speech that it hears.",
        source="https://aws.amazon.com/transcribe/pricing/",
        uses=(HEARD,),
        terraform="aws_transcribe_language_model",
        not_modelled="transcribing itself, which no resource stands for",
    ),
}

FREE = {
    **free(
        "lex",
        {
            "part of a bot, whose requests are charged by language": (
                "V2modelsBot V2modelsBotVersion V2modelsIntent V2modelsSlot "
                "V2modelsSlotType"
            )
        },
    ),
    **free(
        "connect",
        {
            "part of a contact centre, whose calls and chats are charged": (
                "BotAssociation ContactFlow ContactFlowModule HoursOfOperation "
                "InstanceStorageConfig LambdaFunctionAssociation "
                "PhoneNumberContactFlowAssociation Queue QuickConnect RoutingProfile "
                "SecurityProfile User UserHierarchyGroup UserHierarchyStructure Vocabulary"
            )
        },
    ),
    **free(
        "transcribe",
        {
            "words for transcribing, which is charged by the second": (
                "MedicalVocabulary Vocabulary VocabularyFilter"
            )
        },
    ),
}

UNPRICED = {
    **unpriced(
        "lex",
        {
            "AWS ended Lex V1 on 2025-09-15, and Farebox knows no price for it": (
                "Bot BotAlias Intent SlotType"
            )
        },
    ),
    **unpriced(
        "lambdamicrovms",
        {
            "what runs in it is charged, and Farebox knows no price": "Microvm",
            "images are kept, and what runs from them is charged": "Image",
        },
    ),
}
