"""Report text → entities: features, an ONNX encoder, a conditional random field, and the spaCy component around them."""
