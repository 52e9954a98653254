"""What the words of a piece are called where they are no term: names of projects, and words that are left over."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from jixiao.extract.clauses import Piece
from jixiao.extract.identity.names import abbreviated
from jixiao.extract.lexicon import Token, lexicon

_YEAR = re.compile(r"20\d\d年?度?|\d+月\d*日?|\d+")
_HAN = re.compile(r"[一-鿿]")
_WORDS = ("owner", "programme", "not_ours", "outturn", "list_head")
_NOT_NAME = re.compile(r"[^一-鿿A-Za-z0-9()“”\"《》、·—\-+/×]")
_NAMED_ROLES = (
    "stage",
    "change",
    "against",
    "last_year",
    "split",
    "parallel",
    "all_of",
    "part",
    "share",
    "list",
    "rate",
)
QUOTED = re.compile(r"[“\"「](?P<inner>[^“”\"「」]+)[”\"」]")
_LONGEST, _SHORTEST = 45, 3
_NAME = 4
"""So many characters make a name that nothing else is called by."""
_LEADS = re.compile(r"^(?:20\d\d年?度?)?(?:和|及|与|、|以及|的|即|[一二三四五六七八九十]是)*")
_TIES = re.compile(r"^(?:和|及|与|、|以及|的|即|[一二三四五六七八九十]是)*")
_COUNT = re.compile(r"(?:共|等)?[\d一二三四五六七八九十]+[个项]$")


@lru_cache(maxsize=2048)
def _fillers(text: str) -> tuple[Token, ...]:
    return tuple(lexicon().scan(text, ("filler",)))


def free_words(piece: Piece, own: tuple[str, ...] = ()) -> str:
    """Return what is left of a piece without its terms and the small words between them; `own` are our own names.

    A small word of one character counts only at the edge of what is left: the 级 of 村级组织 belongs to a name.
    """
    terms = [token for token in piece.tokens if token.role not in _WORDS and token.value not in ("lead", "noun")]
    taken = {at for token in terms for at in range(token.start, token.end)}
    taken.update(besides(piece, terms))
    small = set[int]()
    for token in _fillers(piece.words):
        places = range(token.start + piece.start, token.end + piece.start)
        (taken if len(places) > 1 else small).update(places)
    for name in own:  # the longest first
        at = piece.words.find(name)
        if at >= 0 and (name not in _kinds() or _is_before_money(piece, piece.start + at + len(name))):
            taken.update(range(piece.start + at, piece.start + at + len(name)))
    for match in _YEAR.finditer(piece.text, piece.start, piece.end):
        taken.update(range(*match.span()))
    words = []
    left: list[int] = []
    for at in range(piece.start, piece.end + 1):
        if at < piece.end and at not in taken and (_HAN.match(piece.text[at]) or left):
            left.append(at)
            continue
        while left and (left[0] in small or not _HAN.match(piece.text[left[0]])):
            left.pop(0)
        while left and (left[-1] in small or not _HAN.match(piece.text[left[-1]])):
            left.pop()
        if len(left) > 1:
            words.append("".join(piece.text[one] for one in left))
        left = []
    return "".join(words)


def besides(piece: Piece, terms: Sequence[Token]) -> set[int]:
    """Return the places of words that only lead to a term: 根据…情况调整为, 因上级补助调整为, 利息收入等其他收入."""
    out: set[int] = set()
    turns = [token for token in piece.of("turn") if token.value == "to" and token.end == piece.end]
    for token in [*piece.of("by"), *(one for one in piece.of("aside") if turns and one.value == "reason")]:
        behind = [t.start for t in terms if t.role == "stage" and t.row.mark != "weak" and t.start >= token.end]
        out.update(range(token.start, min(behind, default=token.start)))
    for term in terms:
        if term.role == "subject" and piece.text[piece.start : term.start].endswith("等"):
            out.update(range(piece.start, term.start))
    return out


@cache
def _kinds() -> frozenset[str]:
    """Return what institutions call themselves by their kind: 学校, 医院."""
    return frozenset(row.value for row in lexicon().rows if row.role == "called")


def _is_before_money(piece: Piece, at: int) -> bool:
    """Tell whether a word of money stands at a place: 学校收入, and not 学校维修项目."""
    return any(token.start == at and token.role in ("subject", "stage") for token in piece.tokens)


def label_of(piece: Piece, *, whole: bool = False) -> str:
    """Return the name that a piece begins with: without the stage words and ties behind it and the leads before it.

    With `whole` what stands behind it belongs to the name.
    """
    start, end = piece.start, piece.end
    tail = [t for t in piece.tokens if t.role in _NAMED_ROLES and t.value not in ("lead", "noun")]
    tail += [Token(t.start + start, t.end + start, t.row) for t in lexicon().scan(piece.words, ("tail",))]
    another = _of_another_stage(piece, tail)
    for token in sorted(tail, key=lambda t: (-t.end, t.start)) if not whole else ():
        if (token.start, token.end) in another:
            break
        short = len(_HAN.findall(piece.text[start : token.start])) < _SHORTEST and token.row.mark == "weak"
        if token.end >= end > token.start >= start and not short:
            end = token.start
    words = piece.text[start:end].rstrip(":、")
    head = [t for t in piece.tokens if t.role in ("part", "split", "list") and t.start == start and t.value != "noun"]
    words = words[head[0].end - start :] if head else words
    dated = not any(mark in "^。" for mark in piece.marks) and piece.index > 0
    words = _COUNT.sub("", (_TIES if dated else _LEADS).sub("", words).lstrip(":"))
    if words.count("(") != words.count(")"):
        words = words.replace("(", "").replace(")", "")
    return words if 2 <= len(words) <= _LONGEST and not _NOT_NAME.search(words) and _HAN.search(words) else ""


def _of_another_stage(piece: Piece, tail: Sequence[Token]) -> set[tuple[int, int]]:
    """Return the words of spending that stand right before those of a budget: 案件执行 of 案件执行年初预算数."""
    planned = {t.start for t in tail if t.role == "stage" and t.value != "final" and t.row.mark != "weak"}
    return {(t.start, t.end) for t in tail if t.role == "stage" and t.value == "final" and t.end in planned}


def has_suffix(name: str) -> bool:
    """Tell whether a name ends as only the name of a project does (…经费, …工程)."""
    return any(t.value == "project" and t.end == len(name) for t in lexicon().scan(name, ("suffix",)))


def speaks_of_a_project(piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether a sentence without a sum so far begins with a project: 推广工程因到货延迟,支出率仅为54.91%."""
    before = [one for one in pieces[: piece.index] if one.sentence == piece.sentence]
    if any(one.figure is not None for one in before):
        return False
    wrong = [next(iter(lexicon().scan(one.words, ("went_wrong",))), None) for one in before]
    names = [one.words[: token.start] if token else one.words for one, token in zip(before, wrong, strict=True)]
    return any(has_suffix(name) for name in names)


