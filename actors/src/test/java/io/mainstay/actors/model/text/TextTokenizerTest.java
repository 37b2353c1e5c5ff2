package io.mainstay.actors.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  private static final TextSignature MINILM =
      new TextSignature(
          "input_ids", "attention_mask", "token_type_ids", "last_hidden_state", 384, 256);

  @TempDir static Path directory;
  private static Path file;
  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() throws Exception {
    file = directory.resolve("tokenizer.json");
    try (InputStream resource =
        TextTokenizerTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
      Files.copy(resource, file);
    }
    tokenizer = TextTokenizer.open(file, 256, directory.resolve("native"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void encode_whenKnownSentence_givesTheIdsOfItsVocabulary() {
    TokenizedBatch batch = tokenizer.encode(List.of("hello world", "Hello, World!"));

    assertArrayEquals(new long[] {101, 7592, 2088, 102}, batch.ids(0));
    assertArrayEquals(new long[] {101, 7592, 1010, 2088, 999, 102}, batch.ids(1));
    assertEquals(List.of(4, 6), batch.tokenCounts());
  }

  @Test
  void inputs_whenLengthsDiffer_arePaddedToTheLongestAndMasked() {
    TokenizedBatch batch = tokenizer.encode(List.of("hello world", "Hello, World!"));
    List<Tensor> inputs = batch.inputs(MINILM);

    assertEquals(
        List.of("input_ids", "attention_mask", "token_type_ids"),
        inputs.stream().map(Tensor::name).toList());
    for (Tensor input : inputs) {
      assertEquals(TensorType.INT64, input.type());
      assertEquals(List.of(2L, 6L), input.dims());
    }
    assertArrayEquals(
        new long[] {101, 7592, 2088, 102, 0, 0, 101, 7592, 1010, 2088, 999, 102},
        values(inputs.get(0)));
    assertArrayEquals(new long[] {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1}, values(inputs.get(1)));
    assertArrayEquals(new long[12], values(inputs.get(2)));
    assertTrue(batch.attended(0, 3));
    assertFalse(batch.attended(0, 4));
  }

  @Test
  void inputs_whenModelHasNoTokenTypes_leavesThemOut() {
    TextSignature plain = new TextSignature("ids", "mask", "", "out", 384, 256);

    List<Tensor> inputs = tokenizer.encode(List.of("hello world")).inputs(plain);

    assertEquals(List.of("ids", "mask"), inputs.stream().map(Tensor::name).toList());
  }

  @Test
  void encode_whenTextIsTooLong_isCutAndKeepsItsLastSpecialToken() {
    long[] ids = tokenizer.encode(List.of("hello ".repeat(5_000))).ids(0);

    assertEquals(256, ids.length);
    assertEquals(101, ids[0]);
    assertEquals(7592, ids[254]);
    assertEquals(102, ids[255]);
  }

  @Test
  void encode_whenTextIsLong_hasTheTokensOfTheWholeText() {
    // 4,096 tokens at 16 characters a token: this one always reads all of these texts.
    try (TextTokenizer whole = TextTokenizer.open(file, 4_096, directory.resolve("native"));
        TextTokenizer brief = TextTokenizer.open(file, 8, directory.resolve("native"))) {
      SplittableRandom random = new SplittableRandom(7);
      String[] pieces = {
        "hello",
        "Straße",
        "naïve",
        "12,345.67",
        "don't",
        "日本語",
        "😀",
        "\t",
        "e\u0301",
        "\u0000",
        "x".repeat(150),
        "...",
        "  ",
        "word"
      };
      for (int i = 0; i < 300; i++) {
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(120); words > 0; words--) {
          text.append(pieces[random.nextInt(pieces.length)]);
          text.append(random.nextInt(3) == 0 ? "" : " ");
        }
        long[] all = whole.encode(List.of(text.toString())).ids(0);
        long[] expected = all.length <= 8 ? all : Arrays.copyOf(all, 8);
        expected[expected.length - 1] = 102;

        assertArrayEquals(expected, brief.encode(List.of(text.toString())).ids(0), text.toString());
      }
    }
  }

  @Test
  void encode_whenALineOfAMegabyteHasNoBlank_isOneUnknownWord() {
    assertArrayEquals(
        new long[] {101, 100, 102}, tokenizer.encode(List.of("x".repeat(1 << 20))).ids(0));
  }

  @Test
  void encode_whenTextIsEmpty_hasSpecialTokensOnly() {
    assertArrayEquals(new long[] {101, 102}, tokenizer.encode(List.of("")).ids(0));
    assertEquals(0, tokenizer.encode(List.of()).rows());
  }

  @Test
  void encode_whenManyThreads_givesEachItsOwnTokens() {
    List<long[]> rows =
        IntStream.range(0, 400)
            .parallel()
            .mapToObj(i -> tokenizer.encode(List.of("hello ".repeat(i % 7))).ids(0))
            .toList();

    for (int i = 0; i < 400; i++) {
      assertEquals(2 + i % 7, rows.get(i).length);
    }
  }

  @Test
  void encode_whenClosed_isRefusedAndClosingTwiceIsFine() {
    TextTokenizer own = TextTokenizer.open(file, 8, directory.resolve("native"));
    own.close();
    own.close();

    assertThrows(IllegalStateException.class, () -> own.encode(List.of("hello")));
  }

  @Test
  void open_whenFileIsNotATokenizer_namesItAndTheRemedy() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.json"), "{\"model\": 3}");

    TokenizerUnusableException refused =
        assertThrows(
            TokenizerUnusableException.class,
            () -> TextTokenizer.open(broken, 256, directory.resolve("native")));

    assertTrue(refused.getMessage().contains("broken.json"), refused.getMessage());
    assertTrue(refused.getMessage().contains("Restore the file"), refused.getMessage());
  }

  @Test
  void nativeLibrary_isUnpackedToOurCacheAndTheLibraryStaysOffline() throws Exception {
    try (var files = Files.walk(directory.resolve("native"))) {
      assertTrue(files.anyMatch(path -> path.getFileName().toString().contains("tokenizers")));
    }
    assertEquals("true", System.getProperty("ai.djl.offline"));
    assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
  }

  private static long[] values(Tensor tensor) {
    long[] values = new long[tensor.byteLength() / Long.BYTES];
    tensor.bytes().asLongBuffer().get(values);
    return values;
  }
}
