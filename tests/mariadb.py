"""Runs the tests of database sources against a MariaDB of its own, from Debian's package: ``make test-mariadb``."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest

PASSWORD = "of-the-tests"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A server in a folder, reached by its socket; answers the address of an empty database."""
    data, socket = folder / "data", folder / "socket"
    user = [f"--user={os.environ.get('USER', 'root')}"] if os.geteuid() == 0 else []
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    install = ["mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal", *user]
    subprocess.run(install, check=True, **quiet)
    start = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *user]
    process = subprocess.Popen([*start, f"--pid-file={folder / 'pid'}"], **quiet)
    try:
        with _connected(str(socket)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE clinic CHARACTER SET utf8mb4")
            cursor.execute(f"CREATE USER clinic@localhost IDENTIFIED BY '{PASSWORD}'")
            cursor.execute("GRANT ALL ON clinic.* TO clinic@localhost")
        yield f"mariadb://clinic:{PASSWORD}@localhost/clinic?unix_socket={socket}"
    finally:
        process.terminate()
        process.wait()


def _connected(socket: str) -> "pymysql.Connection[pymysql.cursors.Cursor]":
    for _ in range(120):
        try:
            return pymysql.connect(unix_socket=socket, user="root")
        except pymysql.OperationalError:
            time.sleep(0.5)
    raise RuntimeError("MariaDB did not start within a minute")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mariadb-") as folder, server(Path(folder)) as address:
        os.environ["TEST_MARIADB"] = address
        return int(pytest.main(["tests/importing/test_database.py"]))


if __name__ == "__main__":
    sys.exit(main())
