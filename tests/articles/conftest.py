"""Crowds of readers, for the tests of ratings."""

from tests.articles.crowds import clock, known, rate, ring, settled, strangers

__all__ = ["clock", "known", "rate", "ring", "settled", "strangers"]
