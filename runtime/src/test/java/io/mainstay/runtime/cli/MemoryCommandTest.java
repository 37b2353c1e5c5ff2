package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mainstay memory} shows to people. */
class MemoryCommandTest {
  @TempDir Path home;
  private ScriptedNode node;

  @BeforeEach
  void start() throws IOException {
    node = ScriptedNode.start();
    node.announceIn(home.resolve("data"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void memory_forPeople_hasTheLedgersOfAllPages_thenTheHolders_andWhatIsNotNamed() {
    node.answering(GatewayRequest.ListMemory.class, MemorySamples::page);

    CliRun run = CliRun.of(home, "memory");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        """
        MEMORY   BUDGET  RESERVED  USED       FREE  PRESSURE   RESIDENT
        cpu-0   2.0 GiB   1.5 GiB  75 %  512.0 MiB  moderate  100.0 MiB
        host    1.0 GiB       0 B  0 %     1.0 GiB  low               -

        MEMORY  HELD BY  NAME                  BYTES
        cpu-0   model    all-minilm-l6-v2-q  1.0 GiB
        cpu-0   worker   3/growth            5.0 MiB
        holders of cpu-0 not named: 4
        """,
        run.out());
    assertEquals(
        List.of(new GatewayRequest.ListMemory(0), new GatewayRequest.ListMemory(1)),
        node.asked().stream().filter(GatewayRequest.ListMemory.class::isInstance).toList());
  }

  @Test
  void memory_whenNobodyHoldsAny_saysSo() {
    node.answering(
        GatewayRequest.ListMemory.class, ask -> new GatewayReply.Memory(List.of(), false));

    CliRun run = CliRun.of(home, "memory");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        List.of("The node has no ledgers.", "", "Nobody holds any."), run.out().lines().toList());
  }
}
