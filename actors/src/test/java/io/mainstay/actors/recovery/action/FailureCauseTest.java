package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureCauseTest {
  private static final UncheckedIOException FAILED =
      new UncheckedIOException("no file", new IOException("disk"));

  @Test
  void wrappingsOfFutures_areTakenOff_andNoOthers() {
    assertSame(FAILED, FailureCause.of(FAILED));
    assertSame(FAILED, FailureCause.of(new CompletionException(FAILED)));
    assertSame(FAILED, FailureCause.of(new CompletionException(new CompletionException(FAILED))));
    CompletionException empty = new CompletionException("why", null);
    assertSame(empty, FailureCause.of(empty));
  }

  @Test
  void message_isThatOfTheCause_alsoWhereItSaysNothing() {
    assertEquals("no file", FailureCause.message(new CompletionException(FAILED)));
    assertEquals("null", FailureCause.message(new IllegalStateException()));
  }
}
