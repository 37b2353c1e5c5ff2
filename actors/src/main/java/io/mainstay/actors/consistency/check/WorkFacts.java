package io.mainstay.actors.consistency.check;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the inference and processing domains have under way.
 *
 * @param seats the inference domain's copies of the devices
 * @param turns that are granted or waited for
 * @param runners sessions with a runner on this node
 * @param open sessions that count as accepted and not finished
 * @param settling sessions of those that are being submitted, stopped, or about to be resumed
 * @param heap bytes by session whose batches have them
 */
public record WorkFacts(
    List<SeatFacts> seats,
    List<TurnFacts> turns,
    Set<String> runners,
    Set<String> open,
    Set<String> settling,
    Map<String, Long> heap) {
  /** Nothing is under way. */
  public static final WorkFacts NONE =
      new WorkFacts(List.of(), List.of(), Set.of(), Set.of(), Set.of(), Map.of());

  public WorkFacts {
    seats = List.copyOf(seats);
    turns = List.copyOf(turns);
    runners = Set.copyOf(runners);
    open = Set.copyOf(open);
    settling = Set.copyOf(settling);
    heap = Map.copyOf(heap);
  }

  /**
   * A device as the inference domain has it.
   *
   * @param standing absent, up, suspected, down or failed
   */
  public record SeatFacts(String deviceId, String standing, long epoch, Set<String> models) {
    public SeatFacts {
      models = Set.copyOf(models);
    }
  }

  /**
   * A turn.
   *
   * @param sessionId whose batch it is for
   * @param deviceId that it was granted; empty while it waits
   */
  public record TurnFacts(String turnId, String sessionId, String deviceId) {}
}
