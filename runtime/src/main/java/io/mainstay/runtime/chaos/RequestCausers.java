package io.mainstay.runtime.chaos;

import io.mainstay.client.RequestRefusedException;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.time.Instant;

/** What users ask for that makes no sense. */
final class RequestCausers {
  private RequestCausers() {}

  /** A parameter that means nothing. */
  static Instant nonsense(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    try {
      stage.client().submit(stage.work().texts("-1"));
    } catch (RequestRefusedException expected) {
      stage.note("refused: " + expected.code() + ": " + expected.getMessage());
      return at;
    }
    throw CliFailure.failed("batch-size -1 was accepted", "report the defect");
  }
}
