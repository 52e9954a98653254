"""Which reader takes a list: the one walker, or what a platform has in its place."""

from collections.abc import Iterator

from jixiao.discover import listing, nfcms, search, services, tree
from jixiao.discover.asking import Asking
from jixiao.discover.platforms import platforms
from jixiao.discover.posts import Post


def posts(address: str, asking: Asking) -> Iterator[Post]:
    """Yield the posts of a list of the contract; `JixiaoError` where it cannot be read at all."""
    platform = platforms()[asking.source.adapter]
    if platform.id in ("gkmlpt", "nfcms"):
        return nfcms.posts(address, asking)
    if platform.tree is not None:
        return tree.posts(address, platform.tree, asking)
    return listing.posts(address, platform, asking)


def searched(asking: Asking) -> Iterator[Post]:
    """Yield what the search finds that a contract names beside its lists. Raises as `posts` does."""
    return services.searched(asking.source.search or "", search.TEXTS, asking)
