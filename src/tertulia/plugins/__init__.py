"""What others may add: the contracts of the plug points and the registry that loads them."""
