package io.mainstay.client;

import java.nio.file.Path;
import java.util.List;

/**
 * What a download of a session's outputs gave.
 *
 * @param files that were written, in the order of the outputs
 * @param withheld names of outputs that the node hands out no more, since a person rejected them
 */
public record FetchedOutputs(List<Path> files, List<String> withheld) {
  public FetchedOutputs {
    files = List.copyOf(files);
    withheld = List.copyOf(withheld);
  }
}
