"""Words that another program has damaged are told, and repaired when asked."""

from articles.models import Article
from tests.articles.importing.command import front, import_articles


def test_damaged_words_are_told_and_left_without_being_asked(write):
    said = import_articles(write(front("The mEMOry of the SECtor.\n")))
    assert "2 damaged words (to repair them, use --repair):" in said
    assert "mEMOry → memory" in said
    assert "SECtor → sector" in said
    assert "mEMOry" in Article.objects.get().body


def test_damaged_words_are_repaired_when_asked(write):
    said = import_articles(write(front("The mEMOry of the SECtor.\n", standfirst="Old flAWS.")), repair=True)
    assert "3 damaged words (repaired):" in said
    article = Article.objects.get()
    assert article.body == "The memory of the sector.\n"
    assert article.standfirst == "Old flaws."


def test_a_name_written_small_in_the_text_is_repaired_by_what_the_title_and_standfirst_say_too(write):
    path = write(
        front("They met claude here.\n", title="How Claude Works", standfirst="We ask Claude, and Claude says.")
    )
    said = import_articles(path, repair=True)
    assert "claude → Claude" in said
    assert Article.objects.get().body == "They met Claude here.\n"


def test_repairing_again_leaves_everything_as_it_is(write):
    path = write(front("The mEMOry of the SECtor.\n"))
    import_articles(path, repair=True)
    assert "1 left" in import_articles(path, repair=True)
