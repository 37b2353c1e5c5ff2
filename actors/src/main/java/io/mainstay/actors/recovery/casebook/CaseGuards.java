package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
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

  /** Cases whose modes are known to hold, by what people call them. */
  private final Set<String> entered = new HashSet<>();

  CaseGuards(ActorContext<CaseCommand> ctx, ActorRef<ModeCommand> modes) {
    this.ctx = ctx;
    this.modes = modes;
  }

  /** Gives the case's modes their ground; said again it is still one. */
  void enter(OpenCase one, EventMeta cause) {
    for (ModeName name : one.modes()) {
      ModeNames.key(name).ifPresent(key -> enter(one, key, cause));
    }
  }

  private void enter(OpenCase one, ModeKey key, EventMeta cause) {
    ctx.askWithStatus(
        ModeView.class,
        modes,
        ANSWER_WITHIN,
        replyTo ->
            new ModeCommand.Enter(
                key,
                CaseWords.trigger(one),
                CaseWords.source(one),
                CaseWords.reason(one),
                cause,
                replyTo),
        (view, failure) ->
            failure == null
                ? new CaseCommand.Entered(one.code(), one.component())
                : new CaseCommand.Entered("", ""));
  }

  /** The ground of one of its modes is durable. */
  void entered(OpenCase one) {
    entered.add(one.text());
  }

  /** Whether a person took all of its modes away, or keeps the node out of them. */
  boolean areCleared(OpenCase one) {
    List<ModeName> hold =
        InForce.of(ctx.getSystem()).view().active().stream()
            .map(active -> ModeNames.of(active.key()))
            .toList();
    return entered.contains(one.text()) && one.modes().stream().noneMatch(hold::contains);
  }

  /** Takes the ground of its modes back. */
  void leave(OpenCase one, EventMeta cause) {
    entered.remove(one.text());
    for (ModeName name : one.modes()) {
      ModeNames.key(name).ifPresent(key -> leave(key, CaseWords.source(one), cause));
    }
  }

  private void leave(ModeKey key, String source, EventMeta cause) {
    modes.tell(new ModeCommand.Leave(key, source, "its case is closed", cause, null));
  }

  /** Takes back what an earlier life entered for a case that is closed. */
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
