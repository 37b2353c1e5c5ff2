package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.CachedCopy;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.recovery.action.model.RebuildVerdict.Made;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebuildVerdictTest {
  private static final CachedModel SOUND = new CachedModel("a", true, 1, 5, List.of(), "");
  private static final CachedModel BAD = new CachedModel("b", true, 1, 5, List.of("b.onnx"), "");
  private static final CachedModel ORIGINAL =
      new CachedModel("c", false, 1, 5, List.of("c.onnx"), "");
  private static final CachedCopy COPY = new CachedCopy("aa-cpu", "/aa", "sum", 1, "spoiled");

  @Test
  void rebuild_isDone_unlessOneThatCanBeMadeAnewIsDamagedStill() {
    assertEquals(
        new Done(
            "dropped; made anew: a: 1 files, 5 bytes sound; c is left: its files are the originals;"
                + " written"),
        RebuildVerdict.rebuilt(
            "dropped", List.of(Made.anew(SOUND), Made.original(ORIGINAL)), List.of("written")));
    assertEquals(
        new Failed("model_cache_still_damaged", "dropped; made anew: b: damaged b.onnx"),
        RebuildVerdict.rebuilt("dropped", List.of(Made.anew(BAD)), List.of()));
    assertEquals(new Done("dropped"), RebuildVerdict.rebuilt("dropped", List.of(), List.of()));
  }

  @Test
  void furtherLook_isDone_ifNothingIsDamaged() {
    assertInstanceOf(Done.class, RebuildVerdict.of(look(List.of(SOUND), List.of())));
  }

  @Test
  void furtherLook_tellsOriginals_fromWhatCouldBeMadeAnew() {
    assertEquals("model_originals_damaged", code(look(List.of(SOUND, ORIGINAL), List.of())));
    assertEquals("model_cache_still_damaged", code(look(List.of(BAD, ORIGINAL), List.of())));
    assertEquals("model_cache_still_damaged", code(look(List.of(ORIGINAL), List.of(COPY))));
    assertEquals("model_cache_still_damaged", code(look(List.of(SOUND), List.of(COPY))));
  }

  private static String code(CacheLook look) {
    RecoveryStepOutcome outcome = RebuildVerdict.of(look);
    Failed failed = assertInstanceOf(Failed.class, outcome);
    assertTrue(failed.message().endsWith("Fetch those files again, then rescan the models"));
    return failed.code();
  }

  private static CacheLook look(List<CachedModel> models, List<CachedCopy> copies) {
    return new CacheLook(Optional.empty(), models, copies, List.of(), List.of());
  }
}
