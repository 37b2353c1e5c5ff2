package io.mainstay.actors.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTokenizerTest {
  private static final long BEGIN = 11;
  private static final long END = 12;

  @TempDir static Path library;
  @TempDir Path directory;

  /** A CLIP tokenizer of three letters, a digit and a mark. */
  @BeforeEach
  void write() throws IOException {
    write(
        "vocab.json",
        """
        {"a": 0, "b": 1, "c": 2, "a</w>": 3, "b</w>": 4, "c</w>": 5, "ab": 6, "abc</w>": 7,
         "ab</w>": 8, "1</w>": 9, "!</w>": 10, "<|startoftext|>": 11, "<|endoftext|>": 12}
        """);
    write("merges.txt", "#version: 0.2\na b\nab c</w>\na b</w>\n");
    write("tokenizer_config.json", "{\"model_max_length\": 8}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static PromptTokenizer open(Path directory) {
    return PromptTokenizer.open(directory, library);
  }

  private long[] ids(String prompt) {
    try (PromptTokenizer tokenizer = open(directory)) {
      return values(tokenizer.encode("input_ids", List.of(prompt)));
    }
  }

  private static long[] values(Tensor tensor) {
    long[] values = new long[tensor.byteLength() / Long.BYTES];
    tensor.bytes().asLongBuffer().get(values);
    return values;
  }

  @Test
  void encode_ofClipFiles_mergesInRankOrderAndPadsWithTheEndToken() {
    // abc: a b c</w> -> ab c</w> -> abc</w>; ab: a b</w> -> ab</w>.
    assertArrayEquals(new long[] {BEGIN, 7, 8, 10, END, END, END, END}, ids("abc ab!"));
    // cb: no merge. Digits stand alone.
    assertArrayEquals(new long[] {BEGIN, 2, 4, 9, 9, END, END, END}, ids("cb 11"));
  }

  @Test
  void encode_ofClipFiles_ignoresCaseAndBlanks() {
    assertArrayEquals(ids("abc ab"), ids("  ABC \n\t aB  "));
    assertArrayEquals(new long[] {BEGIN, END, END, END, END, END, END, END}, ids(""));
  }

  @Test
  void encode_whenThePromptIsTooLong_isCutAndEndsWithTheEndToken() {
    assertArrayEquals(new long[] {BEGIN, 3, 3, 3, 3, 3, 3, END}, ids("a ".repeat(50_000)));
  }

  @Test
  void encode_whenTheConfigurationNamesAPadToken_padsWithIt() throws Exception {
    write(
        "tokenizer_config.json",
        "{\"model_max_length\": 4, \"pad_token\": {\"content\": \"!</w>\", \"lstrip\": false}}");
    assertArrayEquals(new long[] {BEGIN, 3, END, 10}, ids("a"));
    write("tokenizer_config.json", "{\"model_max_length\": 4, \"pad_token\": \"a\"}");
    assertArrayEquals(new long[] {BEGIN, 3, END, 0}, ids("a"));
  }

  @Test
  void encode_ofSeveralPrompts_isOneRowEach() {
    try (PromptTokenizer tokenizer = open(directory)) {
      Tensor tensor = tokenizer.encode("ids", List.of("a", "abc", ""));
      assertEquals("ids", tensor.name());
      assertEquals(TensorType.INT64, tensor.type());
      assertEquals(List.of(3L, 8L), tensor.dims());
      long[] values = values(tensor);
      assertArrayEquals(new long[] {BEGIN, 7, END, END}, Arrays.copyOfRange(values, 8, 12));
      assertEquals(8, tokenizer.length());
    }
  }

  @Test
  void encode_whenManyThreads_givesEachItsOwn() {
    try (PromptTokenizer tokenizer = open(directory)) {
      List<long[]> rows =
          IntStream.range(0, 200)
              .parallel()
              .mapToObj(i -> values(tokenizer.encode("ids", List.of("a ".repeat(i % 5)))))
              .toList();
      for (int i = 0; i < 200; i++) {
        long[] row = rows.get(i);
        assertEquals(i % 5, Arrays.stream(row).filter(id -> id == 3).count());
      }
    }
  }

  /** The layout of our own models: words, and a template around them. */
  @Test
  void encode_ofATokenizerJson_usesItsTemplateAndPadding() throws Exception {
    Path words = Files.createDirectory(directory.resolve("words"));
    Files.writeString(
        words.resolve("tokenizer.json"),
        """
        {"version": "1.0",
         "truncation": {"direction": "Right", "max_length": 6, "strategy": "LongestFirst",
                        "stride": 0},
         "padding": {"strategy": {"Fixed": 6}, "direction": "Right", "pad_to_multiple_of": null,
                     "pad_id": 5, "pad_type_id": 0, "pad_token": "[PAD]"},
         "added_tokens": [],
         "normalizer": {"type": "Lowercase"},
         "pre_tokenizer": {"type": "Whitespace"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[BOS]", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[EOS]", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                    {"Sequence": {"id": "B", "type_id": 0}}],
           "special_tokens": {"[BOS]": {"id": "[BOS]", "ids": [2], "tokens": ["[BOS]"]},
                              "[EOS]": {"id": "[EOS]", "ids": [3], "tokens": ["[EOS]"]}}},
         "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "[UNK]",
                   "vocab": {"[UNK]": 1, "[BOS]": 2, "[EOS]": 3, "red": 4, "[PAD]": 5,
                             "circle": 6, ",": 7}}}
        """);

    try (PromptTokenizer tokenizer = open(words)) {
      assertEquals(6, tokenizer.length());
      assertArrayEquals(
          new long[] {2, 4, 6, 3, 5, 5}, values(tokenizer.encode("x", List.of("Red CIRCLE"))));
      assertArrayEquals(
          new long[] {2, 1, 7, 4, 4, 3},
          values(tokenizer.encode("x", List.of("blue,red red red red"))));
    }
    // The configuration's length goes before that of the file.
    Files.writeString(words.resolve("tokenizer_config.json"), "{\"model_max_length\": 4}");
    try (PromptTokenizer tokenizer = open(words)) {
      assertArrayEquals(
          new long[] {2, 4, 6, 3}, values(tokenizer.encode("x", List.of("red circle red"))));
    }
  }

  @Test
  void open_whenAMergeIsNotOfTheVocabulary_namesItsLine() throws Exception {
    write("merges.txt", "#version: 0.2\na b\nb a\n");
    assertUnusable("line 3 of merges.txt, 'b a'");
    write("merges.txt", "#version: 0.2\nabc\n");
    assertUnusable("line 2 of merges.txt, 'abc'");
  }

  @Test
  void open_whenTheVocabularyHasNoEndToken_saysSo() throws Exception {
    write("vocab.json", "{\"<|startoftext|>\": 0, \"ab\": 1}");
    assertUnusable("vocab.json has no token '<|endoftext|>'");
    write("vocab.json", "[]");
    assertUnusable("vocab.json is not a JSON object");
    write("vocab.json", "{");
    assertUnusable("vocab.json");
  }

  @Test
  void open_whenNoLengthIsSaid_isRefused() throws Exception {
    for (String settings :
        List.of("{}", "{\"model_max_length\": 1e30}", "{\"model_max_length\": 2}")) {
      write("tokenizer_config.json", settings);
      assertUnusable("model_max_length");
    }
  }

  @Test
  void open_whenNothingIsThere_namesTheFile() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    TokenizerUnusableException refused =
        assertThrows(TokenizerUnusableException.class, () -> open(empty));
    assertTrue(refused.getMessage().contains("tokenizer.json"), refused.getMessage());
  }

  private void assertUnusable(String said) {
    TokenizerUnusableException refused =
        assertThrows(TokenizerUnusableException.class, () -> open(directory));
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }
}
