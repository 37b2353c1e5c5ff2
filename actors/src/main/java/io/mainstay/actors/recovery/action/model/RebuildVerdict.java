package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;

import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.stream.Collectors;

/** Whether what was damaged of models is whole after it was made anew. Pure. */
final class RebuildVerdict {
  private static final String STILL_DAMAGED = "model_cache_still_damaged";
  private static final String ORIGINALS_DAMAGED = "model_originals_damaged";

  private RebuildVerdict() {}

  /**
   * What one model came to.
   *
   * @param left it could be made anew and is damaged still
   */
  record Made(String text, boolean left) {
    /** Of one that was made anew, as it is now. */
    static Made anew(CachedModel now) {
      return new Made("made anew: " + now.text(), now.isDamaged());
    }

    /** Of one that cannot be. */
    static Made original(CachedModel model) {
      return new Made(model.modelId() + " is left: its files are the originals", false);
    }
  }

  /**
   * Done where nothing is damaged that could be made anew.
   *
   * @param dropped what became of damaged copies
   * @param written what became of copies that were lacking
   */
  static RecoveryStepOutcome rebuilt(String dropped, List<Made> made, List<String> written) {
    String text = dropped + said(made.stream().map(Made::text).toList()) + said(written);
    return made.stream().anyMatch(Made::left) ? failed(STILL_DAMAGED, text) : done(text);
  }

  private static String said(List<String> each) {
    return each.isEmpty() ? "" : "; " + String.join("; ", each);
  }

  /** Done where a further look finds nothing damaged. */
  static RecoveryStepOutcome of(CacheLook found) {
    List<CachedModel> bad = found.damagedModels();
    if (bad.isEmpty() && found.damagedCopies().isEmpty()) {
      return done(found.text());
    }
    boolean originalsAlone =
        found.damagedCopies().isEmpty() && bad.stream().noneMatch(CachedModel::rebuildable);
    return failed(
        originalsAlone ? ORIGINALS_DAMAGED : STILL_DAMAGED,
        found.text()
            + ": "
            + bad.stream().map(CachedModel::text).collect(Collectors.joining("; "))
            + ". Fetch those files again, then rescan the models");
  }
}
