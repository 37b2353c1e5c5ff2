"""Half precision of an ONNX graph: all of it (to_half), or the stored weights only (store_half)."""
import copy

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, HALF = TensorProto.FLOAT, TensorProto.FLOAT16
LARGEST = 65504.0


def halved(tensor):
    array = np.clip(numpy_helper.to_array(tensor), -LARGEST, LARGEST).astype(np.float16)
    return numpy_helper.from_array(array, tensor.name)


def exact_nodes(graph):
    """Nodes that stay in float32: all that lead to a sine or cosine (timesteps up to 999 are too coarse in half)."""
    producers = {o: n for n in graph.node for o in n.output}
    exact, queue = [], [n for n in graph.node if n.op_type in ("Sin", "Cos")]
    while queue:
        node = queue.pop()
        if not any(node is e for e in exact):
            exact.append(node)
            queue += [producers[i] for i in node.input if i in producers]
    return exact


def exact_names(graph, nodes):
    """Tensors that must stay float32: all of the exact nodes, and the scales of Resize."""
    names = {t for n in nodes for t in (*n.input, *n.output)}
    for node in graph.node:
        if node.op_type == "Resize":
            names.update(i for i in node.input[1:3] if i)
    return names


def to_half(model):
    """The same graph computing in float16; inputs and outputs keep their types by Cast nodes at the edges."""
    model = copy.deepcopy(model)
    graph = model.graph
    exact = exact_nodes(graph)
    keep = exact_names(graph, exact)
    for i, tensor in enumerate(graph.initializer):
        if tensor.data_type == FLOAT and tensor.name not in keep:
            graph.initializer[i].CopyFrom(halved(tensor))
    for node in graph.node:
        if any(node is e for e in exact) or node.output[0] in keep:
            continue
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR and attribute.t.data_type == FLOAT:
                attribute.t.CopyFrom(halved(attribute.t))
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == FLOAT:
                attribute.i = HALF
    before, after = [], []
    for node in exact:
        if node.op_type in ("Sin", "Cos"):
            name = node.output[0]
            node.output[0] = name + "_exact"
            after.append((node, helper.make_node("Cast", [name + "_exact"], [name], to=HALF)))
    for value in graph.input:
        if value.type.tensor_type.elem_type == FLOAT:
            replace_input(graph, value.name, value.name + "_half")
            before.append(helper.make_node("Cast", [value.name], [value.name + "_half"], to=HALF))
    for value in graph.output:
        if value.type.tensor_type.elem_type == FLOAT:
            replace_output(graph, value.name, value.name + "_half")
            after.append((None, helper.make_node("Cast", [value.name + "_half"], [value.name], to=FLOAT)))
    nodes = before
    for node in graph.node:
        nodes += [node] + [cast for behind, cast in after if behind is node]
    nodes += [cast for behind, cast in after if behind is None]
    return rebuilt(model, nodes)


def store_half(model, elements_min=64):
    """The same graph computing in float32 from weights stored in float16, each behind a Cast."""
    model = copy.deepcopy(model)
    graph = model.graph
    casts = []
    for i, tensor in enumerate(graph.initializer):
        if tensor.data_type == FLOAT and np.prod(tensor.dims) >= elements_min:
            name = tensor.name
            small = halved(tensor)
            small.name = name + "_half"
            graph.initializer[i].CopyFrom(small)
            casts.append(helper.make_node("Cast", [small.name], [name], to=FLOAT))
    return rebuilt(model, casts + list(graph.node))


def replace_input(graph, old, new):
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name == old:
                node.input[i] = new


def replace_output(graph, old, new):
    replace_input(graph, old, new)
    for node in graph.node:
        for i, name in enumerate(node.output):
            if name == old:
                node.output[i] = new


def rebuilt(model, nodes):
    nodes = [copy.deepcopy(n) for n in nodes]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    return model
