"""A minimal site with django-comments-xtd. It runs in the virtual environment that `benchmarks.peers.xtd` makes."""
