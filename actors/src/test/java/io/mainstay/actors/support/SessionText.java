package io.mainstay.actors.support;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Inputs for sessions, and their outputs read back. */
public final class SessionText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SessionText() {}

  /** That many documents of different length. */
  public static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "sentence number " + i + " of" + " many".repeat(i % 5))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** {@code embeddings.jsonl} of a session. */
  public static String embeddings(WorkHarness node, SessionView view) {
    return node.artifacts.text(view.outputs().get(0).sha256());
  }

  /** The indexes in it, in order. */
  public static List<Integer> indexes(WorkHarness node, SessionView view) throws IOException {
    List<Integer> indexes = new ArrayList<>();
    for (String line : embeddings(node, view).split("\n")) {
      indexes.add(JSON.readTree(line).get("index").asInt());
    }
    return indexes;
  }
}
