"""Who comes in and who is still in: sign-in, session, sign-out, by the policy and a clock. Knows no web."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dashboard.auth import POLICY, Policy
from dashboard.records import LONGEST_NAME, LONGEST_PASSWORD, Records, SignIn

Clock = Callable[[], float]


@dataclass(frozen=True)
class Answer:
    """What became of a try: ``in`` with the new session's token, ``wrong``, or ``shut``."""

    outcome: Literal["in", "wrong", "shut"]
    token: str = ""


@dataclass(frozen=True)
class Door:
    """The clinic's door.

    Attributes:
        records: users, sessions, failed tries.
        clock: seconds since 1970.
        policy: time-outs and limits.
    """

    records: Records
    clock: Clock = time.time
    policy: Policy = POLICY

    def sign_in(self, name: str, password: str, address: str) -> Answer:
        """Try a password. The same work is done for a right name, a wrong one and a shut door."""
        name, password = name.strip()[: LONGEST_NAME + 1], password[: LONGEST_PASSWORD + 1]
        now, policy = self.clock(), self.policy
        counted = self.records.count_try(name, address, now, of_name=policy.of_name, of_address=policy.of_address)
        right = self.records.verify(name, password)
        if not counted:
            return Answer("shut")
        if not right:
            return Answer("wrong")
        self.records.clear_tries(name)
        self.records.forget_sessions(before=now - 2 * policy.absolute)
        return Answer("in", self.records.open_session(name, now))

    def session(self, token: str, *, active: bool = True) -> SignIn | None:
        """The session of a token, if it lives; ``active`` says that a person, not a timer, used it."""
        session = self.records.session(token)
        if session is None:
            return None
        now, policy = self.clock(), self.policy
        if now - session.seen > policy.idle or now - session.created > policy.absolute:
            self.records.revoke(token)
            return None
        if active and now - session.seen >= policy.touch:
            self.records.touch(token, now)
        return session

    def sign_out(self, token: str) -> None:
        """End a session."""
        self.records.revoke(token)
