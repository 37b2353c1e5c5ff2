package io.mainstay.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashStoryTest {
  private static final Instant KILLED = Instant.parse("2026-11-21T20:15:30.100Z");
  private static final WorkerKill KILL =
      new WorkerKill("cpu-0", 4711, 3, KILLED.plusNanos(250_000));

  private long ordering;

  private JournalLine line(String type, long millisAfterKill, String fields) {
    ordering++;
    String id = "e" + ordering;
    return new JournalLine(
        ordering,
        "Device|n1:cpu-0",
        ordering,
        type,
        id,
        id,
        id,
        KILLED.plusMillis(millisAfterKill),
        "{" + fields + "}");
  }

  @Test
  void story_isToldFromTheDeathOfThatProcess() {
    List<JournalLine> device =
        List.of(
            line("WorkerRecovered", -9000, "\"epoch\":2"),
            line("WorkerDied", -5000, "\"pid\":4000,\"cause\":\"crashed\""),
            line("WorkerDied", 3, "\"pid\":4711,\"cause\":\"killed\",\"noticedBy\":\"exit\""),
            line("WorkerRecovered", 140, "\"epoch\":2,\"recoveryMillis\":138"));
    List<JournalLine> session =
        List.of(
            line("BatchInterrupted", 5, "\"epoch\":3,\"device\":\"cpu-0\""),
            line("BatchInterrupted", 5, "\"epoch\":3,\"device\":\"cpu-1\""),
            line("BatchInterrupted", 5, "\"epoch\":1,\"device\":\"cpu-0\""));

    CrashStory story = CrashStory.of(KILL, device, session).orElseThrow();

    assertEquals(new CrashStory("exit", "killed", device.get(2).eventId(), 2.75, 140.75, 1), story);
  }

  @Test
  void story_whenTheSuccessorDoesNotServeYet_isNotTold() {
    List<JournalLine> device =
        List.of(
            line("WorkerRecovered", -9000, "\"epoch\":3"), line("WorkerDied", 3, "\"pid\":4711"));
    assertTrue(CrashStory.of(KILL, device, List.of()).isEmpty());
  }

  @Test
  void victim_isTheBusiestThatServes() {
    assertEquals(
        "cpu-1",
        WorkerKill.victim(
                List.of(
                    device("cpu-0", "serving", 11, 1),
                    device("cpu-1", "serving", 12, 2),
                    device("cpu-2", "restarting", 0, 9)))
            .orElseThrow()
            .id());
  }

  private static DeviceView device(String id, String state, long pid, int queueDepth) {
    return new DeviceView(
        id, "", "", state, 1, 1, pid, "none", 0, 0, 0, 0, List.of(), queueDepth, 0, "");
  }
}
