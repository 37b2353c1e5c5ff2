package io.mainstay.runtime.bench;

import io.mainstay.actors.model.text.TextTokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Texts with an exact number of tokens, cut from the demo's sentences. */
final class BenchTexts {
  private static final String RESOURCE = "/demo/corpus.txt";

  private final List<String> words = new ArrayList<>();

  BenchTexts() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                BenchTexts.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      reader.lines().forEach(line -> words.addAll(List.of(line.split(" "))));
    }
  }

  /** That many different texts, each of exactly that many tokens, special ones included. */
  List<String> ofTokens(TextTokenizer tokenizer, int tokens, int count) {
    List<String> texts = new ArrayList<>();
    for (int start = 0; texts.size() < count && start < words.size() * 2; start++) {
      String text = grow(tokenizer, start, tokens);
      if (tokenizer.encode(List.of(text)).tokens(0) == tokens) {
        texts.add(text);
      }
    }
    if (texts.size() < count) {
      throw new IllegalStateException(
          "Only " + texts.size() + " of " + count + " texts have exactly " + tokens + " tokens");
    }
    return texts;
  }

  /** Some words more than fit are never tried: a word has one token at least. */
  private String grow(TextTokenizer tokenizer, int start, int tokens) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      taken.add(words.get((start + i) % words.size()));
    }
    while (taken.size() > 1 && tokenizer.encode(List.of(join(taken))).tokens(0) > tokens) {
      taken.remove(taken.size() - 1);
    }
    return join(taken);
  }

  private static String join(List<String> words) {
    StringJoiner text = new StringJoiner(" ");
    words.forEach(text::add);
    return text.toString();
  }
}
