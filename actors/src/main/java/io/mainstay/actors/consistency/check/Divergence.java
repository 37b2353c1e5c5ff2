package io.mainstay.actors.consistency.check;

/**
 * Two parts of the node disagree.
 *
 * @param place device, model or directory; empty where the subject says it all
 * @param subject what it is about, such as {@code model:minilm} or a pid
 * @param ownerValue what the field's owner says
 * @param otherValue what the other one says
 * @param stamp version of what was compared; another stamp is another divergence
 */
public record Divergence(
    DivergenceKind kind,
    String place,
    String subject,
    String ownerValue,
    String otherValue,
    String stamp) {

  /**
   * Whether a later sample shows the very same. Measured sizes move while they stay wrong, so their
   * values are not compared.
   */
  public boolean isSameAs(Divergence later) {
    return isAbout(later)
        && stamp.equals(later.stamp)
        && (kind.check() == CheckType.WORKER_RESIDENT_MEMORY_CONSISTENCY
            || kind == DivergenceKind.WORKER_BYTES
            || ownerValue.equals(later.ownerValue) && otherValue.equals(later.otherValue));
  }

  /** Whether it is the same field of the same thing, whatever its values. */
  public boolean isAbout(Divergence other) {
    return kind == other.kind && place.equals(other.place) && subject.equals(other.subject);
  }

  /** One line for people. */
  public String text() {
    return kind.wireName()
        + (place.isEmpty() ? "" : " on " + place)
        + " "
        + subject
        + ": "
        + kind.field()
        + " is "
        + ownerValue
        + " for "
        + kind.owner().wireName()
        + ", "
        + otherValue
        + " elsewhere";
  }
}
