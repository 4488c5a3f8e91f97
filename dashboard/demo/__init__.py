"""The demo clinic: an invented export, the same bytes for the same options, with truths planted and written beside it.

Nothing here knows a metric: what the numbers ought to find is decided first, then records are made in which it holds.
"""
