package io.mainstay.actors.model.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a graph takes and gives, and the files that it keeps weights in (onnx.proto, GraphProto: 5
 * initializer, 11 input, 12 output).
 *
 * @param inputs those that must be fed, in the graph's order
 * @param outputs in the graph's order
 * @param external files that it refers to, as it names them
 */
record OnnxGraph(List<Port> inputs, List<Port> outputs, List<String> external) {
  private static final int INITIALIZER = 5;
  private static final int INPUT = 11;
  private static final int OUTPUT = 12;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;
  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_ELEMENT = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int SHAPE_DIM = 1;
  private static final int DIM_VALUE = 1;
  private static final String ANY_LENGTH = "?";
  private static final int NAME_BYTES_MAX = 4096;

  /** Bounds what a made-up file can take of the host's memory. */
  private static final int PORTS_MAX = 4096;

  private static final int DIMS_MAX = 64;

  OnnxGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    external = List.copyOf(external);
  }

  /**
   * A tensor that goes in or out.
   *
   * @param element TensorProto.DataType: 1 float32, 7 int64, 10 float16; 0 if it is no tensor
   * @param dims as text, such as {@code [?, 12]} where the first one may be any; empty if the graph
   *     does not say
   */
  record Port(String name, int element, String dims) {
    static final int FLOAT32 = 1;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int FLOAT16 = 10;

    /** Of any dimensions. */
    Port(String name, int element) {
      this(name, element, "");
    }

    boolean isLike(Port other) {
      return name.equals(other.name) && element == other.element;
    }

    String whole() {
      return this + (dims.isEmpty() ? "" : " " + dims);
    }

    @Override
    public String toString() {
      return name + " " + typeName(element);
    }

    private static String typeName(int element) {
      return switch (element) {
        case FLOAT32 -> "float32";
        case INT32 -> "int32";
        case INT64 -> "int64";
        case FLOAT16 -> "float16";
        default -> "type " + element;
      };
    }
  }

  /** What it takes and gives, in one line, whatever the order of the graph. */
  String ports() {
    return line(inputs) + " -> " + line(outputs);
  }

  private static String line(List<Port> ports) {
    return ports.stream().map(Port::whole).sorted().collect(Collectors.joining(", "));
  }

  static OnnxGraph read(ProtoCursor graph) throws IOException {
    List<Port> inputs = new ArrayList<>();
    List<Port> outputs = new ArrayList<>();
    List<String> external = new ArrayList<>();
    Set<String> initialized = new HashSet<>();
    while (graph.next()) {
      if (graph.wireType() != ProtoCursor.BYTES) {
        continue;
      }
      if (graph.field() == INITIALIZER) {
        initialized.add(initializer(graph.body(), external));
      } else if (graph.field() == INPUT) {
        add(inputs, port(graph.body()));
      } else if (graph.field() == OUTPUT) {
        add(outputs, port(graph.body()));
      }
    }
    // Before ir_version 4 every weight is an input too.
    inputs.removeIf(input -> initialized.contains(input.name()));
    return new OnnxGraph(inputs, outputs, external);
  }

  private static void add(List<Port> ports, Port port) throws IOException {
    if (ports.size() >= PORTS_MAX) {
      throw new ProtoCursor.NoProtobufException("a graph with more than " + PORTS_MAX + " inputs");
    }
    ports.add(port);
  }

  private static String initializer(ProtoCursor tensor, List<String> external) throws IOException {
    String name = "";
    while (tensor.next()) {
      if (tensor.wireType() != ProtoCursor.BYTES) {
        continue;
      }
      if (tensor.field() == TENSOR_NAME) {
        name = tensor.text(NAME_BYTES_MAX);
      } else if (tensor.field() == TENSOR_EXTERNAL_DATA) {
        collectLocation(tensor.body(), external);
      }
    }
    return name;
  }

  private static void collectLocation(ProtoCursor entry, List<String> external) throws IOException {
    String key = "";
    String value = "";
    while (entry.next()) {
      if (entry.field() == ENTRY_KEY) {
        key = entry.text(NAME_BYTES_MAX);
      } else if (entry.field() == ENTRY_VALUE) {
        value = entry.text(NAME_BYTES_MAX);
      }
    }
    if (key.equals("location") && !external.contains(value)) {
      external.add(value);
    }
  }

  private static Port port(ProtoCursor info) throws IOException {
    String name = "";
    Port tensor = new Port("", 0);
    while (info.next()) {
      if (info.field() == VALUE_NAME) {
        name = info.text(NAME_BYTES_MAX);
      } else if (info.field() == VALUE_TYPE) {
        tensor = type(info.body());
      }
    }
    return new Port(name, tensor.element(), tensor.dims());
  }

  private static Port type(ProtoCursor type) throws IOException {
    int element = 0;
    String dims = "";
    while (type.next()) {
      if (type.field() != TYPE_TENSOR || type.wireType() != ProtoCursor.BYTES) {
        continue;
      }
      ProtoCursor tensor = type.body();
      while (tensor.next()) {
        if (tensor.field() == TENSOR_ELEMENT && tensor.wireType() == ProtoCursor.VARINT) {
          element = (int) tensor.value();
        } else if (tensor.field() == TENSOR_SHAPE && tensor.wireType() == ProtoCursor.BYTES) {
          dims = dims(tensor.body());
        }
      }
    }
    return new Port("", element, dims);
  }

  private static String dims(ProtoCursor shape) throws IOException {
    List<String> dims = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() != SHAPE_DIM || shape.wireType() != ProtoCursor.BYTES) {
        continue;
      }
      if (dims.size() >= DIMS_MAX) {
        throw new ProtoCursor.NoProtobufException("a tensor of more than " + DIMS_MAX + " dims");
      }
      ProtoCursor dim = shape.body();
      String length = ANY_LENGTH;
      while (dim.next()) {
        if (dim.field() == DIM_VALUE && dim.wireType() == ProtoCursor.VARINT) {
          length = String.valueOf(dim.value());
        }
      }
      dims.add(length);
    }
    return dims.toString();
  }
}
