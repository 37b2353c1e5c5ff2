package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Prompts for the model that comes with the product, and what their pictures must show. */
final class Prompts {
  /** Grey is what a background is when nobody names it, never a shape. */
  private static final List<String> COLOURS =
      List.of("red", "green", "blue", "yellow", "purple", "orange", "white", "black");

  private static final List<String> SHAPES = List.of("circle", "square", "triangle");

  /** What a prompt asks for. */
  record Scene(String colour, String shape, String background) {
    String prompt() {
      String article = colour.equals("orange") ? "an " : "a ";
      String behind = background.equals("orange") ? "an " : "a ";
      return article + colour + " " + shape + " on " + behind + background + " background";
    }
  }

  private Prompts() {}

  /** Different scenes, the same for the same seed. */
  static List<Scene> scenes(int count, long seed) {
    Random random = new Random(seed);
    List<Scene> scenes = new ArrayList<>();
    while (scenes.size() < count) {
      Scene scene = new Scene(one(random, COLOURS), one(random, SHAPES), one(random, COLOURS));
      boolean visible = !scene.colour().equals(scene.background());
      if (visible && !nearlyASign(scene) && !scenes.contains(scene)) {
        scenes.add(scene);
      }
    }
    return scenes;
  }

  static Path write(Path file, List<Scene> scenes) throws IOException {
    return Files.write(file, scenes.stream().map(Scene::prompt).toList());
  }

  /** A yellow triangle is what a classifier of warning signs may take for one. */
  private static boolean nearlyASign(Scene scene) {
    return scene.shape().equals("triangle") && scene.colour().equals("yellow");
  }

  private static String one(Random random, List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
