package io.mainstay.actors.state.source;

import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.StatePriority;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the work of a session needs of other domains, said where its turns wait for it. Pure. */
public final class NeedTelling {
  private NeedTelling() {}

  /**
   * A model that must be loaded first.
   *
   * @param memoryBytes that the model needs, 0 where that is not known
   * @param components of the model that work waits for
   */
  public static CrossDomainCoordination ofModel(
      String sessionId,
      String modelId,
      long memoryBytes,
      StatePriority priority,
      List<String> components) {
    return new CrossDomainCoordination(
        sessionId,
        new CrossDomainCoordination.CoordinationRequest(
            Optional.of(modelId),
            memoryBytes > 0 ? OptionalLong.of(memoryBytes) : OptionalLong.empty(),
            priority),
        components);
  }
}
