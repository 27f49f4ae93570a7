"""What people write becomes HTML, whatever it is, and without keeping the server busy."""

from __future__ import annotations

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_console.pages.runbooks import html

MOST = 8000  # characters of a section
SECONDS = (
    1.0  # of the CPU; under 0.3 on a laptop, and up to 5 where a pattern is too eager
)
NASTY = [
    "[", "*", "_", "`", "`a", "> ", ">", "&", "&#", "<", "![", "[](", "[a](", "![a](", "* ", "1. ",
    "> * ", "**a", "*a_", "|", "~", "\\", "<!--", "<?", "<a ", "<div>", "<http://", "<![CDATA[",
    "[\n", "]", "#", "# a\n", "a\n=\n", "---\n", "```\n", "[a]: ", "[a]: b\n", "* a\n\n", "a*",
    "\n", " ", "\t", "<script>", "\x02klzzwxh:0001\x03",
]  # fmt: skip
MADE = {
    "lists by indents": "\n".join(" " * 4 * k + "* a" for k in range(60)),
    "closed brackets": "[" * 3900 + "]" * 3900,
    "closed parentheses": "[a](" + "(" * 3900 + ")" * 3900,
    "wide table": "|a" * 400 + "|\n|" + "-|" * 400 + "\n" + "|a" * 3000,
    "long table": "a|b\n-|-\n" + "`|" * 3900,
    "table in quotes": "> " * 19 + "|a|b|\n" + "> " * 19 + "|-|-|\n",
    "comment": "look\n\n" + "1. " * 660,
}


@pytest.mark.parametrize("text", [each * MOST for each in NASTY] + list(MADE.values()))
def test_nothing_written_fails_or_takes_long(text: str) -> None:
    html.cache_clear()
    began = thread_time()
    html(text[:MOST])
    assert thread_time() - began < SECONDS


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*NASTY, "a", "b\n", "    "]), max_size=200))
def test_no_mixture_of_them_fails(parts: list[str]) -> None:
    made = html("".join(parts))
    assert "<script" not in made
    assert "<img" not in made


def test_what_nests_too_deep_is_shown_as_it_was_sent() -> None:
    assert html("> " * 19 + "<b>").startswith("<blockquote>")
    assert html("> " * 20 + "<b>") == f"<pre>{'&gt; ' * 20}&lt;b&gt;</pre>"
    assert html("1. " * 2600 + "<b>") == f"<pre>{'1. ' * 2600}&lt;b&gt;</pre>"


def test_lists_too_deep_by_their_indents_are_shown_as_well() -> None:
    text = "\n".join(" " * 4 * k + "* a" for k in range(250))
    assert html(text) == f"<pre>{text}</pre>"


def test_links_lead_where_they_say() -> None:
    address = "https://example.org/a_(b)?c=d_e"
    made = f'<p><a href="{address}" rel="noopener noreferrer">the <em>code</em></a></p>'
    assert html(f"[the *code*]({address})") == made
    assert html(f'[the *code*](<{address}> "A title")') == made


@pytest.mark.parametrize(
    "text",
    ["![a](https://example.org/a.png)", "![a][b]\n\n[b]: https://example.org/a.png"],
)
def test_no_image_is_fetched_from_elsewhere(text: str) -> None:
    assert "<img" not in html(text)


def test_a_text_has_its_usual_marks() -> None:
    made = html("# a\n\n* **b**\n* `c`\n\n> d\n\n|e|f|\n|-|-|\n|1|2|\n\n```\n<g>\n```")
    for part in (
        "<h1>a</h1>",
        "<strong>b</strong>",
        "<code>c</code>",
        "<blockquote>",
        "<td>1</td>",
    ):
        assert part in made
    assert "<pre><code>&lt;g&gt;\n</code></pre>" in made
