"""Small wrongs in a query, one at a time: what a slip of the pen would do to a rule or a mart."""

from collections.abc import Callable, Iterator
from functools import partial

import sqlglot
from sqlglot import exp

_OTHER: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}
_CLAUSES = (exp.Where, exp.Having, exp.Qualify, exp.Filter, exp.Join)

Change = Callable[[exp.Expression], None]


def _clause(node: exp.Expression) -> exp.Expression | None:
    """Return the clause that a condition is a conjunct of, if it is one."""
    at = node.parent
    while isinstance(at, exp.And | exp.Paren):
        at = at.parent
    return at if isinstance(at, _CLAUSES) else None


def _drop(node: exp.Expression) -> None:
    node.replace(exp.true())


def _turn(node: exp.Expression) -> None:
    node.replace(_OTHER[type(node)](this=node.this.copy(), expression=node.expression.copy()))


def _inner(node: exp.Expression) -> None:
    node.set("side", None)


def _plain(node: exp.Expression) -> None:
    node.set("distinct", None)


def _changes(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    condition = isinstance(node, exp.Predicate | exp.Not | exp.Or | exp.Boolean | exp.Exists) and node.parent
    clause = _clause(node) if condition else None
    if clause is not None:
        yield f"without {type(clause).__name__.lower()}", _drop
    # In a join, a pair of other keys is what dropping the condition gives already.
    if type(node) in _OTHER and not isinstance(clause, exp.Join):
        yield f"{_OTHER[type(node)].__name__} for", _turn
    if isinstance(node, exp.Join) and node.side == "LEFT":
        yield "inner for", _inner
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield "not distinct:", _plain


def mutants(sql: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield (what is done, what gives the query then) for every small wrong, in the order of the query."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    seen: dict[str, int] = {}
    for position, node in enumerate(tree.dfs()):
        for done, change in _changes(node):
            words = " ".join(f"{done} {node.sql('duckdb')}".split())[:110]
            seen[words] = seen.get(words, 0) + 1
            number = f" #{seen[words]}" if seen[words] > 1 else ""
            yield words + number, partial(_changed, tree, position, change)


def _changed(tree: exp.Expression, position: int, change: Change) -> str:
    copy = tree.copy()
    change(list(copy.dfs())[position])
    return copy.sql("duckdb")
