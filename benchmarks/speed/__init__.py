"""How fast the site is, beside its peers and what is possible on the same machine: `python -m benchmarks.speed`."""
