"""The people of the newsroom: how they log in, where they are logged in, what is noted of them."""
