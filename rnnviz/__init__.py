"""rnnviz: see a recurrent network compute, number by number."""
