"""The newsroom's people, with several processes on one database."""

MEMBER = """
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from newsite.staff import browsers
"""


def test_wrong_passwords_at_the_same_moment_are_no_more_than_the_limit(site):
    site.ask(f"{MEMBER}User.objects.create_user('guessed', is_staff=True); result = True")
    looked = site.together("""
import time
from django.contrib.auth import forms
result = 0
def check(*args, **kwargs):
    global result
    result += 1
    time.sleep(0.2)
forms.authenticate = check
for n in range(10):
    Client(SERVER_NAME="127.0.0.1").post("/admin/login/", {"username": "guessed", "password": "wrong"})
""")
    assert sum(looked) == 10


def test_a_session_that_is_ended_while_a_page_is_made_is_led_to_the_login(site):
    answer = site.ask(f"""{MEMBER}
client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
client.force_login(User.objects.create_user("ended", is_staff=True))
def in_words(text):
    Session.objects.filter(pk=client.session.session_key).delete()
    return "Firefox"
browsers.in_words = in_words
answer = client.get("/admin/sessions/")
result = answer.status_code, answer.get("Location")
""")
    assert answer == [302, "/admin/login/?next=/admin/sessions/"]
