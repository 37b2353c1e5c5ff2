package io.mainstay.actors.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a {@code tokenizer.json} of a CLIP tokenizer's {@code vocab.json} and {@code merges.txt},
 * which is what diffusers directories carry: text in NFC and lower case, split into words, byte
 * level BPE with {@code </w>} at a word's end, begin and end tokens around it.
 */
public final class ClipTokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEGIN = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  /** CLIP's own words: contractions, runs of letters, single digits, runs of anything else. */
  private static final String WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  private ClipTokenizerJson() {}

  /** Whether a tokenizer directory carries CLIP's two files. */
  public static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve("vocab.json"))
        && Files.isRegularFile(directory.resolve("merges.txt"));
  }

  /**
   * The file's text.
   *
   * @param directory with {@code vocab.json} and {@code merges.txt}; a {@code
   *     tokenizer_config.json} beside them may name another {@code pad_token}
   * @throws IOException if one cannot be read, or they do not belong together; the message says
   *     which
   */
  public static String of(Path directory) throws IOException {
    JsonNode vocabulary = JSON.readTree(directory.resolve("vocab.json").toFile());
    if (!vocabulary.isObject()) {
      throw new IOException("vocab.json is not a JSON object");
    }
    int begin = id(vocabulary, BEGIN);
    int end = id(vocabulary, END);
    String pad = TokenizerSettings.read(directory).padToken().orElse(END);
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation");
    root.putObject("padding")
        .put("direction", "Right")
        .put("pad_id", id(vocabulary, pad))
        .put("pad_type_id", 0)
        .put("pad_token", pad)
        .putNull("pad_to_multiple_of")
        .put("strategy", "BatchLongest");
    ArrayNode added = root.putArray("added_tokens");
    added(added, BEGIN, begin);
    added(added, END, end);
    root.set("normalizer", normalizer());
    root.set("pre_tokenizer", words());
    root.putObject("post_processor")
        .put("type", "RobertaProcessing")
        .put("trim_offsets", false)
        .put("add_prefix_space", false)
        .<ObjectNode>set("sep", JSON.createArrayNode().add(END).add(end))
        .set("cls", JSON.createArrayNode().add(BEGIN).add(begin));
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE").putNull("dropout").put("unk_token", END);
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false).set("vocab", vocabulary);
    model.set("merges", merges(directory.resolve("merges.txt"), vocabulary));
    return JSON.writeValueAsString(root);
  }

  private static ObjectNode normalizer() {
    ObjectNode sequence = JSON.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    steps.addObject().put("type", "NFC");
    ObjectNode blanks = steps.addObject().put("type", "Replace").put("content", " ");
    blanks.putObject("pattern").put("Regex", "\\s+");
    steps.addObject().put("type", "Lowercase");
    return sequence;
  }

  private static ObjectNode words() {
    ObjectNode sequence = JSON.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", WORDS);
    split.put("behavior", "Removed").put("invert", true);
    steps
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    return sequence;
  }

  private static void added(ArrayNode added, String content, int id) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /** In their order, which is their rank. The first line may say the version. */
  private static ArrayNode merges(Path file, JsonNode vocabulary) throws IOException {
    ArrayNode merges = JSON.createArrayNode();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int line = 0; line < lines.size(); line++) {
      String merge = lines.get(line);
      if (merge.isBlank() || line == 0 && merge.startsWith("#version")) {
        continue;
      }
      String[] pair = merge.split(" ", -1);
      if (pair.length != 2 || !vocabulary.has(pair[0] + pair[1])) {
        throw new IOException(
            "line %d of merges.txt, '%s', is no pair of which vocab.json has the whole"
                .formatted(line + 1, merge));
      }
      merges.add(merge);
    }
    return merges;
  }

  private static int id(JsonNode vocabulary, String token) throws IOException {
    if (!vocabulary.path(token).isInt()) {
      throw new IOException("vocab.json has no token '" + token + "'");
    }
    return vocabulary.get(token).intValue();
  }
}
