"""Settings of every test."""

import os

from hypothesis import settings

# A slow machine is no error. CI tries the same examples every time; a laptop looks for new ones.
settings.register_profile("laptop", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")
