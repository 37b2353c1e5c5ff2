package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.notification.NotificationCommand;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Has people told of the modes that their node enters and leaves. */
final class ModeTeller {
  private final ActorRef<NotificationCommand> people;
  private final ModeTexts texts;
  private final Map<ModeKey, Instant> since = new HashMap<>();

  private ModeTeller(ActorRef<NotificationCommand> people, ModeTexts texts, ModeView now) {
    this.people = people;
    this.texts = texts;
    now.active().forEach(active -> since.put(active.key(), active.since()));
  }

  /** What holds already was told of when it began. */
  static Behavior<ModeChanged> create(ActorRef<NotificationCommand> people, ModeTexts texts) {
    return Behaviors.setup(
        ctx -> {
          ModeTeller teller = new ModeTeller(people, texts, InForce.of(ctx.getSystem()).view());
          InForce.subscribe(ctx.getSystem(), ctx.getSelf());
          return Behaviors.receiveMessage(
              changed -> {
                teller.tell(changed);
                return Behaviors.same();
              });
        });
  }

  private void tell(ModeChanged changed) {
    if (changed.entered()) {
      since.put(changed.key(), changed.cause().at());
    }
    Instant began = since.getOrDefault(changed.key(), changed.cause().at());
    texts.of(changed, began).forEach(people::tell);
    if (!changed.entered()) {
      since.remove(changed.key());
    }
  }
}
