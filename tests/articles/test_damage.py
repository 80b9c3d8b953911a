"""Words with the letters of a name put into them are found, and proposed as they were; sound words are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.damage import proposals, repair

# A text of our own, damaged in the way that a careless linker of names damages one.
DAMAGED = """\
The finance SECtor has a long mEMOry for promises. A rumour pRoPElled the shares upward, and one quiet
APProach outlasted all the noise.

Our report emphASIzed that old flAWS remain, and that manAGIng them needs underStanding of the whole commUnity.
PrACTical people remove bARRiers one at a time.

Early on, anthropic was small. Today Anthropic has many readers, the staff of Anthropic says, and with Anthropic
others grew. They ask claude first; a user of Claude, or of two Claude versions, asks Claude again.
"""

REPAIRED = """\
The finance sector has a long memory for promises. A rumour propelled the shares upward, and one quiet
approach outlasted all the noise.

Our report emphasized that old flaws remain, and that managing them needs understanding of the whole community.
Practical people remove barriers one at a time.

Early on, Anthropic was small. Today Anthropic has many readers, the staff of Anthropic says, and with Anthropic
others grew. They ask Claude first; a user of Claude, or of two Claude versions, asks Claude again.
"""


@pytest.mark.parametrize(
    ("sentence", "word", "proposal"),
    [
        ("Money left the SECtor quickly.", "SECtor", "sector"),
        ("It has a short mEMOry indeed.", "mEMOry", "memory"),
        ("This pRoPElled the idea forward.", "pRoPElled", "propelled"),
        ("It was a slow APProach to peace.", "APProach", "approach"),
        ("She emphASIzed the second half.", "emphASIzed", "emphasized"),
        ("There are flAWS in every plan.", "flAWS", "flaws"),
        ("He is manAGIng three teams.", "manAGIng", "managing"),
        ("They are good at underStanding jokes.", "underStanding", "understanding"),
        ("The commUnity met on Monday.", "commUnity", "community"),
        ("We want prACTical advice.", "prACTical", "practical"),
        ("Take the bARRiers down.", "bARRiers", "barriers"),
    ],
)
def test_a_word_with_the_capitals_of_a_name_inside_is_found(sentence, word, proposal):
    assert proposals(sentence) == {word: proposal}


@pytest.mark.parametrize("name", ["Anthropic", "Claude"])
def test_a_name_written_small_is_found_when_the_text_writes_it_with_a_capital_elsewhere(name):
    text = (
        f"They joined {name.lower()} early. Nobody at {name} minded, and {name} grew. Ask {name} why, or a {name} user."
    )
    assert proposals(text) == {name.lower(): name}


def test_a_word_that_is_written_small_more_often_is_not_taken_for_a_name():
    text = "The model spoke. We call it the Model now. A model is a model, and the model knows the model."
    assert proposals(text) == {}


def test_all_damaged_words_of_a_text_are_proposed_in_their_order():
    assert list(proposals(DAMAGED).items()) == [
        ("SECtor", "sector"),
        ("mEMOry", "memory"),
        ("pRoPElled", "propelled"),
        ("APProach", "approach"),
        ("emphASIzed", "emphasized"),
        ("flAWS", "flaws"),
        ("manAGIng", "managing"),
        ("underStanding", "understanding"),
        ("commUnity", "community"),
        ("PrACTical", "Practical"),
        ("bARRiers", "barriers"),
        ("anthropic", "Anthropic"),
        ("claude", "Claude"),
    ]


def test_repairing_puts_the_proposals_in_and_changes_nothing_else():
    assert repair(DAMAGED) == REPAIRED


def test_a_repaired_text_has_nothing_left_to_repair():
    assert proposals(REPAIRED) == {}
    assert repair(REPAIRED) == REPAIRED


SOUND = [
    "AlphaGo",
    "AlphaFold",
    "ChatGPT",
    "DeepSeek",
    "DeepMind",
    "OpenAI",
    "AutoScientist",
    "GitHub",
    "GitLab",
    "YouTube",
    "LinkedIn",
    "PayPal",
    "JavaScript",
    "TypeScript",
    "PowerPoint",
    "WhatsApp",
    "TikTok",
    "PyTorch",
    "TensorFlow",
    "LangChain",
    "NumPy",
    "SciPy",
    "PostgreSQL",
    "MySQL",
    "SQLite",
    "NoSQL",
    "MLflow",
    "LaTeX",
    "vLLM",
    "llama",
    "PhD",
    "PhDs",
    "MSc",
    "McDonald",
    "MacArthur",
    "LeCun",
    "DiCaprio",
    "FitzGerald",
    "iPhone",
    "iPad",
    "iOS",
    "macOS",
    "eBay",
    "xAI",
    "GPUs",
    "CPUs",
    "LLMs",
    "APIs",
    "IDs",
    "PDFs",
    "OKed",
    "CEO",
    "CEOs",
    "USA",
    "SEC",
    "AGI",
    "ASI",
    "AWS",
    "APP",
    "EMO",
    "UNITY",
    "ERNIE",
    "RLHF",
    "METR",
    "CSET",
    "BERT",
    "RoBERTa",
    "DALL",
    "OpenAI's",
    "NVIDIA",
    "ARMv8",
    "WiFi",
    "IoT",
    "SaaS",
    "GenAI",
    "HuggingFace",
    "BigQuery",
    "DevOps",
    "MoE",
    "LoRA",
    "QLoRA",
    "VSCode",
    "NeurIPS",
    "ICLR",
    "arXiv",
    "BibTeX",
]


@pytest.mark.parametrize("word", SOUND)
def test_a_sound_word_is_left_alone(word):
    text = f"Many people know {word} by now, and {word} is fine."
    assert proposals(text) == {}
    assert repair(text) == text


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("SECtors differ.", "Sectors differ."),
        ("It ended. SECtors differ.", "It ended. Sectors differ."),
        ("It ended! SECtors differ.", "It ended! Sectors differ."),
        ("Did it end? SECtors differ.", "Did it end? Sectors differ."),
        ("He said “SECtors differ.”", "He said “sectors differ.”"),
        ("He left. “SECtors differ,” he said.", "He left. “Sectors differ,” he said."),
        ("One.\n\nSECtors differ.", "One.\n\nSectors differ."),
        ("- SECtors differ", "- Sectors differ"),
        ("> SECtors differ", "> Sectors differ"),
        ("# SECtors differ", "# Sectors differ"),
        ("*SECtors* differ", "*Sectors* differ"),
        ("One, SECtors differ", "One, sectors differ"),
        ("broken\nSECtors differ", "broken\nsectors differ"),
    ],
)
def test_at_the_start_of_a_sentence_the_proposal_has_a_capital(text, repaired):
    assert repair(text) == repaired


@pytest.mark.parametrize(
    "text",
    [
        "Run `mEMOry` now.",
        "```\nmEMOry = flAWS\n```",
        "See [it](https://a.example/mEMOry).",
        "See [it](/topics/SECtor).",
        "See https://a.example/SECtor/flAWS?x=mEMOry now.",
        "See <https://a.example/SECtor> now.",
    ],
)
def test_code_and_addresses_are_never_touched(text):
    assert proposals(text) == {}
    assert repair(text) == text


def test_the_words_of_a_link_are_repaired_and_its_address_is_not():
    assert repair("See [the SECtor](https://a.example/SECtor).") == "See [the sector](https://a.example/SECtor)."


@pytest.mark.parametrize(
    ("text", "repaired"), [("the SECtor's end", "the sector's end"), ("a commUnity’s end", "a community’s end")]
)
def test_a_possessive_is_repaired_before_its_apostrophe(text, repaired):
    assert repair(text) == repaired


def test_a_damaged_word_is_proposed_once_and_repaired_everywhere():
    text = "A mEMOry, another mEMOry, the mEMOry."
    assert proposals(text) == {"mEMOry": "memory"}
    assert repair(text) == "A memory, another memory, the memory."


def test_a_text_without_words_has_nothing_to_repair():
    assert proposals("") == {}
    assert repair("123 … !") == "123 … !"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_repairing_changes_capitals_only(text):
    assert repair(text).lower() == text.lower()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*DAMAGED.split(), *SOUND, ".", "\n\n", "`", "- ", "# "]), max_size=60))
def test_repairing_twice_is_repairing_once(words):
    once = repair(" ".join(words))
    assert repair(once) == once
