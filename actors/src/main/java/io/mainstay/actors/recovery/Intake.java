package io.mainstay.actors.recovery;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a node takes new work. Written by its {@link IntakeKeeper} alone, read by anybody.
 * Thread-safe.
 */
public final class Intake {
  private final AtomicReference<Pause> pause = new AtomicReference<>();

  /** Why nothing new is taken. */
  public record Pause(String code, String reason, String remedy) {}

  /** Empty while intake is open. */
  public Optional<Pause> paused() {
    return Optional.ofNullable(pause.get());
  }

  void pause(Pause why) {
    pause.set(why);
  }

  void open() {
    pause.set(null);
  }
}
