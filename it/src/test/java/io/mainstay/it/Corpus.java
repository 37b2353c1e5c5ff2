package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts to embed: different sentences, the same for the same seed. */
final class Corpus {
  private static final String[] WHO = {
    "The engineer", "A cook", "My neighbour", "The river", "An old train", "The orchestra",
    "A young fox", "The committee", "Our teacher", "The harbour pilot", "A tired nurse", "The moon"
  };
  private static final String[] DOES = {
    "carried",
    "measured",
    "forgot",
    "repaired",
    "painted",
    "followed",
    "counted",
    "described",
    "opened",
    "watched",
    "traded",
    "lost"
  };
  private static final String[] WHAT = {
    "a wooden ladder",
    "the morning light",
    "seven letters",
    "a broken pump",
    "the northern road",
    "two silver coins",
    "a recipe for bread",
    "the oldest map",
    "an empty theatre",
    "a bag of cement",
    "the last ferry",
    "a field of barley"
  };

  private Corpus() {}

  static List<String> documents(int count, long seed) {
    Random random = new Random(seed);
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(
          WHO[random.nextInt(WHO.length)]
              + " "
              + DOES[random.nextInt(DOES.length)]
              + " "
              + WHAT[random.nextInt(WHAT.length)]
              + " on day "
              + i
              + ".");
    }
    return documents;
  }

  static Path write(Path file, List<String> documents) throws IOException {
    return Files.write(file, documents);
  }
}
