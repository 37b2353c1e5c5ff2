package io.mainstay.persistence.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint with all that it is the difference to, and the state that they make together.
 *
 * @param top the checkpoint itself
 * @param state whole
 * @param sha256s of the blobs, the checkpoint first, the full one last
 */
public record CheckpointChain(CheckpointBlob top, byte[] state, List<String> sha256s) {
  /** A chain is never longer; {@code full-every} of the settings is below it. */
  public static final int LENGTH_MAX = 64;

  /** Where blobs are read; their hash is checked there. */
  @FunctionalInterface
  public interface Source {
    /** All bytes. */
    byte[] read(String sha256) throws IOException;
  }

  public CheckpointChain {
    sha256s = List.copyOf(sha256s);
  }

  /**
   * Walks from a checkpoint to its full one, and makes the state on the way back. Blocks.
   *
   * @throws UnusableCheckpointException if one of them is not there, damaged, or of another chain
   */
  public static CheckpointChain read(Source source, String sha256)
      throws UnusableCheckpointException {
    List<String> names = new ArrayList<>();
    List<CheckpointBlob> blobs = new ArrayList<>();
    String next = sha256;
    do {
      if (names.size() >= LENGTH_MAX || names.contains(next)) {
        throw new UnusableCheckpointException(
            "its chain has more than " + LENGTH_MAX + " checkpoints, or goes in a circle");
      }
      names.add(next);
      CheckpointBlob blob = blob(source, next, names.size() > 1);
      blobs.add(blob);
      next = blob.baseSha256();
    } while (!next.isEmpty());
    byte[] state = null;
    for (int i = blobs.size() - 1; i >= 0; i--) {
      state = blobs.get(i).state(state);
    }
    return new CheckpointChain(blobs.get(0), state, names);
  }

  private static CheckpointBlob blob(Source source, String sha256, boolean base)
      throws UnusableCheckpointException {
    String of = base ? "checkpoint " + sha256 + ", which it is based on: " : "";
    try {
      return CheckpointBlob.of(source.read(sha256));
    } catch (IOException | RuntimeException unreadable) {
      throw new UnusableCheckpointException(
          of + "it cannot be read: " + unreadable.getMessage(), unreadable);
    } catch (UnusableCheckpointException damaged) {
      throw new UnusableCheckpointException(of + damaged.getMessage(), damaged);
    }
  }
}
