"""How long things take at a size, beside the least that they could take: ``make bench``."""
