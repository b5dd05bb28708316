"""The torch side of the tagger: encoders, the random field's loss, and the network that joins them."""

from govner.training.model.encoders import EncoderSpec
from govner.training.model.network import SpanTagger, TaggerNetwork
from govner.training.model.transformer import TransformerSpec

__all__ = ["EncoderSpec", "SpanTagger", "TaggerNetwork", "TransformerSpec"]
