"""Pretrained encoders: where they come from and how they are loaded.

:mod:`~govner.training.backbone.importing` turns multilingual-E5-small's 4-bit weights into an ordinary
checkpoint for Chinese; :mod:`~govner.training.backbone.loading` loads that one, or any other encoder, by
folder or hub name.
"""

from govner.training.backbone.importing import import_e5
from govner.training.backbone.loading import load_encoder, load_masked_language_model, load_tokenizer

__all__ = ["import_e5", "load_encoder", "load_masked_language_model", "load_tokenizer"]
