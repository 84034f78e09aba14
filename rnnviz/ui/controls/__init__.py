"""What stands beside the pages, and on several of them."""
