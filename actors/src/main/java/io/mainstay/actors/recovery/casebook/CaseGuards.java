package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeRefusals;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The modes that hold for a case book's cases. Owned by that actor. */
final class CaseGuards {
  /** How long one question may take. */
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final ActorContext<CaseCommand> ctx;
  private final ActorRef<ModeCommand> modes;

  /** What is known to be durable, by case as people call it, and mode. */
  private final Set<Entry> entered = new HashSet<>();

  /** What the settings keep out: the mode does not list the trigger. */
  private final Set<Entry> keptOut = new HashSet<>();

  private record Entry(String text, ModeName mode) {}

  CaseGuards(ActorContext<CaseCommand> ctx, ActorRef<ModeCommand> modes) {
    this.ctx = ctx;
    this.modes = modes;
  }

  /** Gives the case's modes their ground; said again it is still one. */
  void enter(OpenCase one, EventMeta cause) {
    for (ModeName name : one.modes()) {
      ModeNames.key(name).ifPresent(key -> enter(one, name, key, cause));
    }
  }

  /** The same for those of which it is not known. */
  void enterAgain(OpenCase one) {
    if (!areSettled(one)) {
      enter(one, one.decided());
    }
  }

  private void enter(OpenCase one, ModeName name, ModeKey key, EventMeta cause) {
    ctx.askWithStatus(
        ModeView.class,
        modes,
        ANSWER_WITHIN,
        replyTo ->
            new ModeCommand.Enter(
                key,
                CaseTriggers.of(one, key),
                CaseWords.source(one),
                CaseWords.reason(one),
                cause,
                replyTo),
        (view, failure) -> new CaseCommand.Entered(one.code(), one.component(), name, failure));
  }

  /**
   * The ground of one of its modes is durable or kept out, or may not be durable: then it is given
   * again later.
   */
  void entered(OpenCase one, CaseCommand.Entered told) {
    Entry entry = new Entry(one.text(), told.mode());
    if (told.failure() == null) {
      entered.add(entry);
    } else if (!ModeRefusals.isNotListed(told.failure()) || keptOut.add(entry)) {
      ctx.getLog()
          .warn(
              "mode not entered case={} mode={} cause={}",
              one.text(),
              told.mode(),
              told.failure().toString());
    }
  }

  private boolean areSettled(OpenCase one) {
    return one.modes().stream()
        .map(mode -> new Entry(one.text(), mode))
        .allMatch(entry -> entered.contains(entry) || keptOut.contains(entry));
  }

  /**
   * Whether a person took all modes away that it led to, or keeps the node out of them. Where the
   * settings keep out every one, nobody took any.
   */
  boolean areCleared(OpenCase one) {
    List<ModeName> hold =
        InForce.of(ctx.getSystem()).view().active().stream()
            .map(active -> ModeNames.of(active.key()))
            .toList();
    List<ModeName> led =
        one.modes().stream().filter(mode -> entered.contains(new Entry(one.text(), mode))).toList();
    return !led.isEmpty() && areSettled(one) && led.stream().noneMatch(hold::contains);
  }

  /** Takes the ground of its modes back. */
  void leave(OpenCase one, EventMeta cause) {
    entered.removeIf(entry -> entry.text().equals(one.text()));
    keptOut.removeIf(entry -> entry.text().equals(one.text()));
    for (ModeName name : one.modes()) {
      ModeNames.key(name).ifPresent(key -> leave(key, CaseWords.source(one), cause));
    }
  }

  private void leave(ModeKey key, String source, EventMeta cause) {
    ctx.askWithStatus(
        ModeView.class,
        modes,
        ANSWER_WITHIN,
        replyTo -> new ModeCommand.Leave(key, source, "its case is closed", cause, replyTo),
        (view, failure) -> new CaseCommand.Left(failure));
  }

  /** Takes back what was entered for a case that is closed. */
  void takeBack(CaseBookState state, ModeView view) {
    for (ModeView.Active active : view.active()) {
      for (ModeView.Ground ground : active.grounds()) {
        boolean known =
            state.cases().stream()
                .anyMatch(
                    one ->
                        CaseWords.source(one).equals(ground.source())
                            && one.modes().contains(ModeNames.of(active.key())));
        if (CaseWords.isOurs(ground.source()) && !known) {
          leave(active.key(), ground.source(), null);
        }
      }
    }
  }
}
