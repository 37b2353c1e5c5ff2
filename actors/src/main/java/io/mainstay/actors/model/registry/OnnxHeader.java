package io.mainstay.actors.model.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Whether a file can be an ONNX model, without loading it: walks the fields of {@code ModelProto}
 * (onnx.proto: 1 ir_version, 7 graph, 8 opset_import) and, inside the graph, what it takes, gives
 * and keeps in other files ({@link OnnxGraph}). Reads a few kilobytes of a file of any size.
 */
final class OnnxHeader {
  private static final int MODEL_IR_VERSION = 1;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET_IMPORT = 8;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;

  /** Highest ir_version that is taken for one; today's is 13. */
  private static final long IR_VERSION_MAX = 64;

  /** Highest field number of ModelProto that is taken for one; today's is 26. */
  private static final int MODEL_FIELD_MAX = 63;

  private static final int NAME_BYTES_MAX = 4096;
  private static final String STANDARD_DOMAIN = "ai.onnx";

  private OnnxHeader() {}

  /** What the walk found. */
  sealed interface Finding {}

  /**
   * It has what an ONNX model has.
   *
   * @param opset version of the standard operators; 0 if it uses none
   */
  record Plausible(long irVersion, long opset, OnnxGraph graph) implements Finding {
    /** Files that it refers to, as it names them. */
    List<String> external() {
      return graph.external();
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
    OnnxGraph graph = null;
    boolean imports = false;
    long opset = 0;
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
          case MODEL_GRAPH -> graph = OnnxGraph.read(cursor.body());
          case MODEL_OPSET_IMPORT -> {
            imports = true;
            opset = Math.max(opset, standardOpset(cursor.body()));
          }
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
    if (graph == null || !imports) {
      return new Truncated("it ends before its " + (graph == null ? "graph" : "opset_import"));
    }
    return new Plausible(irVersion, opset, graph);
  }

  /** The version that such an import names; 0 for operators of another domain. */
  private static long standardOpset(ProtoCursor imported) throws IOException {
    String domain = "";
    long version = 0;
    while (imported.next()) {
      if (imported.field() == OPSET_DOMAIN) {
        domain = imported.text(NAME_BYTES_MAX);
      } else if (imported.field() == OPSET_VERSION && imported.wireType() == ProtoCursor.VARINT) {
        version = imported.value();
      }
    }
    return domain.isEmpty() || domain.equals(STANDARD_DOMAIN) ? version : 0;
  }
}
