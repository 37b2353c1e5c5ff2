package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.notification.ModeNotices;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Has people told of the modes that their node enters and leaves. */
final class ModeTeller {
  private final ActorRef<NotificationCommand> people;
  private final Map<ModeKey, Instant> since = new HashMap<>();

  private ModeTeller(ActorRef<NotificationCommand> people, ModeView now) {
    this.people = people;
    now.active().forEach(active -> since.put(active.key(), active.since()));
  }

  /** What holds already was told of when it began. */
  static Behavior<ModeChanged> create(ActorRef<NotificationCommand> people) {
    return Behaviors.setup(
        ctx -> {
          ModeTeller teller = new ModeTeller(people, InForce.of(ctx.getSystem()).view());
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
    notices(changed, began).forEach(people::tell);
    if (!changed.entered()) {
      since.remove(changed.key());
    }
  }

  static List<NotificationCommand> notices(ModeChanged changed, Instant began) {
    ModeKey key = changed.key();
    if (!changed.entered()) {
      return List.of(
          ModeNotices.ended(
              key.text(), Duration.between(began, changed.cause().at()), changed.cause()));
    }
    if (key.equals(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE))) {
      return List.of(
          ModeNotices.minimalActivated(Severity.HIGH, changed.reason(), changed.cause()));
    }
    Severity severity =
        key.mode() == DegradationMode.PERFORMANCE_CONSERVATION_MODE
            ? Severity.MEDIUM
            : Severity.HIGH;
    return List.of(
        ModeNotices.activated(key.text(), severity, changed.reason(), null, changed.cause()));
  }
}
