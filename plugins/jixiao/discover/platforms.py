"""The platforms that publication sites run on, from `platforms.yaml`: how each is recognised, listed and read."""

import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict

_LINKS_LEAST: Final = 2


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Row):
    """What tells a platform: a pattern in its page, in the addresses that it links, or in its cookies' names."""

    where: Literal["page", "link", "cookie"]
    pattern: str
    words: str


class Paging(_Row):
    """A way to the next page of a list (`platforms.yaml` explains them)."""

    kind: Literal["counted", "linked", "numbered", "records"]
    told: str = ""
    name: str = "{name}_{number}.{extension}"
    first: int = 2


class Service(_Row):
    """A list as JSON: where it is asked for, and the paths to its rows and to what each of them says."""

    found: str = ""
    address: str = ""
    form: dict[str, str] = {}
    rows: tuple[str, ...]
    total: tuple[str, ...]
    title: tuple[str, ...]
    url: tuple[str, ...]
    day: tuple[str, ...]


class Branch(_Row):
    """One level of a tree: the form that asks for it, and the keys of its rows."""

    address: str
    form: dict[str, str]
    rows: str = ""
    id: str
    name: str
    day: str = ""
    pages: str = ""


class Tree(_Row):
    """A platform that many departments share: regions, departments, posts by year, files."""

    regions: str
    years: str
    departments: Branch
    posts: Branch
    files: Branch
    page: str
    download: str


class Platform(_Row):
    """One row of `platforms.yaml`."""

    id: str
    name: str
    marks: tuple[Mark, ...] = ()
    post: str = ""
    day: str = ""
    body: tuple[str, ...] = ()
    pages: tuple[Paging, ...] = ()
    service: Service | None = None
    tree: Tree | None = None

    @property
    def lists(self) -> bool:
        """Tell whether its lists can be walked by a contract's `adapter`; else it is a search beside one."""
        return bool(self.pages or self.tree)


@cache
def platforms() -> dict[str, Platform]:
    """Return every platform by its id, in the order of the file."""
    said = yaml.load((files("jixiao") / "discover" / "platforms.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {name: Platform(id=name, **row) for name, row in said.items()}


@cache
def post_pattern() -> re.Pattern[str]:
    """Return the pattern of addresses of posts on any platform: pages of one hold links to posts of another."""
    each = "|".join(platform.post for platform in platforms().values() if platform.post)
    return re.compile(rf"(?:{each})(?:$|[?#&])", re.IGNORECASE)


@cache
def day_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a day in a post's address, of any platform."""
    return tuple(re.compile(platform.day) for platform in platforms().values() if platform.day)


@cache
def bodies() -> str:
    """Return the XPath of all platforms' containers of a post, but for the generic ones, which are many."""
    named = (path for platform in platforms().values() if platform.id != "generic" for path in platform.body)
    return " | ".join(dict.fromkeys(named))


def recognised(page: str, links: list[str], cookies: list[str]) -> dict[str, list[str]]:
    """Return, platform by platform, the marks that a site shows, in words; the one with most of them first."""
    found: dict[str, list[str]] = {}
    for platform in platforms().values():
        for mark in platform.marks:
            pattern = re.compile(mark.pattern, re.IGNORECASE)
            seen = {
                "page": lambda p=pattern: bool(p.search(page)),
                "link": lambda p=pattern: sum(1 for link in links if p.search(link)) >= _LINKS_LEAST,
                "cookie": lambda p=pattern: any(map(p.search, cookies)),
            }[mark.where]()
            if seen:
                found.setdefault(platform.id, []).append(mark.words)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
