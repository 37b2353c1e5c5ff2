package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.text.TextDocuments;
import java.nio.charset.StandardCharsets;

/** The prompts of a text: one a line, each of them usable. Pure. */
final class Prompts {
  private Prompts() {}

  /**
   * Checks each line.
   *
   * @param name of the input, for messages
   * @throws Refusal naming the first line that is no prompt
   */
  static TextDocuments checked(String name, TextDocuments lines, PictureBounds bounds) {
    if (lines.count() > bounds.picturesMax()) {
      throw Refusal.of(
          "too_many_documents",
          "Input '%s' has %d prompts; the limit of mainstay.processing.pictures.pictures-max is %d"
              .formatted(name, lines.count(), bounds.picturesMax()),
          "Split the input, or raise the limit");
    }
    for (int line = 0; line < lines.count(); line++) {
      String prompt = lines.text(line);
      if (prompt.isBlank()) {
        throw Refusal.of(
            "empty_prompt",
            "Line " + (line + 1) + " of input '" + name + "' is blank",
            "Give one prompt on each line, and no blank lines");
      }
      int bytes = prompt.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > bounds.promptMax()) {
        throw Refusal.of(
            "prompt_too_long",
            "The prompt in line %d of input '%s' has %d bytes; the limit of"
                    .formatted(line + 1, name, bytes)
                + " mainstay.processing.pictures.prompt-max is "
                + bounds.promptMax(),
            "Shorten it: the model reads only its first words anyway");
      }
    }
    return lines;
  }
}
