"""The labelled comments can be measured with: each could be sent, none stands there twice, no spam leads anywhere."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from comments.forms import CommentForm

FOLDER = Path(__file__).parent / "labelled"
LABELS = ("spam", "ham")
ADDRESS = re.compile(r"(?:https?://|\bwww\.|@)([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)  # of a site or for mail


def labelled(label):
    with (FOLDER / f"{label}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def normalised(body):
    return " ".join(unicodedata.normalize("NFKC", body).casefold().split())


@pytest.mark.parametrize("label", LABELS)
def test_there_are_many_labelled_comments_of_many_kinds(label):
    entries = labelled(label)
    kinds = Counter(entry["kind"] for entry in entries)
    assert len(entries) >= 200
    assert len(kinds) >= 20
    assert min(kinds.values()) >= 4


@pytest.mark.parametrize("label", LABELS)
def test_a_reader_could_send_every_labelled_comment_as_it_stands(label):
    for entry in labelled(label):
        assert entry.keys() - {"email"} == {"label", "kind", "name", "body"}
        assert entry["label"] == label
        sent = {"body": entry["body"], "author_name": entry["name"], "author_email": entry.get("email", "")}
        form = CommentForm(sent)
        assert form.is_valid(), f"{entry}: {form.errors}"
        assert {name: form.cleaned_data[name] for name in sent} == sent


def test_no_labelled_comment_stands_there_twice():
    times = Counter(normalised(entry["body"]) for label in LABELS for entry in labelled(label))
    assert [body for body, count in times.items() if count > 1] == []


def test_no_spam_leads_to_a_real_site():
    texts = [f"{entry['body']} {entry.get('email', '')}" for entry in labelled("spam")]
    addresses = [address for text in texts for address in ADDRESS.findall(text)]
    assert len(addresses) > 100
    assert [address for address in addresses if not address.endswith(".example")] == []
