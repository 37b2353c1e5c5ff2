package io.mainstay.actors.model.registry;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the smallest files that have the outer shape of an ONNX model. */
public final class OnnxBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** ir_version 8, a producer, a graph with one node's worth of bytes, opset 13. */
  public static byte[] model() {
    return new OnnxBytes()
        .number(1, 8)
        .text(2, "mainstay-test")
        .message(7, new OnnxBytes().text(2, "graph"))
        .message(8, new OnnxBytes().number(2, 13))
        .bytes();
  }

  /** The same, with an initializer whose data is in another file. */
  public static byte[] modelWithExternalData(String location) {
    OnnxBytes entry = new OnnxBytes().text(1, "location").text(2, location);
    OnnxBytes tensor = new OnnxBytes().text(8, "weights").message(13, entry).number(14, 1);
    return new OnnxBytes()
        .number(1, 8)
        .message(7, new OnnxBytes().text(2, "graph").message(5, tensor))
        .message(8, new OnnxBytes().number(2, 13))
        .bytes();
  }

  /**
   * A graph with those ports, each as {@code name:element} where the element is the number of its
   * data type.
   */
  public static byte[] graph(long opset, List<String> inputs, List<String> outputs) {
    OnnxBytes graph = new OnnxBytes().text(2, "graph");
    inputs.forEach(port -> graph.message(11, port(port)));
    outputs.forEach(port -> graph.message(12, port(port)));
    return new OnnxBytes()
        .number(1, 8)
        .message(8, new OnnxBytes().text(1, "com.example").number(2, 99))
        .message(7, graph)
        .message(8, new OnnxBytes().number(2, opset))
        .bytes();
  }

  private static OnnxBytes port(String port) {
    String[] parts = port.split(":");
    OnnxBytes tensor = new OnnxBytes().number(1, Long.parseLong(parts[1]));
    return new OnnxBytes().text(1, parts[0]).message(2, new OnnxBytes().message(1, tensor));
  }

  OnnxBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  OnnxBytes text(int field, String text) {
    return body(field, text.getBytes(StandardCharsets.UTF_8));
  }

  OnnxBytes message(int field, OnnxBytes message) {
    return body(field, message.bytes());
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private OnnxBytes body(int field, byte[] body) {
    varint((long) field << 3 | 2);
    varint(body.length);
    out.writeBytes(body);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
