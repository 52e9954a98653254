"""What the scopes around a sum handed down to it, in words, for whoever asks why (`explain`)."""

from jixiao.extract.scope import Scopes


def handed(scopes: Scopes) -> tuple[str, ...]:
    """Return what the scopes hand down to the piece entered last, one line each, for whoever asks why."""
    whole, listing, label = scopes.whole, scopes.listing, scopes.label
    told = {
        "heading": " ".join(filter(None, (scopes.heading_flow, scopes.heading_stage))),
        "lead": scopes.lead_stage,
        "sentence": scopes.stage,
        "year": scopes.year,
        "subjects": ", ".join(f"{one.subject.scheme}/{one.subject.item} ({one.place})" for one in scopes.said[-4:]),
        "part of": f"{whole.name} {whole.stage} {whole.year}" if whole else "",
        "list of projects": f"{listing.extent} {listing.stage or ''}" if listing else "",
        "item": label.name if label else "",
        "owner": scopes.owner or scopes.owner_soft or ("programme" if scopes.programme else ""),
        "free words": scopes.free,
    }
    return tuple(f"{name}: {words}" for name, words in told.items() if words)
