"""Masked-language-model training on raw text: ``govner pretrain CONFIG``."""

from govner.training.pretrain.config import Settings, load_config
from govner.training.pretrain.loop import pretrain

__all__ = ["Settings", "load_config", "pretrain"]
