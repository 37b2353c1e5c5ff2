package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.notification.delivery.Courier;
import io.mainstay.actors.notification.delivery.CourierHealth;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The couriers of a node, one for each channel that is configured. Confined to its post. */
final class Couriers {
  private final Map<Channel, ActorRef<Courier.Command>> couriers = new EnumMap<>(Channel.class);

  private Couriers() {}

  /** Starts them as children of the post. */
  static Couriers of(
      ActorContext<?> ctx,
      NotificationPost.Parts parts,
      UnaryOperator<Behavior<Courier.Command>> supervised) {
    Couriers started = new Couriers();
    parts
        .methods()
        .forEach(
            (channel, method) ->
                started.couriers.put(
                    channel,
                    ctx.spawn(
                        supervised.apply(
                            Courier.create(
                                channel,
                                parts.node(),
                                parts.settings().delivery(),
                                method,
                                ctx.getSystem()
                                    .dispatchers()
                                    .lookup(DispatcherSelector.blocking()))),
                        "courier-" + channel.text())));
    return started;
  }

  /** By their channel. */
  Map<Channel, ActorRef<Courier.Command>> all() {
    return Map.copyOf(couriers);
  }

  /** Has a draft carried by those of its channels that there are; nobody hears what comes of it. */
  void carry(ActorContext<?> ctx, Draft draft) {
    draft.channels().stream()
        .filter(couriers::containsKey)
        .forEach(
            channel ->
                couriers
                    .get(channel)
                    .tell(new Courier.Take(draft.parcel(), ctx.getSystem().ignoreRef())));
  }

  /** How a channel does; it tries at once if that is asked for and its service allows it. */
  void look(NotificationCommand.LookAtDelivery ask) {
    ActorRef<Courier.Command> courier = couriers.get(ask.channel());
    if (courier == null) {
      ask.replyTo().tell(CourierHealth.absent(ask.channel()));
    } else {
      courier.tell(new Courier.Look(ask.tryNow(), ask.replyTo()));
    }
  }
}
