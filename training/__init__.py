"""Making models: data, encoders, heads, the training loop, pretraining and export."""
