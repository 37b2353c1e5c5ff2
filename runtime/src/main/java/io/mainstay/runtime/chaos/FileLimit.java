package io.mainstay.runtime.chaos;

import io.mainstay.runtime.cli.CliFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A low limit of open files for this process, until it is closed. A process of its own holds it:
 * this one could not start any to take it back.
 */
final class FileLimit implements AutoCloseable {
  private static final long COMMAND_SECONDS = 10;
  private static final String PROGRAM = "prlimit";

  private final Process holder;

  private FileLimit(Process holder) {
    this.holder = holder;
  }

  /** Whether this machine has the program for it. */
  static boolean possible() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(directory, PROGRAM))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Lowers it, then ends a process: from here on this one could not. Files that are open stay open.
   *
   * @param files the lowest number that no file may have
   */
  static FileLimit ofWhoEnds(long pid, int files) throws IOException {
    String script =
        """
        was=$(prlimit --pid "$1" --nofile --output=SOFT --noheadings | tr -d ' ') &&
        prlimit --pid "$1" --nofile="$2": &&
        kill -KILL "$3" && echo low && read -r any;
        prlimit --pid "$1" --nofile="$was":
        """;
    Process holder =
        new ProcessBuilder(
                "sh",
                "-c",
                script,
                "sh",
                Long.toString(ProcessHandle.current().pid()),
                Integer.toString(files),
                Long.toString(pid))
            .redirectErrorStream(true)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    String line = said.readLine();
    if (!"low".equals(line)) {
      // The script raises it again by itself: it must not be ended before.
      new FileLimit(holder).close();
      throw CliFailure.failed(
          "the limit of open files cannot be lowered: " + line, "install util-linux");
    }
    return new FileLimit(holder);
  }

  @Override
  public void close() throws IOException {
    try (OutputStream in = holder.getOutputStream()) {
      in.write('\n');
    } catch (IOException over) {
      // It waits for nobody any more; whether the limit is raised its exit says.
      holder.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
    try {
      if (!holder.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || holder.exitValue() != 0) {
        throw new IOException("prlimit did not raise the limit of open files again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before the limit was raised again", e);
    }
  }
}
