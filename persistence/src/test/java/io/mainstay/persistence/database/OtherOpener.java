package io.mainstay.persistence.database;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second process that opens a data directory: says how it went; holds it until its input ends.
 */
final class OtherOpener {
  private OtherOpener() {}

  public static void main(String[] args) throws Exception {
    try (DataDirectory held = DataDirectory.open(Path.of(args[0]))) {
      System.out.println("OPEN");
      if (args[1].equals("hold")) {
        while (System.in.read() >= 0) {
          // Held until the test closes our input or kills us.
          continue;
        }
      }
      held.path();
    } catch (DataDirectoryProblem problem) {
      Matcher pid = Pattern.compile("process (\\d+)").matcher(problem.getMessage());
      System.out.println(problem.kind() + " " + (pid.find() ? pid.group(1) : "?"));
    }
  }
}
