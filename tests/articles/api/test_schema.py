"""The API describes itself."""

import re
from io import StringIO

from django.core.management import call_command

from tests.articles.api.asking import ARTICLE_FIELDS, DETAIL_FIELDS


def test_the_schema_names_every_call(program):
    answer = program.get("/api/schema/", {"format": "json"})
    assert answer.status_code == 200
    schema = answer.json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]["/api/v1/articles/{slug}/comments/"]) >= {"get", "post"}
    assert set(schema["paths"]["/api/v1/articles/{slug}/rating/"]) >= {"get", "put", "delete"}
    for path in ("/api/v1/articles/", "/api/v1/sections/", "/api/v1/topics/", "/api/v1/topics/{slug}/"):
        assert "get" in schema["paths"][path]
    assert "post" in schema["paths"]["/api/v1/captcha/"]


def test_the_schema_describes_what_an_article_has(program):
    schemas = program.get("/api/schema/", {"format": "json"}).json()["components"]["schemas"]
    assert set(schemas["Article"]["properties"]) == ARTICLE_FIELDS
    assert set(schemas["ArticleDetail"]["properties"]) == DETAIL_FIELDS


def test_the_schema_is_valid_and_complete(tmp_path):
    errors = StringIO()
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(file), stderr=errors)
    assert "/api/v1/articles/" in file.read_text()
    assert errors.getvalue() == ""


def test_the_docs_are_shown_under_a_strict_policy(reader):
    answer = reader.get("/api/docs/")
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page) == [], "no script stands in the page itself"
    assert re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", page) == []
