"""Checks ONNX models by ONNX's own checker, and runs them by onnxruntime.

    python check-models.py CASES.json

The file lists cases `{place, name, output, shapes}`: a folder with model.onnx, inputs and the expected output as raw
float32, and their shapes. Prints the largest difference of each case over the largest expected value, as JSON by name.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

results = {}
for case in json.loads(Path(sys.argv[1]).read_text()):
    place = Path(case["place"])
    path = place / "model.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    fields = {
        name: numpy.fromfile(place / name, numpy.float32).reshape(shape)
        for name, shape in case["shapes"].items()
    }
    expected = fields.pop("expected")
    (found,) = session.run([case["output"]], fields)
    assert found.shape == expected.shape, (case["name"], found.shape, expected.shape)
    results[case["name"]] = float(abs(found - expected).max() / abs(expected).max())
print(json.dumps(results))
