package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Worker to orchestrator: a session needs a model or memory.
 *
 * @param sessionId the session
 * @param coordinationRequest what it needs
 * @param dependentOperations operations that wait for it
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.PROCESSING,
    group = "execution",
    fields = {"coordination", "synchronisation"})
public record CrossDomainCoordination(
    String sessionId, CoordinationRequest coordinationRequest, List<String> dependentOperations)
    implements StateMessage {
  public CrossDomainCoordination {
    dependentOperations = List.copyOf(dependentOperations);
  }

  /**
   * What a session needs.
   *
   * @param requiresModelLoading model id
   * @param requiresMemoryAllocation bytes
   * @param coordinationPriority rank
   */
  public record CoordinationRequest(
      Optional<String> requiresModelLoading,
      OptionalLong requiresMemoryAllocation,
      StatePriority coordinationPriority) {}
}
