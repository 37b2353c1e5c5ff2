package io.mainstay.actors.postprocessing.picture;

import java.text.Normalizer;
import java.util.Locale;

/** File names of pictures: {@code 0007-a-red-circle.png}. */
final class PictureName {
  private static final int SLUG_MAX = 48;
  private static final String NAMELESS = "picture";

  private PictureName() {}

  /**
   * Letters and digits of ASCII, everything else a dash; never a path.
   *
   * @param name a prompt, or a file's name, whose extension is left out
   */
  static String of(int index, String name) {
    return String.format(Locale.ROOT, "%04d-%s.png", index, slug(name));
  }

  private static String slug(String name) {
    String plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{Mn}", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\.(png|jpe?g|bmp|gif)$", "")
            .replaceAll("[^a-z0-9]+", "-");
    String cut = plain.length() > SLUG_MAX ? plain.substring(0, SLUG_MAX) : plain;
    String slug = cut.replaceAll("^-|-$", "");
    return slug.isEmpty() ? NAMELESS : slug;
  }
}
