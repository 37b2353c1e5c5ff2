package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a session wrote, read back the way a user's program would. */
final class Embeddings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 384;

  private Embeddings() {}

  /** Fails unless the file holds each of these indexes exactly once, in order, as unit vectors. */
  static void assertExactly(List<Integer> indexes, Path file) throws IOException {
    List<Integer> seen = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode document = JSON.readTree(line);
      seen.add(document.get("index").asInt());
      JsonNode embedding = document.get("embedding");
      assertEquals(DIMENSIONS, embedding.size());
      double squares = 0;
      for (JsonNode value : embedding) {
        squares += value.asDouble() * value.asDouble();
      }
      assertEquals(1.0, squares, 1e-4, "L2 norm of document " + document.get("index"));
    }
    assertEquals(indexes, seen);
  }

  /** 0 to count - 1, without some. */
  static List<Integer> indexes(int count, Integer... without) {
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!List.of(without).contains(i)) {
        indexes.add(i);
      }
    }
    return indexes;
  }
}
