package io.mainstay.runtime.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A parsed {@code embeddings.jsonl}: for each index all embeddings that the file has for it, which
 * is exactly one if all is well.
 */
public final class Embeddings {
  private final Map<Integer, List<float[]>> byIndex = new TreeMap<>();

  private Embeddings() {}

  /** Reads that file. */
  public static Embeddings read(Path file) throws IOException {
    Embeddings embeddings = new Embeddings();
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode document = mapper.readTree(line);
        JsonNode numbers = document.path("embedding");
        if (!document.path("index").isInt() || !numbers.isArray() || numbers.isEmpty()) {
          throw new IOException(file + " has a line that is no embedding: " + shorten(line));
        }
        embeddings
            .byIndex
            .computeIfAbsent(document.get("index").asInt(), index -> new ArrayList<>())
            .add(vector(numbers));
      }
    }
    return embeddings;
  }

  /** All embeddings of that document. */
  public List<float[]> of(int index) {
    return byIndex.getOrDefault(index, List.of());
  }

  /** Indexes that the file has, in order. */
  public List<Integer> indexes() {
    return List.copyOf(byIndex.keySet());
  }

  private static float[] vector(JsonNode numbers) {
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(numbers.get(i).asText());
    }
    return vector;
  }

  private static String shorten(String line) {
    return line.length() <= 80 ? line : line.substring(0, 80) + "...";
  }
}
