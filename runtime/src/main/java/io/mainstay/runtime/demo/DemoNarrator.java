package io.mainstay.runtime.demo;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.journal.Explanation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Tells people what the demo does. With {@code -o json} it speaks on standard error. */
public final class DemoNarrator {
  private final PrintStream out;

  public DemoNarrator(PrintStream out) {
    this.out = out;
  }

  /** The node is there. */
  void begins(List<DeviceView> devices, int documents) {
    for (DeviceView device : devices) {
      out.println(
          "device "
              + device.id()
              + ": worker "
              + device.pid()
              + ", "
              + device.threads()
              + (device.threads() == 1 ? " thread, " : " threads, ")
              + shorten(device.kind(), 40));
    }
    out.println("input: " + documents + " documents");
  }

  /** A worker was killed and replaced. */
  void crashed(WorkerKill kill, CrashStory story, List<JournalLine> account) {
    out.println();
    out.println(
        "Half way, worker " + kill.pid() + " of " + kill.deviceId() + " was killed with SIGKILL.");
    out.printf(
        Locale.ROOT,
        "  noticed    after %.1f ms, by %s: %s%n",
        story.detectionMillis(),
        words(story.noticedBy()),
        words(story.cause()));
    out.printf(
        Locale.ROOT,
        "  recovered  after %.1f ms: a new worker serves with the model loaded%n",
        story.recoveryMillis());
    out.println(
        "  in flight  "
            + story.interrupted()
            + (story.interrupted() == 1 ? " batch, sent again" : " batches, sent again"));
    out.println();
    out.println("The journal's account of it:");
    new Explanation(account).print(out);
  }

  /** Everything was compared. */
  void checked(OutputCheck check, SessionView session, Path file) {
    out.println();
    out.println(
        "Session "
            + session.sessionId()
            + ": "
            + check.embedded()
            + " of "
            + check.documents()
            + " documents embedded, "
            + check.lost()
            + " lost, "
            + check.duplicated()
            + " duplicated.");
    out.println(
        check.mismatched() == 0
            ? "Every number is bit-equal to an undisturbed run of the same batch plan."
            : check.mismatched() + " documents differ from an undisturbed run.");
    out.println("Output: " + file + " (and manifest.json beside it)");
  }

  /** What the embeddings say. */
  void neighbours(Neighbours neighbours, List<String> lines, int queries, int count) {
    out.println();
    out.println("Nearest sentences, by the embeddings just made:");
    int step = Math.max(1, lines.size() / Math.max(1, queries));
    for (int query = 0; query < queries && query * step < lines.size(); query++) {
      int index = query * step;
      out.println("  " + shorten(lines.get(index), 90));
      for (Neighbours.Neighbour near : neighbours.nearest(index, count)) {
        out.printf(
            Locale.ROOT, "    %.2f  %s%n", near.cosine(), shorten(lines.get(near.index()), 90));
      }
    }
  }

  private static String shorten(String line, int characters) {
    return line.length() <= characters ? line : line.substring(0, characters) + "...";
  }

  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
