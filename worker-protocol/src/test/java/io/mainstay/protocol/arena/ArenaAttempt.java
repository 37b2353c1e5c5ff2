package io.mainstay.protocol.arena;

import java.nio.file.Path;
import java.util.List;

/** A program of its own that makes an arena of 512 KiB and 2 MiB, run where that must fail. */
public final class ArenaAttempt {
  private ArenaAttempt() {}

  public static void main(String[] arguments) {
    try {
      TensorArena.create(Path.of(arguments[0]), "attempt", List.of(512L << 10, 2L << 20));
      System.out.println("made");
    } catch (ArenaUnavailable e) {
      System.out.println(e.getMessage());
    }
  }
}
