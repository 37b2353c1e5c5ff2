package io.mainstay.actors.recovery.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaseWordsTest {
  private static final String PLACE = "device/cpu-0";

  private static OpenCase opened(ErrorNames error, Severity severity, boolean held) {
    CaseFact opened =
        CaseFact.opened(
            Cases.decision(
                error, PLACE, severity, Cases.CATALOG.get(error).blame(), 1, Cases.POLICY),
            held);
    CaseFact guarded =
        CaseFact.guarded(error.code(), PLACE, List.of(CaseModes.PROTECTION), false, "why");
    return Cases.after(CaseBookState.empty(), List.of(opened, guarded), Cases.START)
        .find(error.code(), PLACE)
        .orElseThrow();
  }

  private static Optional<String> awaited(OpenCase one) {
    return CaseWords.awaited(ground(CaseWords.source(one), CaseWords.reason(one)));
  }

  private static ModeView.Ground ground(String source, String reason) {
    return new ModeView.Ground(ModeTrigger.ERROR_UNHEALED, source, reason, Cases.START);
  }

  /** Whoever reads a ground finds the command that its case waits for. */
  @Test
  void groundOfACaseThatWaitsForAPerson_namesTheCommand() {
    OpenCase gated = opened(ErrorNames.PRIMARY_DEVICE_FAILURE, Severity.CRITICAL, false);
    Optional<String> command = Optional.of(CaseWords.command("primary_device_failure"));
    assertEquals(command, awaited(gated));
    assertEquals(
        command, awaited(opened(ErrorNames.PRIMARY_DEVICE_FAILURE, Severity.CRITICAL, true)));
    assertEquals(
        Optional.empty(),
        awaited(opened(ErrorNames.MEMORY_PRESSURE_WARNING, Severity.MEDIUM, false)));
    assertEquals(
        Optional.empty(), CaseWords.awaited(ground("somebody else", CaseWords.reason(gated))));
  }
}
