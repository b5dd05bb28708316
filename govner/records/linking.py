"""Which figure is whose: indicators and figures of one sentence, paired by clause order and punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from govner.records.clauses import Figure, Mention, Sentence, coordinated
from govner.records.components import components
from govner.records.predicates import continues

#: Families of figures that may stand in front of the indicator they belong to (100亿元专项资金).
_PRENOMINAL = frozenset({"money", "land", "area", "mass", "volume", "power", "length", "people"})
#: Between parallel figures that each stand before what they are of: 投资2亿元的甲厂、1亿元的乙厂.
_ITEM = re.compile(r"的([^，。；,\d]{2,20})(?:、|和|与|及|以及)")
_ORDERED = re.compile(r"分别|依次")
_EACH = re.compile(r"(?<![年人户日月平])均|都|双双|皆|各|分别")
_SUM = re.compile(r"之和|合计|总和|共计")


@dataclass(frozen=True, slots=True)
class Target:
    """What a value can belong to: a mention, or one component of it."""

    mention: Mention
    component: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A value of a target. ``gap`` is the text from the mention or the value before to the first figure of the list."""

    target: Target
    figure: Figure
    gap: str
    head: int


@dataclass(slots=True)
class _State:
    """Where linking is in a sentence: the open targets, those that have had values, and the end of the last value."""

    anchor: list[Target] = field(default_factory=list)
    history: list[Target] = field(default_factory=list)
    at: int = 0
    unit: str = ""
    part: str = ""
    closed: bool = True


def link(sentence: Sentence) -> list[Link]:
    """The links of a sentence, in the order of its figures."""
    mentions = [m for m in sentence.mentions if m.label == "INDICATOR"]
    links: list[Link] = []
    state = _State(at=sentence.start)
    pending = sentence.groups()
    for number, group in enumerate(pending):
        head = group[0]
        ahead = _prenominal(sentence, mentions, group, pending[number + 1 :])
        new = [i for i, m in enumerate(mentions) if state.at <= m.end <= head.start and m.start >= state.at]
        if ahead is not None and not (new and _close(sentence, mentions[new[-1]], head)):
            links.append(Link(Target(ahead), head, "", head.start))
            state.anchor, state.history, state.at = (
                [Target(ahead)],
                [*state.history, Target(ahead)],
                ahead.end,
            )
            state.closed = False
            continue
        found = (
            _from_mention(sentence, mentions, new[-1], group, state)
            if new
            else _from_value(sentence, group, state, links)
        )
        links += found
        state.at = group[-1].end
        if found:
            state.unit, state.part = head.quantity.unit, head.quantity.part
        state.closed = not found
    return links


def _close(sentence: Sentence, mention: Mention, figure: Figure) -> bool:
    """Whether a figure stands so close behind a mention that nothing else can be meant."""
    return re.fullmatch(r"(?:[^，。；,、的]{0,6})", sentence.between(mention.end, figure.start)) is not None


def _prenominal(
    sentence: Sentence, mentions: list[Mention], group: list[Figure], later: list[list[Figure]]
) -> Mention | None:
    """The mention that a figure stands right in front of, where it has no value of its own right behind it."""
    figure = group[-1]
    if len(group) > 1 or figure.quantity.family not in _PRENOMINAL:
        return None
    for mention in mentions:
        gap = sentence.between(figure.end, mention.start) if mention.start >= figure.end else "，"
        if re.fullmatch(r"(?:以上|左右|余|多)?(?:的|用于)?[“]?", gap):
            following = later[0][0] if later else None
            if following is not None and re.fullmatch(
                r"(?:达到?|为|突破|不足|不到|超过?|近|约)*", sentence.between(mention.end, following.start)
            ):
                return None
            return mention
    return None


def _from_mention(
    sentence: Sentence, mentions: list[Mention], last: int, group: list[Figure], state: _State
) -> list[Link]:
    """Links of the first figures behind a mention."""
    mention = mentions[last]
    gap = sentence.between(mention.end, group[0].start)
    own = re.split(r"[，,（(]", gap)
    rank, old = group[0].quantity.family == "rank", group[0].quantity.part == "from"
    if len(own) > 1 and not continues("，" + "，".join(own[1:]), rank=rank, old=old):
        return []
    if len(own) == 1 and (_other_subject(gap) or (gap == "的" and _counts_own(sentence, group[-1]))):
        return []
    if gap and _counts_own(sentence, group[-1]) and not continues("，" + own[-1], old=old):
        return []
    together = coordinated(sentence, mentions, last)
    added = _SUM.search(own[0]) if len(together) > 1 else None
    targets = [Target(m, added[0] if added else "") for m in together]
    chosen = _distribute(targets, group, gap, state)
    state.anchor = list(dict.fromkeys(t for t, _ in chosen))
    state.history += [t for t in state.anchor if t not in state.history]
    return [Link(t, f, gap, group[0].start) for t, f in chosen]


