package io.mainstay.actors.degradation;

import java.time.Duration;
import java.util.Set;

/**
 * What a mode, or a part of one, is.
 *
 * @param triggers conditions that lead to it
 * @param leastStay from entering to leaving, at least
 * @param quiet without any ground before it is left
 * @param gated whether only a person can leave it
 * @param wayBack what is tested before it is left
 * @param demands what it restricts, its own name and subject not included
 * @param gpuStaysWhen triggers that alone are no reason to leave GPUs alone
 */
public record ModeDefinition(
    Set<ModeTrigger> triggers,
    Duration leastStay,
    Duration quiet,
    boolean gated,
    WayBack wayBack,
    Restrictions demands,
    Set<ModeTrigger> gpuStaysWhen) {
  public ModeDefinition {
    triggers = Set.copyOf(triggers);
    gpuStaysWhen = Set.copyOf(gpuStaysWhen);
  }
}
