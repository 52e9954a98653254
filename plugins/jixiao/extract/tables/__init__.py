"""Tables: bands and their column roles, rows and their owners, and from both the money and the scores."""
