"""govner: Chinese local-government work reports as data."""
