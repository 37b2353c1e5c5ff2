package io.mainstay.actors.recovery;

import java.sql.SQLException;

/** Turns what was thrown into an error of the catalog. Pure. */
final class FaultClassifier {
  private static final int CAUSES_MAX = 16;
  private final ErrorCatalog catalog;

  FaultClassifier(ErrorCatalog catalog) {
    this.catalog = catalog;
  }

  Fault classify(String component, Throwable thrown) {
    return new Fault(catalog.get(nameOf(thrown)), component, evidenceOf(thrown), null);
  }

  private static ErrorNames nameOf(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < CAUSES_MAX; depth++, at = at.getCause()) {
      if (at instanceof DomainFault fault) {
        return fault.error();
      }
      if (at instanceof SQLException || at.getClass().getName().contains("JournalFailure")) {
        return ErrorNames.DATABASE_FAILURE;
      }
    }
    return ErrorNames.COMPONENT_FAILURE;
  }

  private static String evidenceOf(Throwable thrown) {
    String text = thrown instanceof DomainFault ? thrown.getMessage() : thrown.toString();
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 || thrown instanceof DomainFault ? text : text + " at " + trace[0];
  }
}
