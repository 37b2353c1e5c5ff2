package io.mainstay.runtime.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The demo's own sentences: about 300 on eight topics, each once, topics mixed. */
public final class Corpus {
  private static final String RESOURCE = "/demo/corpus.txt";

  private Corpus() {}

  /** Writes them to a file, one a line. */
  public static Path writeTo(Path directory) throws IOException {
    Path file = directory.resolve("corpus.txt");
    try (InputStream in = Corpus.class.getResourceAsStream(RESOURCE)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** Lines of any input. */
  public static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }
}
