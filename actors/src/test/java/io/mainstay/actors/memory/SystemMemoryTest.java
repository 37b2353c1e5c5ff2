package io.mainstay.actors.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMemoryTest {
  @TempDir Path directory;

  @Test
  void read_takesTotalAndAvailableInBytes() throws Exception {
    Path meminfo =
        Files.writeString(
            directory.resolve("meminfo"),
            "MemTotal:        2000 kB\nMemFree:          100 kB\nMemAvailable:     500 kB\n");

    SystemMemory memory = SystemMemory.read(meminfo);

    assertEquals(new SystemMemory(2000 * 1024, 500 * 1024), memory);
    assertEquals(0.75, memory.usedFraction(), 1e-9);
  }

  @Test
  void read_whenALineIsMissing_namesIt() throws Exception {
    Path meminfo = Files.writeString(directory.resolve("meminfo"), "MemTotal: 2000 kB\n");

    IOException refused = assertThrows(IOException.class, () -> SystemMemory.read(meminfo));

    assertTrue(refused.getMessage().contains("MemAvailable:"), refused.getMessage());
  }
}
