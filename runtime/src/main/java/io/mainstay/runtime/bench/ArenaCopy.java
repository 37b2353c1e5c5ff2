package io.mainstay.runtime.bench;

import io.mainstay.protocol.arena.ArenaLease;
import io.mainstay.protocol.arena.ArenaUnavailable;
import io.mainstay.protocol.arena.TensorArena;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tensor of 16 MiB from the JVM's memory to where a worker reads it: the arena is shared, so this
 * copy is the whole way.
 */
final class ArenaCopy {
  private static final int TENSOR_BYTES = 16 << 20;
  private static final long SEGMENT_BYTES = 64L << 20;
  private static final int WARM_UP = 20;
  private static final int COPIES = 200;

  private ArenaCopy() {}

  static void measure(BenchDocument.Builder document, Path scratch) throws IOException {
    Path shared = Path.of("/dev/shm");
    Path directory = Files.isWritable(shared) ? shared : scratch;
    ByteBuffer tensor = ByteBuffer.allocateDirect(TENSOR_BYTES);
    Latencies copies = new Latencies();
    try (TensorArena arena =
        TensorArena.create(
            directory, "bench-" + ProcessHandle.current().pid(), List.of(SEGMENT_BYTES))) {
      arena.unlink();
      for (int copy = -WARM_UP; copy < COPIES; copy++) {
        try (ArenaLease lease = arena.lease(TENSOR_BYTES).orElseThrow()) {
          long began = System.nanoTime();
          lease.copyIn(tensor.duplicate());
          if (copy >= 0) {
            copies.recordNanos(System.nanoTime() - began);
          }
        }
      }
    } catch (ArenaUnavailable e) {
      throw CliFailure.failed(e.getMessage(), "run `mainstay doctor`", e);
    }
    document
        .figure("tensor16MiB", copies.figure())
        .figure(
            "tensor16MiBRate",
            new BenchDocument.Figure(rate(copies.millis(50)), rate(copies.millis(99)), "GB/s"));
  }

  private static double rate(double millis) {
    return Math.round(TENSOR_BYTES / (millis * 1e6) * 100) / 100.0;
  }
}
