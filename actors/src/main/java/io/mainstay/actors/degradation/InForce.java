package io.mainstay.actors.degradation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.eventstream.EventStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What holds on a node now. Written by its {@link ModeKeeper} alone, once a change is durable; read
 * by whoever does work, at the moment of doing it. One for each actor system, so that no domain
 * holds a reference to the keeper, and where there is none nothing is restricted. Thread-safe.
 */
public final class InForce implements Extension {
  private static final ExtensionId<InForce> ID =
      new ExtensionId<>() {
        @Override
        public InForce createExtension(ActorSystem<?> system) {
          return new InForce();
        }
      };

  private final AtomicReference<ModeView> view = new AtomicReference<>(ModeView.NORMAL);

  private InForce() {}

  /** Of that node. */
  public static InForce of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  /** What holds on that node now. */
  public static Restrictions on(ActorSystem<?> system) {
    return of(system).restrictions();
  }

  /** That actor is told of every change until it ends. */
  public static void subscribe(ActorSystem<?> system, ActorRef<ModeChanged> subscriber) {
    system.eventStream().tell(new EventStream.Subscribe<>(ModeChanged.class, subscriber));
  }

  /**
   * That actor is told what holds after every change until it ends, also where a ground came or
   * went and no mode was entered or left.
   */
  public static void subscribeViews(ActorSystem<?> system, ActorRef<ModeView> subscriber) {
    system.eventStream().tell(new EventStream.Subscribe<>(ModeView.class, subscriber));
  }

  /** That actor is told when a part of the demands is tried out again, until it ends. */
  public static void subscribeLifted(
      ActorSystem<?> system, ActorRef<RestrictionsLifted> subscriber) {
    system.eventStream().tell(new EventStream.Subscribe<>(RestrictionsLifted.class, subscriber));
  }

  /** The modes that hold. */
  public ModeView view() {
    return view.get();
  }

  /** What follows from them. */
  public Restrictions restrictions() {
    return view.get().restrictions();
  }

  void set(ModeView now) {
    view.set(now);
  }
}
