"""govner: Chinese local-government work reports as data.

>>> import govner
    >>> nlp = govner.load()
    >>> doc = nlp("全市地区生产总值490.2亿元、增长9%。")
    >>> [(e.text, e.label_) for e in doc.ents]
    [('地区生产总值', 'INDICATOR')]
"""

from importlib import metadata
from typing import TYPE_CHECKING, Any

__version__ = metadata.version("govner")

if TYPE_CHECKING:
    from govner.annotation import annotate
    from govner.models import load

__all__ = ["__version__", "annotate", "load"]


def __getattr__(name: str) -> Any:
    # spaCy takes a second to import; `govner --help` should not wait for it.
    if name == "load":
        from govner.models import load

        return load
    if name == "annotate":
        from govner.annotation import annotate

        return annotate
    raise AttributeError(f"module 'govner' has no attribute {name!r}")
