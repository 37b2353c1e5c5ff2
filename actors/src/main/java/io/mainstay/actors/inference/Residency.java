package io.mainstay.actors.inference;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Which loads run and which were refused, and from it where a model should be loaded next. Pure but
 * for being confined to its owner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "requests",
    fields = "placement")
final class Residency {
  private record Place(String modelId, String deviceId) {}

  private record Refused(Refusal refusal, long untilNanos) {}

  private final long retryNanos;
  private final Map<Place, Boolean> loading = new HashMap<>();
  private final Map<Place, Refused> refused = new HashMap<>();

  /**
   * @param retryNanos for how long a refusal of a device stands
   */
  Residency(long retryNanos) {
    this.retryNanos = retryNanos;
  }

  void started(String modelId, String deviceId) {
    loading.put(new Place(modelId, deviceId), true);
  }

  void loaded(String modelId, String deviceId) {
    loading.remove(new Place(modelId, deviceId));
    refused.remove(new Place(modelId, deviceId));
  }

  void refused(String modelId, String deviceId, Refusal why, long nowNanos) {
    loading.remove(new Place(modelId, deviceId));
    refused.put(new Place(modelId, deviceId), new Refused(why, nowNanos + retryNanos));
  }

  boolean isLoading(String modelId) {
    return loading.keySet().stream().anyMatch(place -> place.modelId().equals(modelId));
  }

  /** Devices that serve, lack the model, do not load it, and did not refuse it just now. */
  List<DeviceSeat> candidates(String modelId, Collection<DeviceSeat> seats, long nowNanos) {
    return seats.stream()
        .filter(DeviceSeat::up)
        .filter(seat -> !seat.holds(modelId))
        .filter(seat -> !loading.containsKey(new Place(modelId, seat.deviceId())))
        .filter(seat -> refusalOf(modelId, seat.deviceId(), nowNanos).isEmpty())
        .toList();
  }

  /** The candidate with the least to do. */
  Optional<DeviceSeat> best(
      String modelId, Collection<DeviceSeat> seats, ToIntFunction<String> load, long nowNanos) {
    return candidates(modelId, seats, nowNanos).stream()
        .min(Comparator.comparingInt(seat -> load.applyAsInt(seat.deviceId())));
  }

  /**
   * Why nothing will hold the model as things are: every device that may serve has refused it.
   * Empty while there is hope.
   */
  Optional<Refusal> hopeless(String modelId, Collection<DeviceSeat> seats, long nowNanos) {
    boolean hope =
        seats.isEmpty()
            || isLoading(modelId)
            || seats.stream()
                .anyMatch(
                    seat -> seat.standing() != DeviceSeat.Standing.FAILED && seat.holds(modelId))
            || seats.stream()
                .filter(seat -> seat.standing() != DeviceSeat.Standing.FAILED)
                .anyMatch(
                    seat -> !seat.up() || refusalOf(modelId, seat.deviceId(), nowNanos).isEmpty());
    return hope
        ? Optional.empty()
        : seats.stream()
            .map(seat -> refusalOf(modelId, seat.deviceId(), nowNanos))
            .flatMap(Optional::stream)
            .findFirst();
  }

  private Optional<Refusal> refusalOf(String modelId, String deviceId, long nowNanos) {
    Refused standing = refused.get(new Place(modelId, deviceId));
    return standing == null || standing.untilNanos() - nowNanos <= 0
        ? Optional.empty()
        : Optional.of(standing.refusal());
  }
}
