"""Questions about the columns of the lists: what they ask, what the cells say, and the answer in words."""
