"""Who shows people in code only: a switch of each person's, which holds in every browser until it is turned back."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from dashboard.records import Records

_METADATA = sa.MetaData()
_CODED = sa.Table("coded", _METADATA, sa.Column("user", sa.String(), primary_key=True))


@dataclass(frozen=True)
class Modes:
    """The switches of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Modes":
        """The switches beside these records; the table is made where it is missing."""
        with records.engine.begin() as connection:
            _METADATA.create_all(connection)
        records.engine.dispose()  # a process forked after this shares no connection
        return cls(records.engine)

    def is_coded(self, user: str) -> bool:
        """Whether this person shows people in code only."""
        statement = sa.select(_CODED.c.user).where(_CODED.c.user == user)
        with self.engine.execution_options(writes=False).connect() as connection:
            return connection.execute(statement).first() is not None

    def switch(self, user: str, *, is_coded: bool) -> None:
        """Turn it on or off."""
        with self.engine.begin() as connection:
            connection.execute(_CODED.delete().where(_CODED.c.user == user))
            if is_coded:
                connection.execute(_CODED.insert(), {"user": user})
