"""The house keeps its one stair: who may import whom, no import hidden in a function, no piece too long."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "dashboard"
FILES = sorted(ROOT.rglob("*.py"))

# From the ground up; a floor may import those below it and its own. clinical stands under importing, which builds its
# marts, and knows nothing of it.
FLOORS: list[set[str]] = [
    {"model", "instruments", "effects", "toml_lines"},
    {"clinic_file"},
    {"settings"},
    {"version"},
    {"store", "records", "audit", "reviews", "notes", "cohorts", "annotations", "agenda", "modes", "tokens"},
    {"fingerprints"},
    {"clinical"},
    {"importing", "demo"},
    {"metrics"},
    {"figures"},
    {"auth", "clinic"},
    {"access"},
    {"access_cases", "access_clinic"},
    {"review"},
    {"tabs"},
    {"dashboard", "cli", "cli_decks", "cli_people", "command", "serving", "__main__"},
]
WEB = {"dash", "plotly", "flask", "flask_login", "flask_wtf"}
MUST_NOT_KNOW: dict[str, set[str]] = {
    "model": WEB,
    "instruments": WEB,
    "effects": WEB,
    "clinic_file": WEB,
    "settings": WEB,
    "toml_lines": WEB,
    "store": WEB,
    "records": WEB,
    "audit": WEB,
    "reviews": WEB,
    "cohorts": WEB,
    "notes": WEB,
    "tokens": WEB,
    "clinical": {*WEB, "dashboard.importing", "duckdb"},
    "importing": {*WEB, "dashboard.metrics"},
    "metrics": {*WEB, "dashboard.store", "dashboard.importing", "duckdb", "pathlib"},
    "figures": {"dash", "flask", "sqlalchemy", "dashboard.metrics", "dashboard.store", "dashboard.clinical"},
    "auth": {"dashboard.tabs", "dashboard.metrics", "dashboard.clinical", "dashboard.importing"},
    "access": WEB,
    "access_cases": WEB,
    "access_clinic": WEB,
    "annotations": WEB,
    "agenda": WEB,
    "modes": WEB,
    "fingerprints": WEB,
    "version": WEB,
    "review": {"dash", "flask"},
    "tabs": {"flask", "flask_login", "dashboard.store", "dashboard.records", "dashboard.auth", "duckdb"},
}
ALLOWED_BESIDE = {"tabs": {"dashboard.auth.permissions"}}
LONGEST_FILE, LONGEST_FUNCTION = 320, 45


def floor_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    if len(relative.parts) > 1:
        return relative.parts[0]
    return "dashboard" if relative.stem == "__init__" else relative.stem


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def height(floor: str) -> int:
    return next(place for place, names in enumerate(FLOORS) if floor in names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_floor_imports_only_what_is_below_it(path: Path) -> None:
    floor = floor_of(path)
    for name, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "dashboard" and len(parts) > 1:
            other = parts[1] if (ROOT / parts[1]).is_dir() or (ROOT / f"{parts[1]}.py").exists() else "dashboard"
            assert height(other) <= height(floor), f"{floor} imports {name}, a floor above it"
        for forbidden in MUST_NOT_KNOW.get(floor, set()):
            if any(name.startswith(allowed) for allowed in ALLOWED_BESIDE.get(floor, set())):
                continue
            assert name != forbidden, f"{floor} must not know {forbidden}"
            assert not name.startswith(f"{forbidden}."), f"{floor} must not know {forbidden}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_of_our_own_hides_in_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    hidden = [name for name, node in imports(tree) if name.startswith("dashboard") and id(node) not in top]
    assert hidden == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name != "model.py":  # a list of the tables, not a program
        assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = node.end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= LONGEST_FUNCTION, f"{node.name} has {lines} lines"


def test_every_file_stands_on_a_floor() -> None:
    known = set().union(*FLOORS)
    assert {floor_of(path) for path in FILES} <= known
