"""The newsroom's side: articles with their sections and topics, and ratings that were set aside."""

from articles.admin.article import ArticleAdmin, SectionAdmin, TopicAdmin
from articles.admin.burst import BurstAdmin

__all__ = ["ArticleAdmin", "BurstAdmin", "SectionAdmin", "TopicAdmin"]
