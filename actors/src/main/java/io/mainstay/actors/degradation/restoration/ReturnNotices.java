package io.mainstay.actors.degradation.restoration;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.notification.Estimate;
import io.mainstay.actors.notification.ModeNotices;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.RecoveryNotices;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.restoration.RestorationRun;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.stream.Collectors;

/** What people are told of a way back. */
record ReturnNotices(ActorRef<NotificationCommand> people) {
  private static final int ALL = 100;

  /** It begins: from here on it is known when minimal mode is over, if all goes well. */
  void begun(RestorationRun run, Duration longest) {
    for (ModeKey key : RestorationLife.keys(run)) {
      if (key.mode() == DegradationMode.MINIMAL_OPERATION_MODE) {
        // About the way back, so that it is no repeat of what was told when the mode began.
        people.tell(
            ModeNotices.minimalRecovery(
                "way back from " + key.text(), Estimate.within(longest), run.begun()));
      }
    }
  }

  void progress(RestorationRun run, int phasesPassed, String phase) {
    people.tell(
        RecoveryNotices.progress(
            run.restorationId(), name(run), percent(run, phasesPassed), phase));
  }

  void passed(RestorationRun run, int phasesPassed, String phase) {
    people.tell(
        RecoveryNotices.milestone(
            run.restorationId(), name(run), phase, percent(run, phasesPassed), run.begun()));
  }

  void failed(RestorationRun run, String phase, String reason, EventMeta cause) {
    people.tell(
        RecoveryNotices.failed(
            run.restorationId(),
            name(run),
            Severity.MEDIUM,
            phase,
            reason,
            "Nothing at once: it is tried again at " + run.againAt() + "; see 'mainstay mode'",
            cause));
  }

  void restored(RestorationRun run, Duration took, EventMeta cause) {
    people.tell(
        RecoveryNotices.completed(
            run.restorationId(),
            name(run),
            took,
            run.phases().size()
                + " phases passed; "
                + run.intakePercent()
                + " % of the offered work is taken, watched until "
                + run.watchUntil(),
            cause));
  }

  private static String name(RestorationRun run) {
    return "way back from "
        + RestorationLife.keys(run).stream()
            .map(key -> key.text())
            .collect(Collectors.joining(", "));
  }

  private static int percent(RestorationRun run, int phasesPassed) {
    return ALL * phasesPassed / Math.max(1, run.phases().size());
  }
}
