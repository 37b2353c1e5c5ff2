package io.mainstay.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCheckTest {
  private static final String ZERO = "{\"index\":0,\"embedding\":[0.6,0.8]}";
  private static final String ONE = "{\"index\":1,\"embedding\":[1.0,0.0]}";

  @TempDir Path directory;

  private Embeddings file(String... lines) throws IOException {
    Path file = Files.createTempFile(directory, "embeddings", ".jsonl");
    return Embeddings.read(Files.write(file, List.of(lines)));
  }

  @Test
  void check_whenAllIsThereOnceAndEqual_isKept() throws IOException {
    OutputCheck check = OutputCheck.of(2, file(ZERO, ONE), file(ZERO, ONE));
    assertEquals(new OutputCheck(2, 2, 0, 0, 0), check);
    assertTrue(check.kept());
  }

  @Test
  void check_whenADocumentIsMissing_isLost() throws IOException {
    OutputCheck check = OutputCheck.of(2, file(ONE), file(ZERO, ONE));
    assertEquals(new OutputCheck(2, 1, 1, 0, 0), check);
    assertFalse(check.kept());
  }

  @Test
  void check_whenADocumentIsThereTwice_isDuplicated() throws IOException {
    assertEquals(
        new OutputCheck(2, 1, 0, 1, 0), OutputCheck.of(2, file(ZERO, ONE, ONE), file(ZERO, ONE)));
  }

  @Test
  void check_whenALineIsForNoDocument_isDuplicated() throws IOException {
    assertEquals(new OutputCheck(1, 1, 0, 1, 0), OutputCheck.of(1, file(ZERO, ONE), file(ZERO)));
  }

  @Test
  void check_whenOneBitDiffers_isMismatched() throws IOException {
    String near = "{\"index\":0,\"embedding\":[0.6,0.80000007]}";
    assertEquals(
        new OutputCheck(2, 2, 0, 0, 1), OutputCheck.of(2, file(near, ONE), file(ZERO, ONE)));
  }

  @Test
  void check_whenTheNormIsNotOne_isMismatchedThoughBothRunsAgree() throws IOException {
    String longer = "{\"index\":0,\"embedding\":[0.7,0.8]}";
    assertEquals(new OutputCheck(1, 1, 0, 0, 1), OutputCheck.of(1, file(longer), file(longer)));
  }

  @Test
  void read_whenALineIsNoEmbedding_namesIt() {
    IOException failure =
        assertThrows(IOException.class, () -> file("{\"index\":0,\"embedding\":[]}"));
    assertTrue(failure.getMessage().contains("no embedding"), failure.getMessage());
  }

  @Test
  void nearest_isByDirection() throws IOException {
    Embeddings embeddings = file(ZERO, ONE, "{\"index\":2,\"embedding\":[0.8,0.6]}");
    assertEquals(
        List.of(2, 1),
        new Neighbours(embeddings).nearest(0, 5).stream().map(near -> near.index()).toList());
  }

  @Test
  void corpus_hasAboutThreeHundredDifferentSentences() throws IOException {
    List<String> lines = Corpus.lines(Corpus.writeTo(directory));
    assertEquals(304, lines.size());
    assertEquals(304, new HashSet<>(lines).size());
    assertTrue(lines.stream().allMatch(line -> line.split(" ").length >= 5));
  }
}
