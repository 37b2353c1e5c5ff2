package io.mainstay.actors.model.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a file can be an ONNX model, without loading it: walks the fields of {@code ModelProto}
 * (onnx.proto: 1 ir_version, 7 graph, 8 opset_import) and, inside the graph, the initializers, for
 * the external files that they name. Reads a few kilobytes of a file of any size.
 */
final class OnnxHeader {
  private static final int MODEL_IR_VERSION = 1;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET_IMPORT = 8;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  /** Highest ir_version that is taken for one; today's is 13. */
  private static final long IR_VERSION_MAX = 64;

  /** Highest field number of ModelProto that is taken for one; today's is 26. */
  private static final int MODEL_FIELD_MAX = 63;

  private static final int LOCATION_BYTES_MAX = 4096;

  private OnnxHeader() {}

  /** What the walk found. */
  sealed interface Finding {}

  /** It has what an ONNX model has. {@code external}: files that it refers to, as it names them. */
  record Plausible(long irVersion, List<String> external) implements Finding {
    Plausible {
      external = List.copyOf(external);
    }
  }

  /** It begins as one, and ends too early. */
  record Truncated(String reason) implements Finding {}

  /** It is something else. */
  record NotOnnx(String reason) implements Finding {}

  static Finding inspect(FileChannel file) throws IOException {
    long size = file.size();
    if (size == 0) {
      return new Truncated("the file is empty");
    }
    ProtoCursor cursor = new ProtoCursor(file, 0, size);
    long irVersion = 0;
    boolean graph = false;
    boolean opset = false;
    List<String> external = new ArrayList<>();
    try {
      while (cursor.next()) {
        if (cursor.field() > MODEL_FIELD_MAX) {
          return new NotOnnx("field " + cursor.field() + " at its start is none of ModelProto");
        }
        if (irVersion == 0 && cursor.field() != MODEL_IR_VERSION) {
          return new NotOnnx("it does not begin with an ir_version");
        }
        switch (cursor.field()) {
          case MODEL_IR_VERSION -> {
            if (cursor.wireType() != ProtoCursor.VARINT
                || cursor.value() < 1
                || cursor.value() > IR_VERSION_MAX) {
              return new NotOnnx("its first field is no ir_version");
            }
            irVersion = cursor.value();
          }
          case MODEL_GRAPH -> {
            graph = true;
            collectExternal(cursor.body(), external);
          }
          case MODEL_OPSET_IMPORT -> opset = true;
          default -> {
            // Names, versions and metadata say nothing about whether it can be loaded.
          }
        }
      }
    } catch (ProtoCursor.EndsEarlyException early) {
      return irVersion == 0 ? new NotOnnx("it is no protobuf") : new Truncated(early.getMessage());
    } catch (ProtoCursor.NoProtobufException other) {
      return new NotOnnx(other.getMessage());
    }
    if (!graph || !opset) {
      return new Truncated("it ends before its " + (graph ? "opset_import" : "graph"));
    }
    return new Plausible(irVersion, external);
  }

  private static void collectExternal(ProtoCursor graph, List<String> external) throws IOException {
    while (graph.next()) {
      if (graph.field() == GRAPH_INITIALIZER && graph.wireType() == ProtoCursor.BYTES) {
        ProtoCursor tensor = graph.body();
        while (tensor.next()) {
          if (tensor.field() == TENSOR_EXTERNAL_DATA && tensor.wireType() == ProtoCursor.BYTES) {
            collectLocation(tensor.body(), external);
          }
        }
      }
    }
  }

  private static void collectLocation(ProtoCursor entry, List<String> external) throws IOException {
    String key = "";
    String value = "";
    while (entry.next()) {
      if (entry.field() == ENTRY_KEY) {
        key = entry.text(LOCATION_BYTES_MAX);
      } else if (entry.field() == ENTRY_VALUE) {
        value = entry.text(LOCATION_BYTES_MAX);
      }
    }
    if (key.equals("location") && !external.contains(value)) {
      external.add(value);
    }
  }
}
