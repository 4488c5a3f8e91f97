"""Case review: people in code, slides, and the files that are made of them."""
