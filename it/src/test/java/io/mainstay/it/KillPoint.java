package io.mainstay.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message or a journal write of a transaction or saga, by a name that is the same in every run.
 *
 * @param name such as {@code TELL *.model Prepare model_service}
 * @param number which of that name, from 1
 */
record KillPoint(String name, int number) {
  /**
   * As the node wrote them down, in their order: {@code 3 TELL 01J.model Prepare model_service}.
   */
  static Set<KillPoint> of(List<String> lines) {
    Map<String, Integer> seen = new HashMap<>();
    Set<KillPoint> points = new LinkedHashSet<>();
    for (String line : lines) {
      String[] parts = line.split(" ", 4);
      int suffix = parts[2].indexOf('.');
      String name =
          parts[1] + " *" + (suffix < 0 ? "" : parts[2].substring(suffix)) + " " + parts[3];
      points.add(new KillPoint(name, seen.merge(name, 1, Integer::sum)));
    }
    return points;
  }

  static List<KillPoint> list(List<String> lines) {
    return new ArrayList<>(of(lines));
  }

  @Override
  public String toString() {
    return name + " #" + number;
  }
}
