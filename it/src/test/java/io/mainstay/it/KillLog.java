package io.mainstay.it;

import io.mainstay.it.KillStage.Kill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What came of each kill, a line for each as soon as it is known, so that a run that was stopped
 * goes on where it was.
 */
final class KillLog {
  /** Ways in which a trial ends. */
  enum Verdict {
    /** All that was begun is done or undone. */
    WHOLE,
    /** It is not, or something is left. */
    WRONG,
    /** The point was not come to, in several trials. */
    UNREACHED
  }

  private final Path file;
  private final Set<String> judged = new HashSet<>();

  /**
   * @param goOn keep what the file says, instead of beginning anew
   */
  KillLog(Path file, boolean goOn) throws IOException {
    this.file = file;
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!goOn) {
      Files.deleteIfExists(file);
    } else if (Files.exists(file)) {
      lines().forEach(line -> judged.add(line[2]));
    }
  }

  boolean has(Kill kill) {
    return judged.contains(kill.toString());
  }

  void judge(Kill kill, Verdict verdict, long millis, String why) throws IOException {
    judged.add(kill.toString());
    String line =
        String.join(
            "\t", verdict.name(), millis + " ms", kill.toString(), why.replaceAll("\\s", " "));
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Numbers of each work and kind of kill. */
  String summary() throws IOException {
    Map<String, Map<String, Long>> table =
        lines().stream()
            .collect(
                Collectors.groupingBy(
                    line -> line[2].split(" ")[0] + " " + line[2].split(" ")[1],
                    TreeMap::new,
                    Collectors.groupingBy(line -> line[0], TreeMap::new, Collectors.counting())));
    return table.entrySet().stream()
        .map(row -> row.getKey() + " " + row.getValue())
        .collect(Collectors.joining("\n"));
  }

  private List<String[]> lines() throws IOException {
    return Files.readAllLines(file).stream().map(line -> line.split("\t", 4)).toList();
  }
}
