"""Programs that act for members of staff."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import path
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.test import APIClient

from newsite import rest, urls
from newsite.models import StaffToken
from newsite.staff import secondfactor
from tests.authenticator import code
from tests.newsroom import staff

LIST = "/api/v1/articles/"
PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
TOKENS = "/admin/newsite/stafftoken/"


def make(username="mo", **options):
    """The token that the command prints as its last word."""
    out = StringIO()
    call_command("create_token", username, stdout=out, **options)
    return out.getvalue().split()[-1]


class MayModerate(BasePermission):
    def has_permission(self, request, view):
        return bool(request.user and request.user.has_perm("comments.moderate_comment"))


class WhoView(rest.PrivateView):
    """A call for moderators, as the API may have some."""

    permission_classes = (MayModerate,)

    def get(self, request):
        return Response({"you": request.user.username})


@pytest.fixture
def call(settings):
    """Call the API with an Authorization header; with a call for moderators beside the others."""
    settings.ROOT_URLCONF = type("Map", (), {"urlpatterns": [path("api/who/", WhoView.as_view()), *urls.urlpatterns]})

    def ask(authorization, address="/api/who/"):
        return APIClient().get(address, headers={"Authorization": authorization})

    return ask


def assert_unknown(answer):
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer["Cache-Control"] == "private, no-store"
    body = answer.json()
    assert body["type"] == "client_error"
    assert body["errors"][0]["code"] == "authentication_failed"


def test_a_token_opens_what_its_owner_may(call, moderator_user):
    answer = call(f"Token {make()}")
    assert (answer.status_code, answer.json()) == (200, {"you": "mo"})
    assert answer["Cache-Control"] == "private, no-store"


def test_a_token_opens_nothing_that_its_owner_may_not(call):
    User.objects.create_user("viewer", is_staff=True)
    assert call(f"Token {make('viewer')}").status_code == 403


def test_who_sends_none_is_asked_for_one(call):
    answer = APIClient().get("/api/who/")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


@pytest.mark.parametrize("address", [LIST, "/api/who/"])
@pytest.mark.parametrize("wrong", ["Token x", "Token", "Token ", "token é", "Token {0}x", "Token {0} {0}", "Token \0"])
def test_a_wrong_token_is_refused_also_where_none_is_needed(call, moderator_user, article, address, wrong):
    assert_unknown(call(wrong.format(make()), address))


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_the_token_of_somebody_who_has_left_opens_nothing(call, moderator_user, change):
    key = make()
    User.objects.filter(pk=moderator_user.pk).update(**change)
    assert_unknown(call(f"Token {key}"))


@pytest.mark.parametrize("scheme", ["token {0}", "TOKEN {0}", "Token   {0} "])
def test_the_scheme_is_read_as_http_has_it(call, moderator_user, scheme):
    assert call(scheme.format(make())).status_code == 200


@pytest.mark.parametrize("other", ["Basic YTpi", "Bearer x", ""])
def test_another_scheme_is_none_of_ours(call, article, other):
    assert call(other, LIST).status_code == 200


@pytest.mark.parametrize("address", [LIST, "/api/v1/articles/machines/comments/", "/api/schema/"])
def test_reading_stays_public_for_all_and_is_private_for_who_sends_a_token(call, moderator_user, article, address):
    shared = "public, max-age=300" if "schema" in address else PUBLIC
    assert APIClient().get(address, headers={"Accept": "*/*"})["Cache-Control"].split(", ")[0] == shared.split(", ")[0]
    answer = call(f"Token {make()}", address)
    assert answer.status_code == 200
    assert {"private", "no-store"} == set(answer["Cache-Control"].split(", "))


def test_only_its_hash_is_kept(moderator_user):
    key = make()
    assert len(key) >= 40
    assert key not in str(list(StaffToken.objects.values()))


def test_each_token_is_another_and_ends_alone(call, moderator_user, admin_client):
    first, second = make(name="first"), make(name="second")
    assert first != second
    row = StaffToken.objects.get(name="first")
    assert admin_client.post(f"{TOKENS}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert_unknown(call(f"Token {first}"))
    assert call(f"Token {second}").status_code == 200


@pytest.mark.parametrize("fields", [None, {"is_staff": False}, {"is_active": False}])
def test_the_command_makes_none_for_who_is_no_active_member_of_staff(fields):
    if fields:
        User.objects.create_user("gone", **{"is_staff": True, **fields})
    with pytest.raises(CommandError, match="gone"):
        make("gone")


def test_it_is_told_when_a_token_was_last_used(call, moderator_user, admin_client):
    key = make()
    assert StaffToken.objects.get().last_used_at is None
    call(f"Token {key}")
    used = StaffToken.objects.get().last_used_at
    assert used
    call(f"Token {key}")
    assert StaffToken.objects.get().last_used_at == used  # written once an hour


# In the admin


def key_on(page):
    return re.search(r'<code class="secret">([\w-]+)</code>', page.content.decode())[1]


def test_a_superuser_makes_a_token_for_somebody_and_sees_it_once(call, moderator_user, admin_client):
    page = admin_client.post(f"{TOKENS}add/", {"name": "import", "user": moderator_user.pk, "password": "password"})
    assert page.status_code == 200
    key = key_on(page)
    assert call(f"Token {key}").json() == {"you": "mo"}
    row = StaffToken.objects.get()
    for address in (TOKENS, f"{TOKENS}{row.pk}/change/"):
        text = admin_client.get(address).content.decode()
        assert "import" in text
        assert key not in text
        assert row.hash not in text


def test_a_member_makes_tokens_for_themselves_alone_and_sees_no_others(call, moderator_user, admin_user):
    make("admin", name="of the administrator")
    client = staff("dev", "add_stafftoken", "view_stafftoken", "delete_stafftoken", "moderate_comment")
    key = key_on(
        client.post(f"{TOKENS}add/", {"name": "mine", "user": admin_user.pk, "password": "a long enough password"})
    )
    assert call(f"Token {key}").json() == {"you": "dev"}
    assert "of the administrator" not in client.get(TOKENS).content.decode()
    other = StaffToken.objects.get(user=admin_user)
    assert client.post(f"{TOKENS}{other.pk}/delete/", {"post": "yes"}).status_code == 302
    assert StaffToken.objects.filter(pk=other.pk).exists()


def test_a_token_cannot_be_changed_or_made_for_who_has_left(moderator_user, admin_client):
    make()
    row = StaffToken.objects.get()
    assert admin_client.post(f"{TOKENS}{row.pk}/change/", {"name": "other"}).status_code == 403
    User.objects.filter(pk=moderator_user.pk).update(is_staff=False)
    page = admin_client.post(f"{TOKENS}add/", {"name": "x", "user": moderator_user.pk, "password": "password"})
    assert "Select a valid choice" in page.content.decode()
    assert StaffToken.objects.count() == 1


def test_an_unlocked_browser_makes_no_token(moderator_user, admin_client, rates):
    rates(logins="1/10m")
    for password, status in (("", 400), ("a guess", 400), ("password", 429)):
        page = admin_client.post(f"{TOKENS}add/", {"name": "mine", "user": moderator_user.pk, "password": password})
        assert page.status_code == status
        assert 'value="mine"' in page.content.decode()
    assert not StaffToken.objects.exists()


def test_where_a_second_factor_is_required_a_token_works_once_it_is_set_up(call, moderator_user, settings, capsys):
    settings.STAFF_MFA = "required"
    key = make()
    assert "as soon as mo has set up a second factor" in capsys.readouterr().err
    for address in ("/api/who/", LIST):
        refused = call(f"Token {key}", address)
        assert refused.status_code == 403
        assert "set up a second factor" in refused.json()["errors"][0]["detail"]
    secret = secondfactor.new_secret()
    secondfactor.add_app(user=moderator_user, secret=secret, code=code(secret))
    assert call(f"Token {key}").status_code == 200


def test_staff_without_the_permission_see_no_tokens(moderator):
    assert moderator.get(TOKENS).status_code == moderator.get(f"{TOKENS}add/").status_code == 403


def test_the_schema_tells_how_a_token_is_sent(program):
    schema = program.get("/api/schema/", {"format": "json"}).json()
    assert schema["components"]["securitySchemes"]["staffToken"]["name"] == "Authorization"
