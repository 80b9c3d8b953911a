"""Structured logs: one JSON object a line, with a request id, without addresses, secrets or control characters."""

import logging.config
import re
from typing import Any

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

# Private links carry their key in the path; whoever reads the logs must not be able to use them.
SECRET_IN_PATH = re.compile(r"(/(?:status|confirm|withdraw|edit|follow|stop)/)[^/?\s]+")

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the key of private links in what is logged, and drop the query of a request."""
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = SECRET_IN_PATH.sub(r"\1…", value)
    return event


def logging_config(level: str) -> dict[str, Any]:
    """Configuration for the standard library's logging, which Django and structlog both go through."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_secrets,
                    # Without the frames' variables: they hold what readers typed.
                    ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Both tell of each 4xx, with the raw path. The access log tells of them when it is on; failures stay.
        "loggers": {name: {"level": "ERROR"} for name in ("django.request", "django.security")},
    }


def configure(config: dict[str, Any]) -> None:
    """Set up logging and structlog; named by LOGGING_CONFIG."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
