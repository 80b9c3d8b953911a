def test_the_home_page_shows_a_published_article(reader, article):
    assert article.title in reader.get("/").content.decode()


def test_a_reader_can_post_a_comment_that_waits(reader, article, written):
    answer = reader.post(f"/articles/{article.slug}/comments/", written())
    assert answer.status_code == 303
    assert "Pending" in reader.get(answer["Location"]).content.decode()
