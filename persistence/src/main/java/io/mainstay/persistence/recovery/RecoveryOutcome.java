package io.mainstay.persistence.recovery;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;

/**
 * How a recovery ended.
 *
 * @param code why it did not recover all, or empty
 * @param last the event that says so
 * @param outOfTime a step that it needed, or all of it together, took longer than its limit
 */
public record RecoveryOutcome(
    String recoveryId,
    RecoveryPlan plan,
    End end,
    String code,
    String message,
    EventMeta last,
    boolean outOfTime)
    implements WireMessage {

  /** The ways. */
  public enum End {
    /** What its flow asks for is done. */
    RECOVERED,
    /** Some step is done and all that prove the aim are; others failed. */
    PARTLY_RECOVERED,
    /** Nothing could bring it back, and the operation was ended in an orderly way. */
    ABORTED,
    /** It failed, and nothing that could be taken back is left of it. */
    ROLLED_BACK,
    /** It failed, and taking it back failed too: a person must look. */
    STUCK
  }

  /** Whether what needed it works again, all or in part. */
  public boolean succeeded() {
    return end == End.RECOVERED || end == End.PARTLY_RECOVERED;
  }
}
