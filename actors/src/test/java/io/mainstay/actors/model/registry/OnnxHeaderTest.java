package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.registry.OnnxHeader.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OnnxHeaderTest {
  @Test
  void inspect_whenRealModel_isPlausible() throws Exception {
    byte[] miniLm;
    try (InputStream in = getClass().getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
      miniLm = in.readAllBytes();
    }

    OnnxHeader.Plausible plausible = assertInstanceOf(OnnxHeader.Plausible.class, inspect(miniLm));
    assertEquals(6, plausible.irVersion());
    assertEquals(List.of(), plausible.external());

    Finding cut = inspect(Arrays.copyOf(miniLm, miniLm.length / 2));
    assertTrue(assertInstanceOf(OnnxHeader.Truncated.class, cut).reason().contains("11486185"));
  }

  @Test
  void inspect_whenCutAnywhere_isNeverPlausible() throws Exception {
    byte[] model = OnnxBytes.model();
    assertInstanceOf(OnnxHeader.Plausible.class, inspect(model));
    for (int length = 0; length < model.length; length++) {
      assertFalse(
          inspect(Arrays.copyOf(model, length)) instanceof OnnxHeader.Plausible,
          "cut to " + length);
    }
  }

  @Test
  void inspect_whenSomethingElse_isNotOnnx() throws Exception {
    List<byte[]> others =
        List.of(
            "Hello, this is a text file about models.\n".getBytes(StandardCharsets.UTF_8),
            "{\"model\": 1}".getBytes(StandardCharsets.UTF_8),
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
            "PK\u0003\u0004zip".getBytes(StandardCharsets.UTF_8),
            new byte[4096]);
    for (byte[] other : others) {
      assertInstanceOf(OnnxHeader.NotOnnx.class, inspect(other), new String(other));
    }
  }

  @Test
  void inspect_whenDataIsExternal_namesTheFiles() throws Exception {
    OnnxHeader.Plausible plausible =
        assertInstanceOf(
            OnnxHeader.Plausible.class,
            inspect(OnnxBytes.modelWithExternalData("../../etc/passwd")));

    assertEquals(List.of("../../etc/passwd"), plausible.external());
  }

  @Property(tries = 300)
  void inspect_whenAnyBytes_answersAndTakesNoneForAModel(@ForAll byte[] bytes) throws Exception {
    Finding finding = inspect(bytes);

    // Random bytes do not hold an ir_version, a graph and an opset that end with the file.
    assertFalse(finding instanceof OnnxHeader.Plausible);
  }

  private static Finding inspect(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("model", ".onnx");
    try {
      Files.write(file, bytes);
      try (FileChannel channel = FileChannel.open(file)) {
        return OnnxHeader.inspect(channel);
      }
    } finally {
      Files.delete(file);
    }
  }
}
