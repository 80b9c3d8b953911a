"""A site with one view that inserts one row: what a write costs in Django before anything of ours is done."""
