"""The government that a department belongs to."""

from jixiao.extract.identity.regions import region_of
from jixiao.model import Document, Doubt, Evidence


def find_region(organization: str | None, document: Document) -> tuple[str | None, tuple[Doubt, ...]]:
    """Return the GB/T 2260 code of the government the department belongs to, or None with the doubt."""
    whole = "".join(p.text for p in document.passages)
    if organization:
        region = region_of(organization, whole)
        if region is not None:
            return region.code, ()
    message = f"the government of {organization or 'an unnamed department'} cannot be told from the document"
    return None, (Doubt("unknown_region", message, Evidence()),)
