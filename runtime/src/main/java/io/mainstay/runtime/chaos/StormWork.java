package io.mainstay.runtime.chaos;

import io.mainstay.client.ClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Texts and pictures that are worked on all the time: when one session ends, the next begins. */
final class StormWork {
  private static final long LOOK_NANOS = 1_000_000_000;

  private final ChaosStage stage;
  private String texts = "";
  private String pictures = "";
  private long lookedNanos = System.nanoTime() - LOOK_NANOS;

  StormWork(ChaosStage stage) {
    this.stage = stage;
  }

  /** Looks, at most once a second, and submits where nothing is worked on. */
  void keepUp() throws IOException {
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = now;
    try {
      if (isOver(texts)) {
        texts = stage.work().submitTexts();
      }
      if (isOver(pictures)) {
        pictures = stage.work().submitPictures();
      }
    } catch (ClientException notNow) {
      // The node defers or refuses: how it answers is the intake probe's to judge.
      stage.note("not submitted: " + notNow.getMessage());
    }
  }

  private boolean isOver(String session) {
    return session.isEmpty() || stage.client().session(session).finished();
  }

  /** Waits until all that was accepted is over; goes on when the bound is. */
  void awaitOver(Duration bound) {
    long end = System.nanoTime() + bound.toNanos();
    Supplier<Boolean> over = stage.work()::isOver;
    while (System.nanoTime() - end < 0 && !over.get()) {
      stage.pause();
    }
  }
}
