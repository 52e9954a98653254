"""Platforms that the departments of a province share: regions, departments, their posts by year, their files."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from jixiao.discover.asking import Asking
from jixiao.discover.platforms import Branch, Tree
from jixiao.discover.posts import Attachment, Post, absolute, file_name, json_of, plain, published_in, rows_of
from jixiao.discover.rows import links_of, text_of
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 50


def posts(address: str, tree: Tree, asking: Asking) -> Iterator[Post]:
    """Yield the posts of the wanted departments of every region that the page at `address` names.

    Its years are those of publication: a fiscal year is asked for by itself and by the year after.
    """
    regions, years, base = _start(address, tree, asking)
    asked = asking.found.years
    wanted = years if asked is None else sorted(set(years) & {year + later for year in asked for later in (0, 1)})
    for region, name in regions.items():
        asking.found.site_map.setdefault("columns", {})[f"{base}#{region}"] = name
        for year in wanted:
            for department in _asked(tree.departments, base, {"region": region, "year": str(year)}, asking):
                publisher = plain(department.get(tree.departments.name))
                if publisher and asking.wants(publisher):
                    keys = {"region": region, "year": str(year), "department": str(department.get(tree.departments.id))}
                    yield from _of_department(tree, base, publisher, keys, asking)


def departments(address: str, tree: Tree, asking: Asking) -> dict[str, str]:
    """Return the departments that the newest year of the tree names, each with the name of its region."""
    regions, years, base = _start(address, tree, asking)
    return {
        plain(row.get(tree.departments.name)): name
        for region, name in regions.items()
        for row in _asked(tree.departments, base, {"region": region, "year": str(max(years))}, asking)
    }


def _start(address: str, tree: Tree, asking: Asking) -> tuple[dict[str, str], list[int], str]:
    """Return regions (by number, with their names), years, and the address that the others are relative to."""
    page = asking.client.get(address)
    if page.status != 200:
        raise JixiaoError(f"{address} answered {page.status}: no tree of departments there")
    regions: dict[str, str] = {}
    for link in links_of(page):
        match = re.search(tree.regions, str(link.get("href") or ""))
        if match and plain(text_of(link)):
            regions.setdefault(match[1], plain(text_of(link)))
    years = sorted({int(next(filter(None, match))) for match in re.findall(tree.years, page.text)})
    if not regions or not years:
        named = f"{len(regions)} regions and {len(years)} years"
        raise JixiaoError(f"{address}: it names {named}: not the platform that was expected")
    told = re.search(r"[\"']([^\"'\s]*)" + re.escape(tree.departments.address), page.text)
    return regions, years, urljoin(page.url, told[1] if told else "")


def _of_department(tree: Tree, base: str, publisher: str, keys: dict[str, str], asking: Asking) -> Iterator[Post]:
    for row in _asked(tree.posts, base, keys, asking):
        if row.get(tree.posts.id) is None:
            continue
        keys["post"] = str(row[tree.posts.id])
        try:
            files = _asked(tree.files, base, keys, asking)
        except JixiaoError as error:
            asking.found.problems.append(f"{publisher}, {keys['year']}: {error}")
            continue
        said = {"url": urljoin(base, tree.page.format(**keys)), "title": plain(row.get(tree.posts.name)) or publisher}
        attached = []
        for file in files:
            url = absolute(base, tree.download.format(file=file.get(tree.files.id)))
            attached.append(Attachment(url, file_name(plain(file.get(tree.files.name)), url)))
        day = max((str(file.get(tree.files.day) or "") for file in files), default="")
        yield Post(said["url"], said["title"], f"{keys['year']}年", publisher, attachments=tuple(attached),
                   **published_in(day))  # fmt: skip


def _asked(branch: Branch, base: str, keys: Mapping[str, str], asking: Asking) -> list[dict[str, Any]]:
    """Return the rows of one level, all pages of them; `JixiaoError` where it answers something else."""
    url = urljoin(base, branch.address)
    rows: list[dict[str, Any]] = []
    for page in range(1, _PAGES_MOST + 1):
        form = {key: value.format(**{**keys, "page": page}) for key, value in branch.form.items()}
        answer = asking.client.post(url, form, dict)
        said = json_of(answer.text) if answer.status == 200 else None
        part = said.get(branch.rows) if branch.rows and isinstance(said, dict) else said
        if not isinstance(part, list):
            raise JixiaoError(f"{url}: answered {answer.status}, not the JSON of the platform: {answer.text[:60]!r}")
        rows += rows_of(part)
        last = said.get(branch.pages) if branch.pages and isinstance(said, dict) else 1
        if not part or not str(last).isdecimal() or page >= int(str(last)):
            return rows
    raise JixiaoError(f"{url}: more than {_PAGES_MOST} pages: the rest is not read")
