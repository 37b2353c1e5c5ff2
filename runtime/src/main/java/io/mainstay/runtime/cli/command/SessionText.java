package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.Quantities;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** One session, for people. */
final class SessionText {
  private static final int BLOBS_SHOWN = 10;

  private SessionText() {}

  static void print(PrintStream out, SessionView session) {
    line(out, "session", session.sessionId());
    line(
        out,
        "template",
        session.template() + ", class " + session.workClass().name().toLowerCase(Locale.ROOT));
    line(out, "state", state(session));
    line(out, SessionUnit.of(session).plural(), SessionUnit.of(session).count(session));
    blobs(out, "input", session.inputs());
    blobs(out, "output", session.outputs());
    if (!session.outputDirectory().isEmpty()) {
      line(out, "written to", session.outputDirectory());
    }
    if (session.interruptions() > 0) {
      line(
          out,
          "interrupted",
          session.interruptions() + " times: a worker died with a batch in flight");
    }
    retried(out, session);
    if (session.checkpoints() > 0) {
      line(out, "checkpoints", session.checkpoints() + ", from which another node can go on");
    }
    if (session.replanned() > 0) {
      line(
          out,
          "replanned",
          session.replanned()
              + " "
              + SessionUnit.of(session).plural()
              + ", their last bits may differ");
    }
    if (!session.poisoned().isEmpty()) {
      line(
          out,
          "poisoned",
          SessionUnit.of(session).plural()
              + " "
              + session.poisoned()
              + (session.poisoned().size() < GatewayReply.POISONED_MAX ? "" : " and perhaps more")
              + ", see `mainstay dead-letters`");
    }
    for (String degradation : session.degradations()) {
      line(out, "degraded", degradation);
    }
    if (session.fingerprints().size() > 1) {
      line(out, "fingerprints", "more than one kind of worker did it: " + session.fingerprints());
    }
    if (!session.message().isEmpty()) {
      line(out, "because", session.message());
    }
    if (!session.remedy().isEmpty()) {
      line(out, "remedy", session.remedy());
    }
  }

  /** Such as {@code completed in 1.2 s}. */
  static String state(SessionView session) {
    if (!session.finished()) {
      return session.state() + " since " + Quantities.instant(session.acceptedAt());
    }
    return session.state()
        + " in "
        + Quantities.duration(Duration.between(session.acceptedAt(), session.finishedAt()))
        + (session.code().isEmpty() ? "" : ", " + session.code());
  }

  /** How many, such as {@code 3}, or {@code 2000 or more}. */
  static String poisoned(SessionView session) {
    int named = session.poisoned().size();
    return named < GatewayReply.POISONED_MAX ? String.valueOf(named) : named + " or more";
  }

  /** The first of them; `fetch` and the output directory have all. */
  private static void blobs(PrintStream out, String name, List<BlobRef> blobs) {
    blobs.stream().limit(BLOBS_SHOWN).forEach(blob -> line(out, name, blob(blob)));
    int more = blobs.size() - BLOBS_SHOWN;
    if (more > 0) {
      String orMore = blobs.size() < GatewayReply.FILES_MAX ? "" : " or more";
      line(out, "", "and " + more + orMore + " " + name + "s after these");
    }
  }

  private static void retried(PrintStream out, SessionView session) {
    session.retried().stream()
        .limit(BLOBS_SHOWN)
        .forEach(batch -> line(out, "attempts", attempts(SessionUnit.of(session), batch)));
    int more = session.retried().size() - BLOBS_SHOWN;
    if (more > 0) {
      String orMore = session.retried().size() < GatewayReply.FILES_MAX ? "" : " or more";
      line(out, "", "and " + more + orMore + " batches after these");
    }
  }

  private static String attempts(SessionUnit unit, SessionView.Retry batch) {
    DocumentRange range = batch.range();
    String which =
        range.size() == 1
            ? unit.singular() + " " + range.from()
            : unit.plural() + " " + range.from() + " to " + (range.to() - 1);
    return batch.attempts() + " for " + which;
  }

  private static String blob(BlobRef blob) {
    return blob.name()
        + ", "
        + Quantities.bytes(blob.bytes())
        + ", sha256 "
        + blob.sha256().substring(0, Math.min(16, blob.sha256().length()));
  }

  private static void line(PrintStream out, String name, String value) {
    out.printf("%-13s %s%n", name, value);
  }
}
