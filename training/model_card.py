"""The card that travels with a model: what it is, what it read, how good it is, where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govner.training.config import Settings

CARD = """# {name} {version}

{description}. Made by `govner train`; load it with `govner.load("PATH")` or `spacy.load("PATH")`.

| | |
|---|---|
| encoder | {encoder}, {parameters:,} parameters |
| reads | windows of {window} characters, whole sentences where they fit |
| trained on | {train} |
| chosen on | {dev} |
| epochs | {epochs}, best {best_epoch}; seed {seed} |
| date, machine | {date}, {machine}, {seconds:.0f} s |

## Scores on the development documents

Strict span precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}. The checkpoint was chosen on these documents, so
this is an upper bound; score held-out documents with `govner benchmark`.

Expected calibration error of entity scores {before:.3f} as the random field gives them, {after:.3f} after Platt scaling
(fitted on the same documents). A score is the probability that exactly this span bears this label.

## Limits

- It knows the four labels of govner's annotation guidelines and the genre of government work reports; on other text
  its scores mean little.
- Where the texts it read were composed or annotated by language models (see `corpus/README.md`), so were its habits.
- Spans never overlap and never cross a line break.

## Licence

MIT. The labels are govner's own; weights that started from another model keep that model's licence (see NOTICE).
"""


def model_card(
    meta: Mapping[str, Any], metrics: Mapping[str, Any], scores: Mapping[str, Any], settings: Settings
) -> str:
    """The card as Markdown."""

    def data(d: Mapping[str, Any]) -> str:
        return f"{d['documents']} documents, {d['characters']:,} characters, {d['spans']:,} spans"

    return CARD.format(
        **{k: meta[k] for k in ("name", "version", "description")},
        **{k: metrics[k] for k in ("parameters", "epochs", "best_epoch", "date", "machine", "seconds")},
        **scores["dev"],
        encoder=settings.config["model"]["encoder"]["@architectures"],
        window=settings.model.window,
        train=data(metrics["data"]["train"]),
        dev=data(metrics["data"]["dev"]),
        seed=settings.seed,
        before=scores["calibration_error_before"],
        after=scores["calibration_error_after_same_data"],
    )
