"""How one watches a site: its figures, and whether it is alive and ready."""

from newsite.models import Heartbeat


def test_metrics_are_closed_without_a_token_in_the_settings(reader, settings):
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert reader.get("/metrics", headers=headers).status_code == 404


def test_metrics_are_open_with_the_token_alone(reader, settings):
    settings.METRICS_TOKEN = "let-me-in"
    for given in (
        "",
        "Bearer ",
        "Bearer let-me",
        "Bearer let-me-in-please",
        "let-me-in",
        "Basic let-me-in",
        "Bearer é",
    ):
        assert reader.get("/metrics", headers={"Authorization": given}).status_code == 404
    reader.get("/healthz")
    answer = reader.get("/metrics", headers={"Authorization": "Bearer let-me-in"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert 'newsite_requests_total{method="GET",status="200",view="healthz"}' in text
    assert "newsite_outbox_waiting 0" in text


def test_healthz_answers_without_the_database(reader, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = reader.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


def test_readyz_tells_of_the_database_and_of_the_worker(reader):
    from django.utils import timezone

    answer = reader.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert (answer.json()["database"], answer.json()["migrations"]) == ("ok", "ok")
    assert answer.json()["worker"] == "late"
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert reader.get("/readyz").json()["worker"] == "ok"


def test_readyz_answers_503_when_the_database_does_not(reader, monkeypatch):
    from django.db import OperationalError

    def fail(*args, **kwargs):
        raise OperationalError("secret details")

    monkeypatch.setattr("newsite.health._is_migrated", fail)
    answer = reader.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert b"secret" not in answer.content
