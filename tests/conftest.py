"""For all tests."""

import os

# The recogniser's arithmetic depends on the processor's instruction set; results kept in files are made with this one.
os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX2")
