package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The inferences that workers were asked for, as the lives of a node logged each one when it went
 * into the worker's pipe, and when its answer came out. The node is started with {@link #LOGGED}.
 */
final class WorkerRequests {
  /** Has a node log them. */
  static final Map<String, String> LOGGED =
      Map.of("JAVA_TOOL_OPTIONS", "-Dmainstay.log.requests=DEBUG");

  private static final Pattern ASKED = Pattern.compile(" asked device=(\\S+ epoch=\\d+) id=(\\d+)");
  private static final Pattern ANSWERED =
      Pattern.compile(" answered device=(\\S+ epoch=\\d+) id=(\\d+)");

  private final Map<String, Set<Long>> asked = new TreeMap<>();
  private final Map<String, Set<Long>> answered = new TreeMap<>();

  private WorkerRequests() {}

  /** Of all lives of the node. No epoch of a device is used twice. */
  static WorkerRequests of(Path dataDirectory) throws IOException {
    WorkerRequests requests = new WorkerRequests();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> logs = Files.list(dataDirectory.resolve("logs"))) {
      logs.filter(file -> file.getFileName().toString().startsWith("node.log")).forEach(files::add);
    }
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        take(ASKED.matcher(line), requests.asked);
        take(ANSWERED.matcher(line), requests.answered);
      }
    }
    return requests;
  }

  private static void take(Matcher line, Map<String, Set<Long>> into) {
    if (line.find()) {
      into.computeIfAbsent(line.group(1), worker -> new HashSet<>())
          .add(Long.parseLong(line.group(2)));
    }
  }

  int asked() {
    return asked.values().stream().mapToInt(Set::size).sum();
  }

  int answered() {
    return answered.values().stream().mapToInt(Set::size).sum();
  }

  /** Asked of that worker, and never answered. */
  int lostWith(String device, long epoch) {
    String worker = device + " epoch=" + epoch;
    Set<Long> lost = new HashSet<>(asked.getOrDefault(worker, Set.of()));
    lost.removeAll(answered.getOrDefault(worker, Set.of()));
    return lost.size();
  }

  @Override
  public String toString() {
    return asked() + " asked, " + answered() + " answered";
  }
}
