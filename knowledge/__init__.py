"""The policy of a school: its clauses, their life, and what can be found in them."""

import os

# ONNX Runtime reports to its maker how it is used, and keeps an id of the machine for that, unless
# this is set before it is loaded (1.32; its own function for that comes too late).
os.putenv("ORT_DISABLE_TELEMETRY", "1")
