"""A metric's tidy table to a plotly figure: plain dicts, only trace types of the cartesian bundle."""
