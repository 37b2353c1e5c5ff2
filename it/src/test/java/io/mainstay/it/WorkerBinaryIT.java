package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that cannot be started, and devices without room: said once, clearly. */
class WorkerBinaryIT {
  static final Path WORKER = Mainstay.HOME.resolve("native-worker/target/dist/bin/mainstay-worker");

  @TempDir Path directory;

  private Mainstay.Result start(String conf) throws Exception {
    Path file = Files.writeString(directory.resolve("node.conf"), conf);
    return Mainstay.run(
        "node",
        "--data",
        directory.resolve("data").toString(),
        "--port",
        "0",
        "--conf",
        file.toString());
  }

  private static void assertRefused(Mainstay.Result result, String... words) {
    assertEquals(1, result.exit(), result.toString());
    for (String word : words) {
      assertTrue(result.err().contains(word), "expected '" + word + "' in " + result);
    }
    assertTrue(result.err().contains("remedy"), result.toString());
    assertFalse(result.err().contains("\tat "), "no stack trace: " + result);
  }

  @Test
  void binary_whenMissing() throws Exception {
    Path missing = directory.resolve("no-worker");
    assertRefused(
        start("mainstay.device.worker.binary = \"" + missing + "\""),
        "no-worker",
        "does not exist");
  }

  @Test
  void binary_whenNotExecutable() throws Exception {
    Path plain = Files.copy(WORKER, directory.resolve("plain-worker"));
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(
        start("mainstay.device.worker.binary = \"" + plain + "\""),
        "plain-worker",
        "not executable");
  }

  @Test
  void binary_whenOfAnotherProtocolVersion_namesBoth() throws Exception {
    Path foreign =
        Files.writeString(
            directory.resolve("foreign-worker"),
            "#!/bin/sh\nexec "
                + WORKER
                + " \"$@\" --enable-fault-injection --announce-schema 2.0\n");
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused(
        start("mainstay.device.worker.binary = \"" + foreign + "\""), "protocol", "2", "1");
  }

  @Test
  void memory_whenTheModelDoesNotFit_isRefusedWithTheSetting_andNothingRestarts() throws Exception {
    String conf =
        "mainstay.device.devices = [{ id = cpu-0, backend = cpu, threads = 1, memory-budget = 64MiB"
            + " }]";
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), conf);
        MainstayClient client = node.client()) {
      RequestRefusedException refused =
          org.junit.jupiter.api.Assertions.assertThrows(
              RequestRefusedException.class,
              () -> client.infer("all-minilm-l6-v2-q", "no room", Duration.ofSeconds(10)));
      assertEquals("device_memory_allocation_failure", refused.code(), refused.getMessage());
      assertTrue(
          (refused.getMessage() + refused.remedy()).contains("mainstay.device.devices"),
          refused.remedy());
      assertEquals(0, client.status().workerRestarts());
    }
  }
}
