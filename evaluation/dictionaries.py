"""Baselines that learn strings, not models: every string seen in training, and a careful researcher's
rules."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from govner.errors import UserError
from govner.evaluation.predictors import reports, to_source
from govner.evaluation.spans import ScoredSpan, SourceText
from govner.labels import TIE_ORDER
from govner.schema import GoldDocument

Candidate = tuple[int, int, str]


class Lexicon:
    """Surface strings with the label they bear most often in training."""

    def __init__(self, documents: Iterable[GoldDocument], share: float = 0.0, shortest: int = 2) -> None:
        """Collect surfaces.

        Args:
            documents: training documents.
            share: keep a surface only if at least this share of its occurrences in the training texts is
            marked.
            shortest: leave out shorter surfaces.
        """
        seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        texts = []
        for document in documents:
            texts.append(document.text)
            for span in document.spans:
                seen[document.text[span.start : span.end]][span.label] += 1
        whole = "\n".join(texts)
        self.labels = {
            surface: labels.most_common(1)[0][0]
            for surface, labels in seen.items()
            if len(surface) >= shortest
            and (share <= 0 or labels.most_common(1)[0][1] >= share * whole.count(surface))
        }
        self._longest: defaultdict[str, list[int]] = defaultdict(list)
        for surface in self.labels:
            self._longest[surface[:2]].append(len(surface))
        for lengths in self._longest.values():
            lengths[:] = sorted(set(lengths), reverse=True)

    def find(self, text: str) -> Iterator[Candidate]:
        """Every occurrence of the longest surface that starts at each place."""
        for at in range(len(text) - 1):
            for length in self._longest.get(text[at : at + 2], ()):
                label = self.labels.get(text[at : at + length])
                if label is not None:
                    yield at, at + length, label
                    break


def flatten(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the longer of two that overlap; of equal length, in the label order of the guidelines."""
    kept: list[Candidate] = []
    rank = {label: i for i, label in enumerate(TIE_ORDER)}
    taken: set[int] = set()
    for start, end, label in sorted(candidates, key=lambda c: (c[0] - c[1], rank.get(c[2], 9), c[0])):
        if not taken.intersection(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, label))
    return sorted(kept)


class SeenStrings:
    """Marks every string that is a span in training, wherever it occurs."""

    def __init__(self, documents: Iterable[GoldDocument], name: str = "seen-strings") -> None:
        self.name = name
        self.lexicon = Lexicon(documents)

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        return [
            [to_source(report, *found) for found in flatten(self.lexicon.find(report.text))]
            for report in reports(texts)
        ]


_QUOTED = re.compile(r"[“\"「]([^“”\"「」\n]{2,30})[”\"」]")
_PROJECT_HEAD = re.compile(r"(?:专项)?(?:行动|工程|项目|计划|试点|专项整治|专项斗争|攻坚战|改扩建|综合整治)")
_SHORTHAND = re.compile(
    r"(?<![\d一二三四五六七八九十百千万亿])[一二三四五六七八九十两双多](?!届|次|年|月|个|是|批|位|名|季|级|期|类|方面)[\u4e00-\u9fff]"
    r"[一二三四五六七八九十两][\u4e00-\u9fff]"
)
_VALUE = re.compile(
    r"(?:[，、]?(?:完成|实现|达到?|为|约|突破|超过?|同比|增长|下降|提高|降低|分别)){0,3}"
    r"[\d０-９][\d.．,%％]*(?:[万亿]?[元吨人户家个件亩套所公里千瓦时平方米立标]|万|亿|%|％|个百分点)"
)
#: Last words of organizations.
_ORG_END = re.compile(
    "(?:党委|党组|政府|人大|政协|委员会|常委会|办公室|管理局|公安局|财政局|教育局|税务局|法院|检察院|公司|集团|银行"
    "|医院|大学|学院|中学|小学|研究院|研究所|协会|联合会|合作社|纪委|监委|工会|妇联|共青团|党中央|国务院"
    "|省委|市委|县委|区委)$"
)
#: Class names: no organization unless a name stands before them.
_BARE = re.compile("政府|党委|公司|集团|医院|学院|大学|银行|法院|委员会|中学|小学")
#: Words that end the noun run of an indicator on its left.
_STOP = re.compile("[的地得了和与及在对将使把为年月日]|[全我][市县省区镇]|全年|其中")


