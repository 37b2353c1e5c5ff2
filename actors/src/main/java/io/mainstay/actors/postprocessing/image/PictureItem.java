package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.image.Picture;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A picture at the beginning of its pipeline.
 *
 * @param name for people and for its file: its prompt, or its input's name
 * @param prompt that it was made from, or empty
 * @param texts keywords and texts of its PNG, in this order: prompt, seed, model, steps, guidance
 */
public record PictureItem(Picture picture, String name, String prompt, Map<String, String> texts) {
  public PictureItem {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }
}
