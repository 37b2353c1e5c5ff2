"""Writes torch modules as ONNX files, checked, with all sizes but the fixed ones dynamic."""
import io

import onnx
import torch

OPSET = 14


def to_onnx(module, inputs, input_names, output_name, dynamic):
    """The checked ONNX model of a module."""
    buffer = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(module.eval(), inputs, buffer, input_names=input_names, output_names=[output_name],
                          dynamic_axes=dynamic, opset_version=OPSET, do_constant_folding=True)
    model = onnx.load_model_from_string(buffer.getvalue())
    model.producer_name, model.doc_string = "mainstay-training", ""
    for node in model.graph.node:
        node.doc_string = ""
    return checked(model)


def checked(model):
    """The model, if it is valid and its types and shapes can be inferred."""
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    if model.ir_version > 8:
        raise ValueError(f"IR version {model.ir_version} is above 8, the newest that the runtimes read")
    return model


def write(model, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
