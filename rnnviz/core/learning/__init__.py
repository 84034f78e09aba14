"""How weights are found: losses, optimisers, training, and what a text's own network learns."""
