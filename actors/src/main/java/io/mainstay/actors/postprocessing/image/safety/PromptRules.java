package io.mainstay.actors.postprocessing.image.safety;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds forbidden terms in a prompt. A term is a sequence of words; case, accents, punctuation and
 * the spaces within it do not matter ({@code Warning-Sign}, {@code w a r n i n g sign}), nor does a
 * plural s. It begins and ends where words do: {@code forewarning signal} is another text.
 */
public final class PromptRules {
  private record Term(String asGiven, String letters) {}

  private final List<Term> terms;

  /** Rules for these terms; a term without any letter or digit is refused. */
  public PromptRules(List<String> forbiddenTerms) {
    List<Term> all = new ArrayList<>();
    for (String term : forbiddenTerms) {
      String letters = String.join("", words(term));
      if (letters.isEmpty()) {
        throw new IllegalArgumentException(
            "The forbidden term '" + term + "' has neither letters nor digits");
      }
      all.add(new Term(term, letters));
    }
    terms = List.copyOf(all);
  }

  /** The forbidden terms in a prompt, as the policy writes them; none for a clean one. */
  public List<String> found(String prompt) {
    List<String> words = words(prompt);
    return terms.stream().filter(term -> holds(words, term.letters())).map(Term::asGiven).toList();
  }

  private static boolean holds(List<String> words, String letters) {
    for (int from = 0; from < words.size(); from++) {
      if (beginsAt(words, from, letters)) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsAt(List<String> words, int from, String letters) {
    int matched = 0;
    for (int at = from; at < words.size(); at++) {
      String word = words.get(at);
      if (!letters.startsWith(word, matched)) {
        // The last word may be a plural.
        return word.equals(letters.substring(matched) + "s") && matched < letters.length();
      }
      matched += word.length();
      if (matched == letters.length()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> words(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            // Accents, and characters that nobody sees.
            .replaceAll("[\\p{Mn}\\p{Cf}]", "")
            .toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>();
    for (String word : plain.split("[^\\p{L}\\p{Nd}]+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