def _counts_own(sentence: Sentence, figure: Figure) -> bool:
    """Whether a figure counts the noun behind it (，301个项目纳入…) or describes it (7.4公里的环路)."""
    after = re.sub(r"^(?:以[上下]|左右)", "", sentence.between(figure.end, min(figure.end + 6, sentence.end)))
    if after.startswith("的"):
        return True
    counted = figure.quantity.family in ("count", "people", "households")
    return counted and re.match(r"[一-龥“](?<![以左上和与及或、])", after) is not None


def _other_subject(gap: str) -> bool:
    """Whether a list goes on behind the mention with a noun of its own (A、星级饭店6家)."""
    item = re.search(r"[、]([^、]*)$", gap)
    return item is not None and not continues("，" + item[1])


def _from_value(sentence: Sentence, group: list[Figure], state: _State, links: list[Link]) -> list[Link]:
    """Links of figures that follow another value, with no mention in between."""
    head = group[0]
    gap = sentence.between(state.at, head.start)
    if state.closed or not state.anchor:
        return []
    item = _ITEM.fullmatch(gap)
    if item is not None and head.quantity.unit == state.unit and (name := _item_name(sentence, head)):
        mention = state.anchor[-1].mention
        if len(links) and links[-1].target == Target(mention) and links[-1].figure.end == state.at:
            links[-1] = replace(links[-1], target=Target(mention, item[1]))
        return [Link(Target(mention, name), head, gap, head.start)]
    part = _singled_out(gap, head, state)
    if part is not None:
        mention = state.anchor[-1].mention
        return [Link(Target(mention, part), figure, gap, head.start) for figure in group]
    if re.fullmatch(r"[，,的]?(?:[为向对使让给从]|共有?|有)?", gap) and _counts_own(sentence, group[-1]):
        return []
    changed = head.quantity.part == "to" and state.part == "from"
    rank, old = head.quantity.family == "rank", head.quantity.part == "from"
    if not changed and not continues(gap, rank=rank, old=old):
        return []
    chosen = _distribute(state.anchor, group, gap, state)
    state.history += [t for t, _ in chosen if t not in state.history]
    state.anchor = list(dict.fromkeys(t for t, _ in chosen))
    return [Link(t, f, gap, head.start) for t, f in chosen]


def _item_name(sentence: Sentence, figure: Figure) -> str:
    """What a figure with 的 stands before: 1.9亿元的制冷厂 → 制冷厂."""
    name = re.match(
        r"的([^，。；、,\d]{2,20}?)(?=[、，,。；]|等|和|与|建成|开工|竣工|投产|落地|签约|抓紧|加快|先后|"
        r"完工|启动)",
        sentence.between(figure.end, sentence.end),
    )
    return name[1] if name else ""


def _singled_out(gap: str, head: Figure, state: _State) -> str | None:
    """The part that 其中 or a parallel item singles out of the last indicator."""
    if (
        m := re.fullmatch(
            r"[，,（(、]?其中[，,:]?([^，。；,\d]{1,16}?)(占|为|达到?|占比)?(?:近|约|超过?)?", gap
        )
    ) is not None:
        same = head.quantity.unit == state.unit or head.quantity.family == "percent"
        return re.sub(r"的$", "", m[1]) if m[2] or same else None
    return None


def _distribute(
    targets: list[Target], group: list[Figure], gap: str, state: _State
) -> list[tuple[Target, Figure]]:
    """Pairs of targets and the figures of one list."""
    count = len(group)
    if count == 1:
        return [(t, group[0]) for t in _single(targets, gap, state)]
    if count == len(targets):
        return list(zip(targets, group, strict=True))
    if len(targets) == 1:
        mention = targets[0].mention
        parts = components(mention.text)
        if len(parts) == count:
            return [(Target(mention, part), f) for part, f in zip(parts, group, strict=True)]
        earlier = state.history
        if _ORDERED.search(gap) and len(earlier) >= count and targets[0] in earlier:
            return list(zip(earlier[-count:], group, strict=True))
        if _ORDERED.search(gap) and len(earlier) >= count and all(t.component for t in earlier[-count:]):
            shared = [t.component for t in earlier[-count:]]
            return [(Target(mention, part), f) for part, f in zip(shared, group, strict=True)]
        return [(targets[0], f) for f in group]
    expanded = [Target(t.mention, p) for t in targets for p in components(t.mention.text) or ("",)]
    if len(expanded) == count:
        return list(zip(expanded, group, strict=True))
    return list(zip(targets, group, strict=False))


def _single(targets: list[Target], gap: str, state: _State) -> list[Target]:
    """The targets of a lone figure: all that are open, or, behind 均, all that the sentence has spoken of."""
    if _EACH.search(gap) and len(targets) == 1 and targets[0] in state.history:
        return state.history or targets
    return targets
