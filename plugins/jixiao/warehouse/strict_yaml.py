"""Read a YAML list that persons write: what is wrong is told with the file, the line and the reason."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from jixiao.model import JixiaoError

Item = TypeVar("Item", bound=BaseModel)
_MISTAKEN: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool")
PLAIN: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
"""A number as it means the same to everybody."""
_DEEPEST: Final = 20


def read_strictly(path: Path, name: str, model: type[Item]) -> Iterator[tuple[int, Item]]:
    """Yield each item of a list of records with its line (from 1).

    Raises:
        JixiaoError: `name`, the line and what is wrong: not UTF-8, not YAML, a key twice, unknown or missing, a value
            that may not be.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise JixiaoError(f"{name}: {error.strerror}") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise JixiaoError(f"{name}: line {line}: not UTF-8") from None
    try:
        _check_events(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        said = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise JixiaoError(f"{name}: line {line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise JixiaoError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        raise JixiaoError(f"{name}: line {_line(node)}: not a list")
    for item, value in zip(node.value, said, strict=True):
        _check_node(item, name)
        try:
            yield _line(item), model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            path_said = [part for part in first["loc"] if isinstance(part, str)]
            where = ".".join(path_said)
            words = first["msg"].removeprefix("Value error, ")
            words = f"{where}: {words}" if where else words
            raise JixiaoError(f"{name}: line {_line(_found(item, path_said))}: {words}") from None


def _check_events(text: str, name: str) -> None:
    """Raise `JixiaoError` for what takes more than a machine holds before it is looked at."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):  # a few of them multiply
            raise JixiaoError(f"{name}: line {line}: an alias (*{event.anchor}): write it out")
        opens, closes = isinstance(event, yaml.CollectionStartEvent), isinstance(event, yaml.CollectionEndEvent)
        depth += opens - closes
        if depth > _DEEPEST:
            raise JixiaoError(f"{name}: line {line}: lists in lists in lists")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _check_node(node: yaml.Node, name: str) -> None:
    """Raise `JixiaoError` for a key that is there twice, and for a value that is not what it looks like.

    YAML takes `yes` for true, 010 for 8 and 1:30 for 90.
    """
    if isinstance(node, yaml.ScalarNode) and node.tag in _MISTAKEN and not PLAIN.fullmatch(node.value):
        raise JixiaoError(f"{name}: line {_line(node)}: {node.value} means something else in YAML: put it in quotes")
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_node(value, name)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[Any] = set()
    for key, value in node.value:
        if key.value in seen:
            raise JixiaoError(f"{name}: line {_line(key)}: {key.value} is there twice")
        seen.add(key.value)
        _check_node(value, name)


def _found(node: yaml.Node, keys: list[str]) -> yaml.Node:
    """Return the node that keys lead to, or the nearest that is there."""
    for wanted in keys:
        inside = node.value if isinstance(node, yaml.MappingNode) else ()
        found = next(((key, value) for key, value in inside if key.value == wanted), None)
        if found is None:
            return node
        node = found[1] if isinstance(found[1], yaml.MappingNode) else found[0]
    return node