def called(name: str) -> str:
    """Return what is in quotes where nothing but the word for a project stands outside of them: “X”项目 is X."""
    quoted = QUOTED.match(name)
    behind = lexicon().opening(name, "kind_behind", quoted.end()) if quoted is not None else None
    return quoted["inner"] if quoted is not None and behind is not None and behind.end == len(name) else name


def is_no_name(name: str) -> bool:
    """Tell whether words cannot be the name of a project: 财政资金, what was done (批复了目标), an institution's."""
    if any(token.start for token in lexicon().scan(name, ("done",))):
        return True
    return any(token.end == len(name) for token in lexicon().scan(name, ("no_name", "called")))


def leave_own_names(pieces: Sequence[Piece], own: Sequence[str]) -> None:
    """Take away the words of others that only stand in the department's own name: the 农业 of 县农业农村局."""
    for piece in pieces:
        if not (owned := piece.of("owner")):
            continue
        spans = [
            (piece.start + at, piece.start + at + len(name))
            for name in own
            if len(name) >= _NAME
            for at in _places_of(name, piece.words)
        ]
        inside = [t for t in owned if any(start <= t.start and t.end <= end for start, end in spans)]
        piece.tokens = [token for token in piece.tokens if token not in inside]


def _places_of(name: str, words: str) -> Iterator[int]:
    """Give where a name begins in words; a pattern of each name would have to be made."""
    at = words.find(name)
    while at >= 0:
        yield at
        at = words.find(name, at + len(name))


def is_rest(words: str) -> bool:
    """Tell whether words only say what is left of a list: 其他, 其余."""
    token = lexicon().opening(words, "rest")
    return token is not None and token.end == len(words)


def is_glued(piece: Piece, token: Token, own: tuple[str, ...] = ()) -> bool:
    """Tell whether a term only ends a longer name: 消费券发放项目支出."""
    before = piece.text[piece.start : token.start]
    if not before or not _HAN.match(before[-1]) or before.endswith(("的", "中", "为", "由", "和", "及", "与")):
        return False
    if any(other.end == token.start for other in piece.tokens):
        return False
    if any(before.endswith(name) for name in own):
        return False
    head = Piece(piece.text, piece.start, token.start, "")
    head.tokens = [other for other in piece.tokens if other.end <= token.start]
    return bool(free_words(head, own)) and not _ends_in_filler(before)


def _ends_in_filler(words: str) -> bool:
    return any(token.role == "filler" and token.end == len(words) for token in _fillers(words))


_PLACE = "省市县区州旗盟镇"
_CALLED = (1, 2, 3)  # 我局, 我大队, 本管委会


def own_names(organization: str | None) -> tuple[str, ...]:
    """Return the names that a department may call itself: in full, without the places in front, 我 or 本 with its end.

    So with its official abbreviation: 市科协 of a city's, which is another's in a county. The longest stand first.
    """
    name = organization or ""
    short = abbreviated(name)
    called = {who + name[-length:] for who in "我本全" for length in _CALLED if len(name) > length}
    kind = lexicon().ending(name, "called")
    called |= {kind.value} if kind is not None else set()
    return tuple(sorted({*_without_places(name), *_without_places(short)} | called, key=len, reverse=True))


def _without_places(name: str) -> set[str]:
    """Return a name without the places in front of it, one after the other, or with the last letter of each."""
    cuts = {0} | {at for at in range(1, len(name) - 2) if name[at] in _PLACE or name[at - 1] in _PLACE}
    return {name[at:] for at in cuts if len(name[at:]) > 2}
