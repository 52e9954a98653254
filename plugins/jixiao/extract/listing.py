"""Lists of projects: where words open one, what an entry is called, where the list ends."""

from typing import TYPE_CHECKING

from jixiao.extract.clauses import Piece
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import has_suffix, is_rest
from jixiao.extract.scoped import PROJECTS, Label, Listing, leads, moves, next_of, opens_list, stage_of
from jixiao.model import Stage

if TYPE_CHECKING:
    from jixiao.extract.scope import Scopes


def open_list(scopes: "Scopes", piece: Piece) -> None:
    """Open a list of projects where the words say so."""
    made_up = any(token.value == "from" and token.start == piece.start for token in piece.of("turn"))
    if piece.has("split") or (made_up and scopes.own_terms and piece.figure is not None):
        scopes.part(piece)
    after_next = next_of(piece, scopes.pieces)
    if piece.index == 0 and piece.enum and piece.figure is None and after_next and "。" in after_next.marks:
        # (1)困难群众救助。预算10万元
        of_another = bool(piece.of("list") or piece.of("owner")) or _is_items(scopes.name)
        scopes.lead_other = of_another and not scopes.own_terms and not leads(piece, scopes.pieces)
    if piece.index == 0 and not piece.enum and piece.figure is None and after_next and after_next.marks == ":":
        # 维修类:预算数22万元: a label that is no term takes the bare stages behind it.
        scopes.lead_other = bool(scopes.name and after_next.figure) and not scopes.own_terms
    strong = [t for t in piece.of("list") if opens_list(t, piece, scopes.pieces)]
    headed = piece.figure is None and not piece.enum and any(t.end == piece.end for t in piece.of("list_head"))
    after = [t for t in piece.of("list") if t.value == "after_project"]
    told = next((one for one in reversed(scopes.told) if one.is_sum), None)
    ours = any(t.value == "nature/project" for t in scopes.own_terms) or (
        told is not None and told.subject == PROJECTS and not scopes.own_terms and piece.figure is None
    )
    if strong and not (scopes.listing and scopes.listing.extent == "section"):
        scopes.listing = Listing("paragraph", _stage_of_list(scopes, piece), scopes.year, piece.depth)
        scopes.listing.unsaid = not (scopes.told or scopes.stage or piece.of("stage"))
    elif headed and scopes.listing is None:
        scopes.listing = Listing("sentence", _stage_of_list(scopes, piece), scopes.year, piece.depth)
    elif after and ours and scopes.listing is None and not piece.has("all_of"):
        scopes.listing = Listing(
            "sentence", told.stage if told else _stage_of_list(scopes, piece), scopes.year, piece.depth
        )


def _is_items(name: str) -> bool:
    """Tell whether a heading's name is that of an item, and of no chapter on all the money (资金管理, 预算执行)."""
    level = lexicon().ending(name, "level_name")
    return bool(name) and level is None and not lexicon().every(name, "of_money")


def _stage_of_list(scopes: "Scopes", piece: Piece) -> Stage | None:
    """Return the stage that the words opening a list give it: 项目支出预算安排如下."""
    said = stage_of([token.value for token in piece.of("stage")])
    planned = said == "budget" and "initial_budget" in (scopes.stage, scopes.lead_stage, scopes.heading_stage)
    before = [one for one in (scopes.told or scopes.told_before) if one.is_sum and not one.compared]
    whole = before[-1].stage if before and before[-1].subject == PROJECTS else None
    return "initial_budget" if planned else said or scopes.stage or whole


def take_label(scopes: "Scopes", piece: Piece) -> None:
    """Let an item be called by the words that it begins with."""
    if scopes.listing is not None and piece.figure is not None and is_rest(piece.words):
        scopes.label = None  # 甲工程286万元,其他57万元: what is left of a list is no entry of it
        return
    staged = piece.figure is None and any(t.row.mark != "weak" for t in piece.of("stage"))
    if not scopes.name or piece.has("aside") or moves(piece) or staged:
        return
    starts = bool(piece.enum) or any(mark in "^。;:其(" for mark in piece.marks)
    after = next_of(piece, scopes.pieces)
    named = after is not None and after.marks == ":" and after.figure is not None  # 1.馆库维护:预算742.21,…
    marked = bool(piece.enum) or (named and piece.index == 0)
    listed = scopes.listing is not None and (marked or not scopes.listing.marked_only)
    entry = listed and (piece.figure is not None or starts or "、" in piece.words[:1] or ")" in piece.marks)
    lead = piece.figure is None and bool(piece.enum) and piece.index == 0 and not named
    bracket = piece.figure is None and after is not None and after.marks == "("
    plain = piece.figure is not None and not piece.enum and not piece.of("stage")
    called = has_suffix(scopes.name) and not plain
    if not entry and not bracket and not (starts and (called or (piece.enum and not lead))):
        return
    parent = scopes.label.name if entry and scopes.label and scopes.label.listed and "(" in piece.marks else None
    scopes.label = Label(scopes.name, piece.enum, entry, piece.index, parent, lead)
    if entry:
        _take_parent(scopes, piece)
        scopes.known.add(scopes.name)


def _take_parent(scopes: "Scopes", piece: Piece) -> None:
    listing = scopes.listing
    if listing is None or scopes.label is None or not piece.enum:
        return
    minor = piece.enum == "circle" or (bool(listing.style) and piece.enum != listing.style)
    if minor:
        scopes.label.parent = listing.parent
    else:
        listing.parent = scopes.name


def leave_list(scopes: "Scopes", term: Token, piece: Piece) -> None:
    """End the item's label, and a list of projects, where one of the department's own classes is named."""
    scopes.label = None
    if scopes.listing is not None and term.value not in ("nature/project",) and not piece.has("list"):
        scopes.listing = None if scopes.listing.extent != "section" else scopes.listing
