package io.mainstay.actors.recovery.action;

import akka.pattern.Patterns;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Grounds of one name to be in modes, each for a subject of its own, so that what is taken back for
 * one leaves the others. What a former life of the node left is taken back when this one begins.
 * Thread-safe.
 */
public final class TimedGrounds {
  /** Subjects that are remembered; the oldest are forgotten, and their grounds end in time. */
  private static final int SUBJECTS_MAX = 256;

  private record Of(ModeKey key, String subject) {}

  private final ActionFloor floor;
  private final String name;
  private final Map<Of, ModeGround> grounds =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Of, ModeGround> eldest) {
          return size() > SUBJECTS_MAX;
        }
      };

  /**
   * @param name begins the source of each ground, in the mode's journal; nobody else's does
   */
  public TimedGrounds(ActionFloor floor, String name) {
    this.floor = floor;
    this.name = name + " for ";
    takeBackFormer();
  }

  /** The one of that subject; the same object for the same subject. */
  public ModeGround of(ModeKey key, String subject) {
    synchronized (grounds) {
      return grounds.computeIfAbsent(
          new Of(key, subject), of -> new ModeGround(floor, key, name + subject));
    }
  }

  /** Asks again until the modes answer: they may be recovering still. */
  private void takeBackFormer() {
    floor
        .<ModeCommand, ModeView>ask(floor.around().modes(), ModeCommand.Get::new)
        .whenComplete(
            (view, failure) -> {
              if (failure == null) {
                view.active().forEach(this::takeBackFormer);
                return;
              }
              Patterns.after(
                  floor.answerWithin(),
                  floor.system(),
                  () -> {
                    takeBackFormer();
                    return CompletableFuture.completedFuture(name);
                  });
            });
  }

  private void takeBackFormer(ModeView.Active active) {
    for (ModeView.Ground ground : active.grounds()) {
      if (ground.source().startsWith(name)) {
        former(active.key(), ground.source().substring(name.length()))
            .ifPresent(one -> one.leaveForGood("the node began anew", null));
      }
    }
  }

  /** Empty if this life has given that ground itself. */
  private Optional<ModeGround> former(ModeKey key, String subject) {
    synchronized (grounds) {
      return grounds.containsKey(new Of(key, subject))
          ? Optional.empty()
          : Optional.of(of(key, subject));
    }
  }
}
