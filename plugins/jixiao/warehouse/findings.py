"""What the rules say of what a load touched, and the documents of which they say what cannot be."""

import duckdb

from jixiao.check import find_all, rules
from jixiao.check.facts import FACT_TABLES
from jixiao.check.scope import asked, by_department, facts_of
from jixiao.model import JixiaoError
from jixiao.warehouse.document_gate import refused
from jixiao.warehouse.rows import insert, replace


class Misread(JixiaoError):  # noqa: N818 - what they are
    """Documents whose findings break what the gate asks of each: more findings than facts would be our misreading."""

    def __init__(self, reasons: dict[str, str]) -> None:
        """Keep the reasons by SHA-256."""
        super().__init__("; ".join(f"{sha256}: {reason}" for sha256, reason in reasons.items()))
        self.reasons = reasons


def record_findings(native: duckdb.DuckDBPyConnection, documents: set[str] | None = None) -> int:
    """Run every rule over all facts, or over some documents; keep all offenders in `core.findings`.

    Once a rule was mended, added or removed, all facts are judged anew. Return how many findings there are now.

    Raises:
        Misread: the findings of some documents cannot be.
    """
    today = {rule.id: rule.digest for rule in rules()}
    if dict(native.execute("SELECT check_id, digest FROM raw.judged").fetchall()) != today:
        documents = None
        native.execute("DELETE FROM raw.built")  # findings of documents that nobody touched may come and go
        native.execute("DELETE FROM raw.counted")
        native.execute("DELETE FROM raw.judged")
        native.executemany("INSERT INTO raw.judged VALUES (?, ?)", [list(pair) for pair in sorted(today.items())])
    found = find_all(native, documents)
    if documents is None:
        native.execute("DELETE FROM core.findings")
        insert(native, "core.findings", found)
    else:
        replace(native, "core.findings", found, "document_sha256", sorted(documents))
    if bad := _accused(native, documents):
        raise Misread(bad)
    said = native.execute("SELECT count(*) FROM core.findings").fetchone()
    return int(said[0]) if said else 0


def _accused(native: duckdb.DuckDBPyConnection, documents: set[str] | None) -> dict[str, str]:
    """Return the documents whose findings break what the gate asks of each document's, by SHA-256, with the reason."""
    of_them = "" if documents is None else "SEMI JOIN asked USING (document_sha256)"
    with asked(native, documents or ()):
        rows = native.execute(f"SELECT DISTINCT document_sha256 FROM core.findings {of_them}").fetchall()  # noqa: S608
    accused = {sha256 for (sha256,) in rows}
    found: dict[str, str] = {}
    for some in by_department(native, accused):
        found |= refused(facts_of(native, (*FACT_TABLES, "findings"), some), ("findings",))
    return found
