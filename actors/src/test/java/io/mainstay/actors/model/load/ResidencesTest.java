package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.load.Residences.Answer;
import io.mainstay.actors.model.load.Residences.Followed;
import io.mainstay.actors.model.load.Residences.Join;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.load.Residences.Ready;
import io.mainstay.actors.model.load.Residences.Refuse;
import io.mainstay.actors.model.load.Residences.Start;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ResidencesTest {
  private static final Key KEY = new Key("tiny", "cpu-0");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Refusal REFUSAL = Refusal.of("code", "message", "remedy");

  @Test
  void ensure_followsTheLifeOfALoad() {
    Residences none = Residences.empty();
    assertInstanceOf(Start.class, none.ensure(KEY, NOW));
    assertInstanceOf(Join.class, none.loading(KEY).ensure(KEY, NOW));
    assertInstanceOf(Ready.class, none.loading(KEY).loaded(KEY).ensure(KEY, NOW));
    assertInstanceOf(Start.class, none.loaded(KEY).unloaded(KEY).ensure(KEY, NOW));
    assertInstanceOf(Start.class, none.loaded(KEY).ensure(new Key("tiny", "cpu-1"), NOW));
  }

  @Test
  void ensure_afterAFailure_refusesUntilItsTime() {
    Residences failed = Residences.empty().failed(KEY, REFUSAL, NOW.plusSeconds(10));

    Refuse refuse = assertInstanceOf(Refuse.class, failed.ensure(KEY, NOW.plusMillis(9_999)));
    assertSame(REFUSAL, refuse.refusal());
    assertInstanceOf(Start.class, failed.ensure(KEY, NOW.plusSeconds(10)));
    assertInstanceOf(Start.class, failed.retryAll().ensure(KEY, NOW));
    assertInstanceOf(Start.class, failed.retry("cpu-0").ensure(KEY, NOW));
    assertInstanceOf(Refuse.class, failed.retry("cpu-1").ensure(KEY, NOW));
  }

  @Test
  void ensure_afterABrokenFile_refusesUntilARescanOnly() {
    Residences failed = Residences.empty().failed(KEY, REFUSAL, Instant.MAX);

    assertInstanceOf(Refuse.class, failed.retry("cpu-0").ensure(KEY, NOW));
    assertInstanceOf(Refuse.class, failed.workerUp("cpu-0", Set.of()).next().ensure(KEY, NOW));
    assertInstanceOf(Start.class, failed.retryAll().ensure(KEY, NOW));
  }

  @Test
  void workerDown_losesModelsUntilTheSuccessorHasThem() {
    Residences down = Residences.empty().loaded(KEY).workerDown("cpu-0");

    assertInstanceOf(Join.class, down.ensure(KEY, NOW));
    assertEquals(List.of(), down.devices("tiny"));
    assertTrue(down.isComing("tiny"));
    Residences up = down.workerUp("cpu-0", Set.of("tiny")).next();
    assertInstanceOf(Ready.class, up.ensure(KEY, NOW));
    assertEquals(List.of("cpu-0"), up.devices("tiny"));
    assertFalse(up.isComing("tiny"));
  }

  @Test
  void deviceFailed_refusesAllButWhatALoadUnderWayWaitsFor() {
    Key loading = new Key("other", "cpu-0");
    Residences failed =
        Residences.empty().loaded(KEY).loading(loading).deviceFailed("cpu-0", REFUSAL);

    assertInstanceOf(Refuse.class, failed.ensure(KEY, NOW));
    assertInstanceOf(Refuse.class, failed.ensure(new Key("third", "cpu-0"), NOW));
    assertInstanceOf(Join.class, failed.ensure(loading, NOW));
    assertInstanceOf(Ready.class, failed.workerUp("cpu-0", Set.of("tiny")).next().ensure(KEY, NOW));
  }

  @Test
  void holds_namesWhatVanished() {
    Key other = new Key("other", "cpu-0");
    Followed followed =
        Residences.empty()
            .loaded(KEY)
            .loaded(other)
            .loaded(new Key("tiny", "cpu-1"))
            .holds("cpu-0", Set.of("other", "unasked"));

    assertEquals(List.of(KEY), followed.vanished());
    assertInstanceOf(Start.class, followed.next().ensure(KEY, NOW));
    assertEquals(List.of("cpu-0"), followed.next().devices("unasked"));
    assertEquals(List.of("cpu-1"), followed.next().devices("tiny"));
  }

  @Test
  void loaded_whileTheDeviceIsDown_isOnItsWayOnly() {
    Residences late = Residences.empty().loading(KEY).workerDown("cpu-0").loaded(KEY);

    assertInstanceOf(Join.class, late.ensure(KEY, NOW));
    assertEquals(List.of(), late.devices("tiny"));
  }

  @Provide
  Arbitrary<List<Integer>> steps() {
    return Arbitraries.integers().between(0, 6).list().ofMaxSize(30);
  }

  @Property
  void aLoadUnderWay_isLeftToItsSagaWhateverDevicesSay(@ForAll("steps") List<Integer> steps) {
    Residences residences = Residences.empty().loading(KEY);
    for (int step : steps) {
      residences =
          switch (step) {
            case 0 -> residences.workerDown("cpu-0");
            case 1 -> residences.workerUp("cpu-0", Set.of()).next();
            case 2 -> residences.workerUp("cpu-0", Set.of("tiny")).next();
            case 3 -> residences.holds("cpu-0", Set.of()).next();
            case 4 -> residences.holds("cpu-0", Set.of("tiny")).next();
            case 5 -> residences.deviceFailed("cpu-0", REFUSAL);
            default -> residences.retryAll();
          };
      Answer answer = residences.ensure(KEY, NOW);
      assertInstanceOf(Join.class, answer);
      assertTrue(residences.isLoading(KEY));
    }
  }
}
