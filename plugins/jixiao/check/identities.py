"""The identities of data/identities.yaml as views of `core`: what the rules and marts join their facts with."""

from collections.abc import Iterable, Iterator, Sequence

from jixiao.extract.identities import identities, rated, shares

_VIEW = """-- {said}
CREATE OR REPLACE VIEW core.{name} AS
SELECT * FROM (VALUES
{rows}
) AS told ({columns});
"""


def identities_sql() -> str:
    """Return the SQL of `core.part_of_sums`, `core.share_wholes` and `core.rated`."""
    views = (
        (
            "part_of_sums",
            "Which figures make up which sum, as the reader confirms by (part_item NULL: any item of the scheme).",
            ("identity", "whole_scheme", "whole_item", "part_scheme", "part_item", "needed", "parts", "judged"),
            _parts(),
        ),
        (
            "share_wholes",
            "What a share may be one of (part_item NULL: any item of the scheme); said: words that the rate must hold.",
            ("part_scheme", "part_item", "whole_scheme", "whole_item", "said"),
            ((*_named(one.part), *_named(one.whole), one.said) for one in shares()),
        ),
        (
            "rated",
            "The sum whose outturn by budget a named rate is.",
            ("name", "scheme", "item"),
            ((name, *_named(item)) for name, item in rated().items()),
        ),
    )
    return "\n".join(_view(*view) for view in views)


def _view(name: str, said: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | bool | None]]) -> str:
    lines = ",\n".join(f"    ({', '.join(map(_literal, row))})" for row in rows)
    return _VIEW.format(name=name, said=said, columns=", ".join(columns), rows=lines)


def _literal(value: str | int | bool | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value).upper()


def _named(item: str) -> tuple[str, str | None]:
    scheme, name = item.split("/")
    return scheme, None if name == "*" else name


def _parts() -> Iterator[tuple[str | int | bool | None, ...]]:
    for one in identities():
        needed = [f"{one.scheme}/*"] if one.scheme else one.parts
        for item in (*needed, *one.also):
            named = (*_named(one.whole), *_named(item))
            yield one.name, *named, item in needed, len(needed), one.judged
