"""What stands between the network and the pages: who may ask, for what, how much, and what a browser may do with it."""
