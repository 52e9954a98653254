"""Small sites on the platforms that `sources add` knows, each as odd as the real one: what they share is their posts.

`install(site, kind)` turns a running demo site into one; `KINDS` are those there are. What real sites do is told in
docs/publication-platforms.md.
"""

import re
from collections.abc import Callable

from demo.platforms import answers, pages
from demo.platforms.base import ORGANIZATIONS, SITE_CODE, YEARS, Platform
from demo.site import Site

__all__ = ["KINDS", "ORGANIZATIONS", "SITE_CODE", "YEARS", "Platform", "adapter_of", "install", "second_page"]

KINDS: dict[str, Callable[[Platform], None]] = {
    site.__name__: site
    for site in (
        pages.trs, pages.hanweb, pages.jpaas, pages.boda, pages.powereasy, pages.plain, pages.nfcms,
        answers.ucap, answers.feed, answers.sitemap, answers.unified, answers.kaipuyun,
    )
}  # fmt: skip


def adapter_of(kind: str) -> str:
    """Return the adapter that a contract names for a kind of site."""
    generic = dict.fromkeys(("plain", "feed", "sitemap"), "generic")
    return {**generic, "kaipuyun": "trs", "jpaas": "hanweb"}.get(kind, kind)


def install(site: Site, kind: str) -> Platform:
    """Turn a running demo site into one of another platform."""
    made = Platform(site)
    KINDS[kind](made)
    site.hooks.append(made.hook)
    return made


def second_page(made: Platform, target: str) -> bool:
    """Tell whether a request asks for what follows a list's first page, in the platform's own way."""
    return re.fullmatch(re.escape(made.second) + r"(?:\?.*)?", target) is not None if made.second else False
