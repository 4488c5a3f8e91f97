"""What a mapping's query may be: one SELECT that reads tables, and nothing that reaches beyond them."""

import re

import duckdb

FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """abs avg cast ceil ceiling char_length coalesce concat convert count date day extract floor greatest ifnull
        isnull least left length lower lpad ltrim max min mod month nullif replace right round row_number rtrim substr
        substring sum trim upper year""",
    )
)
_NOT_CALLS = frozenset(
    re.findall(
        r"\w+",
        """all and any as between by case distinct else end except exists from group having in intersect is join like
        limit not on or order over partition select then union using values when where with
        char character decimal float numeric varchar nvarchar nchar datetime2 time timestamp""",
    )
)
"""Words and types that a parenthesis may follow without a function being called."""
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_COMMENT = re.compile(r"--|/\*|#")


def fault_of(query: str) -> str:
    """What is wrong with a query, in words that follow “the query”; empty where nothing is."""
    bare = _QUOTED.sub(lambda found: '""' if found[0][0] != "'" else "''", query)
    if "\\" in query or re.search(r"['\"`$]", bare.replace("''", "").replace('""', "")):
        return "has a quotation mark that is not closed, a backslash or a dollar sign; write it without"
    if _COMMENT.search(bare):
        return "has a comment; write it without"
    if ";" in bare:
        return "has a semicolon; give one statement, with none at its end"
    if not re.match(r"\s*(select|with)\b", bare, re.IGNORECASE):
        return "is no SELECT; a mapping only reads"
    if re.search(
        r"\b(into|insert|update|delete|merge|for\s+share|attach|pragma|call|exec|execute|set)\b", bare, re.IGNORECASE
    ):
        return "does more than read; a mapping only reads"
    called = {name.lower() for name in re.findall(r"([\w.\"]+)\s*\(", bare)}
    unknown = sorted(called - FUNCTIONS - _NOT_CALLS)
    if unknown:
        return f"calls {unknown[0]}; the functions that may be called are {', '.join(sorted(FUNCTIONS))}"
    return ""


def tables_read(query: str) -> set[str] | None:
    """The tables that a query reads, in lower case and without their schema; None where that cannot be told."""
    plain = _QUOTED.sub(lambda found: found[0].replace("`", '"') if found[0][0] == "`" else found[0], query)
    with duckdb.connect(config={"enable_external_access": "false"}) as engine:
        try:
            return {name.lower() for name in engine.get_table_names(plain)}
        except duckdb.Error:  # another engine's words or functions
            return None
