package io.mainstay.actors.gateway;

import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.persistence.checkpoint.CheckpointId;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What to say of a checkpoint that is not there: why, which ones are, and which is nearest. */
final class MissingCheckpoint {
  private static final int NAMED_MAX = 8;

  private MissingCheckpoint() {}

  /**
   * @param there of the same session
   * @param taken whether the journal says that there was one
   */
  static Refusal refusal(
      CheckpointId wanted, List<CheckpointId> there, boolean taken, CheckpointSettings keeping) {
    List<CheckpointId> nearest =
        there.stream()
            .sorted(
                Comparator.comparing((CheckpointId id) -> !id.range().equals(wanted.range()))
                    .thenComparing(id -> Math.abs((long) id.step() - wanted.step())))
            .limit(NAMED_MAX)
            .toList();
    String why =
        taken
            ? ": it was let go, as its batch is over or took more than the "
                + keeping.retention().perBatch()
                + " that "
                + CheckpointSettings.PATH
                + ".kept-per-batch allows"
            : ": session " + wanted.sessionId() + " took none of those documents at that step";
    String others =
        there.isEmpty()
            ? ". The session has none now"
            : ". There are "
                + there.size()
                + ", the nearest first: "
                + nearest.stream().map(CheckpointId::text).collect(Collectors.joining(", "));
    return Refusal.of(
        "unknown_checkpoint",
        "There is no checkpoint " + wanted.text() + why + others,
        there.isEmpty()
            ? "'mainstay sessions restart "
                + wanted.sessionId()
                + " --from "
                + wanted.step()
                + "' does the work again from there, as a new session"
            : "Take 'mainstay checkpoints restore "
                + nearest.get(0).text()
                + "' within "
                + keeping.holding().time().toSeconds()
                + " s");
  }
}
