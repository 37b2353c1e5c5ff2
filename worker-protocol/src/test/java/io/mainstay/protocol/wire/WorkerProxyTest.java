package io.mainstay.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.golden.GoldenFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the proxy builds is the golden frame, byte for byte, also after other frames. */
class WorkerProxyTest {
  private static final String MINILM = "all-minilm-l6-v2-q";

  private final WorkerProxy proxy = new WorkerProxy(7, 1 << 20);

  @Test
  void ping_isTheGoldenFrame() throws Exception {
    proxy.ping(1001, 123456789012345L);
    assertGolden("Ping");
  }

  @Test
  void cancel_isTheGoldenFrame() throws Exception {
    proxy.cancel(31);
    assertGolden("Cancel");
  }

  @Test
  void drain_isTheGoldenFrame() throws Exception {
    proxy.drain(40, 5_000_000_000L);
    assertGolden("Drain");
  }

  @Test
  void unload_isTheGoldenFrame() throws Exception {
    proxy.unload(41, MINILM);
    assertGolden("ModelUnloadRequest");
  }

  @Test
  void verify_isTheGoldenFrame() throws Exception {
    proxy.verify(42, 2_000_000_000L, MINILM);
    assertGolden("VerifyRequest");
  }

  @Test
  void injectFault_isTheGoldenFrame() throws Exception {
    proxy.injectFault(
        50,
        InjectedFault.CRASH,
        InjectionTrigger.NEXT_INFERENCE,
        0,
        new byte[] {1, 2, (byte) 0xff, (byte) 0xfe});
    assertGolden("InjectFault");
  }

  @Test
  void load_isTheGoldenFrame() throws Exception {
    proxy.load(11, 30_000_000_000L, 1, 67108864, 1311768467463790320L, MINILM, components());
    assertGolden("ModelLoadRequest");
  }

  @Test
  void infer_isTheGoldenFrame_alsoInABufferThatWasUsedBefore() throws Exception {
    proxy.load(11, 30_000_000_000L, 1, 67108864, 1311768467463790320L, MINILM, components());
    infer();
    assertGolden("InferenceRequest");
    infer();
    assertGolden("InferenceRequest");
  }

  @Test
  void frameAboveTheLimit_isRefusedAndTheNextOneIsBuilt() throws Exception {
    WorkerProxy small = new WorkerProxy(7, 1024);
    FrameFault fault = assertThrows(FrameFault.class, () -> small.unload(41, "m".repeat(2000)));
    assertEquals(FrameFault.Kind.TOO_LONG, fault.kind());
    small.unload(41, MINILM);
    assertArrayEquals(GoldenFiles.frame("ModelUnloadRequest"), small.toBytes());
  }

  private void infer() throws FrameFault {
    ByteBuffer ids = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    ids.putLong(101).putLong(102).flip();
    proxy.infer(
        31,
        1_000_000_000L,
        2,
        true,
        -81985529216486896L,
        MINILM,
        "model",
        List.of(
            new WireTensor(
                "input_ids", TensorType.INT64, List.of(1L, 2L), new TensorSite.Inline(ids)),
            new WireTensor(
                "latents",
                TensorType.FLOAT32,
                List.of(1L, 4L, 64L, 64L),
                new TensorSite.Shared(1, 128, 65536))),
        List.of(
            new WireRoom("last_hidden_state", 24576, new TensorSite.Shared(0, 4096, 24576)),
            new WireRoom("score", 4, null)));
  }

  private static List<WireComponent> components() {
    return List.of(
        new WireComponent(
            "model",
            "/models/minilm/model.onnx",
            "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
            22972869,
            false,
            "/cache/minilm/model.ort.onnx"),
        new WireComponent(
            "vae_decoder",
            "/models/minilm/vae.onnx",
            "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100",
            4096,
            true,
            ""));
  }

  private void assertGolden(String template) throws Exception {
    assertArrayEquals(GoldenFiles.frame(template), proxy.toBytes());
  }
}
