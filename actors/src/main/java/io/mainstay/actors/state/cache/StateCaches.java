package io.mainstay.actors.state.cache;

import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StateRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every copy that this node holds of its workers' state, and the last that it said of its own. The
 * only way in is an envelope of the owner that is newer than what is held. Confined to one actor.
 *
 * <p>A message is {@link #admit admitted} in the order in which it came, and {@link #apply applied}
 * when it was propagated, which may be in another order: sequence numbers guard the first, versions
 * the second.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "device_registry",
    fields = "capability-cache",
    note = "filled by device_capability_discovered only")
public final class StateCaches {
  private final int subjectsMax;
  private final Map<String, SenderMark> senders = new HashMap<>();
  private final Map<CacheKey, Cached<StateMessage>> copies = new LinkedHashMap<>();
  private final Map<StateKind, Integer> sizes = new HashMap<>();
  private final Map<StateRefusal, Long> refused = new HashMap<>();

  /**
   * Empty ones.
   *
   * @param subjectsMax most subjects of one kind; the one that was changed longest ago is forgotten
   */
  public StateCaches(int subjectsMax) {
    this.subjectsMax = subjectsMax;
  }

  /**
   * From now on that incarnation of the source's worker is heard, and none before it. Copies of an
   * earlier one stay, with their epoch, until it tells something newer.
   */
  public void incarnation(String source, long epoch) {
    SenderMark mark = senders.get(source);
    if (mark == null || mark.epoch() != epoch) {
      senders.put(source, SenderMark.of(epoch));
    }
  }

  /**
   * Whether the envelope may be looked at: said by the owner, of the present incarnation, and not
   * heard before. If so it counts as heard.
   */
  public Optional<StateRefusal> admit(String source, StateEnvelope told) {
    Side speaker = source.equals(CacheKey.NODE) ? Side.ORCHESTRATOR : Side.WORKER;
    SenderMark mark = senders.get(source);
    Optional<StateRefusal> why =
        StateKind.of(told.message()).owner() != speaker
            ? Optional.of(StateRefusal.INVALID)
            : mark == null ? Optional.of(StateRefusal.WRONG_EPOCH) : mark.refuses(told);
    why.ifPresentOrElse(this::count, () -> senders.put(source, mark.taken(told)));
    return why;
  }

  /** Replaces the copy, if the envelope is newer than it. */
  public Optional<StateRefusal> apply(String source, StateEnvelope told) {
    SenderMark mark = senders.get(source);
    CacheKey key = CacheKey.of(source, told.message());
    Cached<StateMessage> held = copies.get(key);
    if (mark == null || mark.epoch() != told.epoch()) {
      return refuse(StateRefusal.WRONG_EPOCH);
    }
    if (held != null && held.epoch() == told.epoch() && told.version() <= held.version()) {
      return refuse(StateRefusal.STALE_VERSION);
    }
    copies.remove(key); // Put again at the end: the order is that of the last change.
    copies.put(key, Cached.of(told));
    if (held == null && sizes.merge(key.kind(), 1, Integer::sum) > subjectsMax) {
      forgetEldest(key.kind());
    }
    return Optional.empty();
  }

  /** Forgets what is held of a subject that is over, such as a session, and of its parts. */
  public void forget(String subject) {
    copies
        .keySet()
        .removeIf(
            key -> {
              boolean over = key.isOf(subject);
              if (over) {
                sizes.merge(key.kind(), -1, Integer::sum);
              }
              return over;
            });
  }

  /** The copy of that type, if the owner told one. */
  public <M extends StateMessage> Optional<Cached<M>> get(
      String source, Class<M> type, String subject) {
    return copies.entrySet().stream()
        .filter(
            copy ->
                copy.getKey().kind().type() == type
                    && copy.getKey().source().equals(source)
                    && copy.getKey().subject().equals(subject))
        .map(copy -> copy.getValue().as(type))
        .findFirst();
  }

  /** One copy with its key. */
  public record Entry(CacheKey key, Cached<StateMessage> copy) {}

  /** All copies, those changed longest ago first. */
  public List<Entry> entries() {
    List<Entry> all = new ArrayList<>(copies.size());
    copies.forEach((key, copy) -> all.add(new Entry(key, copy)));
    return all;
  }

  /** How far each sender has been heard. */
  public Map<String, SenderMark> senders() {
    return Map.copyOf(senders);
  }

  /** How many envelopes were not taken, by the reason. */
  public Map<StateRefusal, Long> refused() {
    return Map.copyOf(refused);
  }

  private Optional<StateRefusal> refuse(StateRefusal why) {
    count(why);
    return Optional.of(why);
  }

  private void count(StateRefusal why) {
    refused.merge(why, 1L, Long::sum);
  }

  private void forgetEldest(StateKind kind) {
    Iterator<CacheKey> eldest = copies.keySet().iterator();
    while (eldest.hasNext()) {
      if (eldest.next().kind() == kind) {
        eldest.remove();
        sizes.merge(kind, -1, Integer::sum);
        return;
      }
    }
  }
}
