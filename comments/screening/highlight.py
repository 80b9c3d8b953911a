"""What checks have found, marked in the text, so that a moderator sees it at once."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def highlighted(text: str, findings: Iterable[dict[str, Any]]) -> SafeString:
    """A text as HTML, with all that findings say matched in it marked: where it is a word of its own or, if it never
    is, wherever it stands."""
    matched = {one for finding in findings for one in finding.get("matched", ()) if one.strip()}
    if not matched:
        return format_html("{}", text)
    longest_first = sorted(matched, key=len, reverse=True)
    parts = re.split(f"({'|'.join(_pattern(one, text) for one in longest_first)})", text, flags=re.IGNORECASE)
    marked = (format_html("<mark>{}</mark>" if number % 2 else "{}", part) for number, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in marked))


def _pattern(matched: str, text: str) -> str:
    anywhere = re.escape(matched)
    whole = rf"(?<!\w){anywhere}(?!\w)"
    return whole if re.search(whole, text, re.IGNORECASE) else anywhere
