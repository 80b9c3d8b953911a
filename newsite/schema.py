"""What the schema of the API says of itself, for drf-spectacular."""

from typing import Any

ERRORS = "drf_standardized_errors.openapi_serializers"
ERROR_STATUSES = (401, 403, 404, 405, 406, 415, 429, 500)
ERROR_ENUMS = (
    *("ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum"),
    *(f"ErrorCode{status}Enum" for status in ERROR_STATUSES),
)


def api_schema(site: str) -> dict[str, Any]:
    """The settings of the schema, for the site of this name."""
    return {
        "TITLE": f"{site} API",
        "VERSION": "1",
        "DESCRIPTION": "Articles, ratings, comments and questions.",
        "OAS_VERSION": "3.1.1",
        "SERVE_INCLUDE_SCHEMA": False,
        "SCHEMA_PATH_PREFIX": r"/api/v1",
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "COMPONENT_SPLIT_REQUEST": True,
        "ENUM_NAME_OVERRIDES": {
            "TopicKindEnum": "articles.models.Topic.Kind",
            "CommentKindEnum": "comments.models.Comment.Kind",
            "CommentStatusEnum": "comments.models.Comment.Status",
            **{name: f"{ERRORS}.{name}.choices" for name in ERROR_ENUMS},
        },
        "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    }
