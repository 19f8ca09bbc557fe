"""Build the model from the example questions. Needs torch and onnx; never loaded at run time."""
