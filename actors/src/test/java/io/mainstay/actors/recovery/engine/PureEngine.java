package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Running;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Wanted;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What a coordinator decides, without an actor: begins, joins and waits as {@link RecoveryChoice}
 * says, and checks at every step that it keeps its promises.
 */
public final class PureEngine {
  private static final int RUNNING_MAX = 4;
  private static final int WAITING_MAX = 16;

  /** One that begins. */
  public record Begun(String id, String kind, String name, EscalationDecision decision) {}

  private final RecoveryChoice choice = new RecoveryChoice(RUNNING_MAX, WAITING_MAX);
  private final RecoveryBook book;
  private final BiConsumer<String, Begun> begins;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final List<Wanted> waiting = new ArrayList<>();
  private int ids;

  /**
   * @param begins told of each decision, and of what begins by it, or null
   */
  public PureEngine(RecoveryBook book, BiConsumer<String, Begun> begins) {
    this.book = book;
    this.begins = begins;
  }

  /** Recoveries of a fault are wanted. */
  public void want(EscalationDecision decision) {
    for (RecoveryDefinition one : RecoveryChoice.of(book, decision.fault().definition())) {
      want(new Wanted(one, decision));
    }
  }

  /** One is wanted again. */
  public void again(String id, String name, int attempt, EscalationDecision decision) {
    for (RecoveryDefinition one : RecoveryChoice.of(book, decision.fault().definition())) {
      if (one.name().equals(name)) {
        want(new Wanted(one, decision, id, attempt));
      }
    }
  }

  private void want(Wanted wanted) {
    RecoveryChoice.Decision decided = choice.decide(wanted, running.values(), waiting);
    if (decided == RecoveryChoice.Decision.BEGIN) {
      begin(wanted);
    } else {
      begins.accept(decided + " " + wanted.definition().name() + " " + wanted.subject(), null);
      if (decided == RecoveryChoice.Decision.WAIT) {
        waiting.add(wanted);
      }
    }
    check();
  }

  private void begin(Wanted wanted) {
    String id = wanted.recoveryId().isEmpty() ? "r" + ids++ : wanted.recoveryId();
    String name = wanted.definition().name();
    running.put(
        id,
        new Running(
            id,
            name,
            wanted.error().name(),
            wanted.subject(),
            wanted.priority(),
            wanted.severity(),
            wanted.rootId()));
    begins.accept(
        "BEGIN " + name + " " + wanted.subject() + " attempt " + wanted.attempt(),
        new Begun(id, wanted.definition().kind().name().toLowerCase(), name, wanted.decision()));
  }

  /** One is over: what waited for it begins, the most urgent first. */
  public void end(String id) {
    running.remove(id);
    for (Wanted next = choice.next(running.values(), waiting);
        next != null;
        next = choice.next(running.values(), waiting)) {
      Wanted chosen = next;
      boolean jumped =
          waiting.stream()
              .filter(other -> other != chosen && other.decision() != chosen.decision())
              .filter(other -> other.priority() < chosen.priority())
              .anyMatch(this::mightBegin);
      assertTrue(!jumped, "a more urgent one waits on");
      waiting.remove(next);
      begin(next);
    }
    check();
  }

  /**
   * It is the first of its decision, nothing about its subject runs, and if it is in the background
   * half of the room is left.
   */
  private boolean mightBegin(Wanted other) {
    boolean first =
        waiting.stream()
            .filter(one -> one.decision() == other.decision())
            .findFirst()
            .filter(one -> one == other)
            .isPresent();
    boolean background = other.severity() == Severity.LOW;
    return first
        && !(background && running.size() >= Math.max(1, RUNNING_MAX / 2))
        && running.values().stream().noneMatch(one -> one.subject().equals(other.subject()));
  }

  private void check() {
    assertTrue(running.size() <= RUNNING_MAX, "too many run");
    assertTrue(waiting.size() <= WAITING_MAX, "too many wait");
    Set<String> same = new HashSet<>();
    for (Running one : running.values()) {
      assertTrue(same.add(one.name() + " " + one.subject()), "twice the same: " + one);
    }
  }
}
