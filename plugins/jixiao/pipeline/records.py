"""What earlier stages left, item by item: one that is damaged is told and left out, and the others go on."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeGuard

from upath import UPath

from jixiao.archive import Sighting
from jixiao.archive.sighting import are_sha256
from jixiao.pipeline.staging import Place, place, read_sound

ARCHIVED: Final = "archived.json"
_LARGEST: Final = 2**31 - 1  # what the column of a year holds
_DAMAGE: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


def archived_of(run: Place) -> list[UPath]:
    """Return what the sources of a run archived, in the order of their names; one that failed is not among them."""
    return sorted((place(run) / "sources").glob(f"*/{ARCHIVED}"), key=str)


def archived_in(path: Place) -> dict[str, Any] | None:
    """Return what a source archived (`archive_source`), without what is damaged of it; None where all is."""
    said = read_sound(path, "source_id", "sightings", "failures", "coverage")
    if said is None:
        return None
    if not isinstance(said["source_id"], str):
        print(f"problem: {path}: damaged: no source is named")  # noqa: T201 - a task's log
        return None
    parts = {"sightings": Sighting.from_record, "failures": check_failure, "coverage": check_coverage}
    return {**said, **{name: _sound(path, name, said[name], check) for name, check in parts.items()}}


def is_done(said: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether the record of a batch names documents and the reasons of those that cannot be read."""
    if not is_planned(said) or not isinstance(errors := said.get("errors"), dict):
        return False
    return are_sha256([*errors]) and all(isinstance(reason, str) for reason in errors.values())


def is_planned(said: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a batch names documents."""
    documents = said.get("documents") if isinstance(said, dict) else None
    return isinstance(documents, list) and are_sha256(documents)


def check_failure(one: dict[str, Any]) -> None:
    """Raise for what is no failure of an address."""
    if not (isinstance(one["url"], str) and isinstance(one["reason"], str)):
        raise ValueError("no address, or no reason")
    year = one["fiscal_year"]
    if year is not None and not (type(year) is int and 0 < year <= _LARGEST):
        raise ValueError(f"fiscal year {year!r}")


def check_coverage(one: dict[str, Any]) -> None:
    """Raise for what is no row of coverage."""
    import pyarrow as pa

    from jixiao.warehouse.coverage import as_table

    try:
        as_table([one])
    except pa.ArrowException as error:
        raise ValueError(str(error)) from None


def sound_accounts(accounts: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the accounts of walks (`Archive.accounts`) that can be loaded, and a line for each other one."""
    sound, lines = [], []
    for said in accounts:
        try:
            for check, name in ((check_coverage, "coverage"), (check_failure, "failures")):
                for one in said[name]:
                    check(one)
            sound.append(said)
        except _DAMAGE as error:
            what = f"{said.get('source_id')} {said.get('year')}"
            lines.append(f"problem: the account of {what} is damaged: {_words(error)}: left out")
    return sound, lines


def _sound(path: Place, name: str, items: Any, check: Callable[[dict[str, Any]], object]) -> list[dict[str, Any]]:
    if check == Sighting.from_record and isinstance(items, list) and Sighting.all_sound(items):
        return items
    kept = []
    for number, one in enumerate(items if isinstance(items, list) else [None], 1):
        try:
            check(one)
            kept.append(one)
        except _DAMAGE as error:
            print(f"problem: {path}: {name}: number {number}: damaged: {_words(error)}: left out")  # noqa: T201
    return kept


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