class Rules:
    """Dictionary and regular expressions over jieba's words, as a careful researcher would write them.

    The dictionary holds training surfaces that are marked at least half of the times they occur. Rules add
    quoted
    names with a project head, numeric shorthand in quotes, organizations by their last word, and the nouns
    before a
    value. Nothing but training data goes in.
    """

    def __init__(self, documents: Iterable[GoldDocument], name: str = "rules") -> None:
        try:
            import jieba
            import jieba.posseg
        except ImportError:
            raise UserError(f"{name}: needs jieba: pip install 'govner[evaluate]'") from None
        self.name = name
        documents = list(documents)
        self.lexicon = Lexicon(documents, share=0.5)
        jieba.setLogLevel(60)
        tokenizer: Any = jieba.Tokenizer()
        tokenizer.initialize()
        for surface, label in self.lexicon.labels.items():
            if len(surface) <= 12:
                tokenizer.add_word(surface, tag="nt" if label == "ORG" else "nz")
        self._tagger = jieba.posseg.POSTokenizer(tokenizer)

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        found = []
        for report in reports(texts):
            candidates: list[Candidate] = list(self.lexicon.find(report.text))
            for line in re.finditer(r"[^\n]+", report.text):
                candidates += (
                    (a + line.start(), b + line.start(), label) for a, b, label in self._line(line[0])
                )
            found.append([to_source(report, *one) for one in flatten(candidates)])
        return found

    def _line(self, text: str) -> Iterator[Candidate]:
        yield from _quoted(text)
        words = []
        at = 0
        for word, flag in self._tagger.cut(text):
            words.append((at, at + len(word), word, flag))
            at += len(word)
        yield from _organizations(words)
        yield from _indicators(text, words)


def _quoted(text: str) -> Iterator[Candidate]:
    for match in _QUOTED.finditer(text):
        head = _PROJECT_HEAD.match(text, match.end())
        if head:
            yield match.start(), head.end(), "PROJECT"
        elif _SHORTHAND.search(match[1]):
            yield match.start(1), match.end(1), "SLOGAN"


def _organizations(words: Sequence[tuple[int, int, str, str]]) -> Iterator[Candidate]:
    """A word that ends as organizations do, with the place names and nouns in front of it."""
    for i, (_, end, word, flag) in enumerate(words):
        if not (flag == "nt" or _ORG_END.search(word)):
            continue
        if _BARE.fullmatch(word) and (i == 0 or words[i - 1][3] not in ("ns", "nr", "nz", "nt")):
            continue
        first = i
        while first and words[first - 1][3] in ("ns", "nz", "nr") and first > i - 3:
            first -= 1
        yield words[first][0], end, "ORG"


def _indicators(text: str, words: Sequence[tuple[int, int, str, str]]) -> Iterator[Candidate]:
    """The run of nouns right before a value."""
    ends = {end: i for i, (_, end, _, _) in enumerate(words)}
    for match in _VALUE.finditer(text):
        last = ends.get(match.start())
        if last is None:
            continue
        first = last + 1
        while first and _is_noun(words[first - 1]) and words[last][1] - words[first - 1][0] <= 16:
            first -= 1
        while first <= last and _STOP.fullmatch(words[first][2]):
            first += 1
        if first <= last and words[last][1] - words[first][0] >= 2 and words[last][3][0] in "nvl":
            yield words[first][0], words[last][1], "INDICATOR"


def _is_noun(word: tuple[int, int, str, str]) -> bool:
    kept = word[3][0] in "nbvajl" and word[3] not in ("ns", "nr")
    return kept and not _STOP.fullmatch(word[2])


def surfaces(documents: Iterable[GoldDocument]) -> dict[str, frozenset[str]]:
    """Surface strings of each label in training."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        for span in document.spans:
            seen[span.label].add(document.text[span.start : span.end])
    return {label: frozenset(strings) for label, strings in seen.items()}
