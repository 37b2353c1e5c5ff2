package io.mainstay.actors.inference;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Synchronous requests that no engine can take at present: their model is not loaded yet, or no
 * device serves. In order of arrival, bounded. Confined to the supervisor.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "orchestration",
    fields = "queue")
final class SyncLobby {
  private final int bound;
  private final TreeMap<Long, SyncRequest> parked = new TreeMap<>();

  SyncLobby(int bound) {
    this.bound = bound;
  }

  /** Why a text cannot be embedded at all. */
  static Optional<Refusal> unfit(String text, int bytesMax) {
    if (text.isBlank()) {
      return Optional.of(
          Refusal.of("empty_text", "The text is empty; there is nothing to embed", "Give a text"));
    }
    // Three bytes hold any char of UTF-16, so most texts need no counting.
    if (text.length() > bytesMax / 3) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > bytesMax) {
        return Optional.of(
            Refusal.of(
                "text_too_long",
                "The text has "
                    + bytes
                    + " bytes; the limit of "
                    + InferenceSettings.PATH
                    + ".sync.text-max is "
                    + bytesMax,
                "Split the text, or submit it as a workflow"));
      }
    }
    return Optional.empty();
  }

  /** False when it is full. */
  boolean park(SyncRequest request) {
    if (parked.size() >= bound) {
      return false;
    }
    parked.put(request.order(), request);
    return true;
  }

  Refusal full() {
    return Refusal.busy(
        parked.size()
            + " requests wait for a device; the limit is "
            + InferenceSettings.PATH
            + ".sync.parked-max = "
            + bound,
        1_000);
  }

  boolean isEmpty() {
    return parked.isEmpty();
  }

  boolean waitsFor(String modelId) {
    return parked.values().stream().anyMatch(request -> request.modelId().equals(modelId));
  }

  Set<String> models() {
    Set<String> models = new TreeSet<>();
    parked.values().forEach(request -> models.add(request.modelId()));
    return models;
  }

  /** Those that can go on now, in order; they are not here any more. */
  List<SyncRequest> leave(Predicate<SyncRequest> able) {
    List<SyncRequest> leaving = new ArrayList<>(parked.values().stream().filter(able).toList());
    leaving.forEach(request -> parked.remove(request.order()));
    return leaving;
  }

  void refuse(String modelId, Refusal why) {
    leave(request -> request.modelId().equals(modelId))
        .forEach(request -> request.reply().refuse(why));
  }

  void refuseAll(Refusal why) {
    leave(request -> true).forEach(request -> request.reply().refuse(why));
  }

  void expire(long nowNanos) {
    leave(request -> request.expired(nowNanos))
        .forEach(
            request ->
                request.refuseLate("while no device was ready with model " + request.modelId()));
  }
}
