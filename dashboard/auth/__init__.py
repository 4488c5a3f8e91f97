"""Signing in, staying signed in, and what each role may do. `POLICY` holds every number of it."""

from dataclasses import dataclass, field

from dashboard.records import Limit


@dataclass(frozen=True)
class Policy:
    """How long a session lives and when the door shuts; seconds.

    Attributes:
        idle: a session unused for longer is over.
        absolute: a session is over this long after sign-in, whatever its use.
        touch: use is written down at most this often; well under ``idle``.
        of_name: failures under one name, whether or not there is such a user.
        of_address: failures from one network address, whatever the names.
    """

    idle: float = 30 * 60
    absolute: float = 12 * 60 * 60
    touch: float = 60
    of_name: Limit = field(default_factory=lambda: Limit(5, within=15 * 60, shut=15 * 60))
    of_address: Limit = field(default_factory=lambda: Limit(20, within=15 * 60, shut=15 * 60))


POLICY = Policy()
