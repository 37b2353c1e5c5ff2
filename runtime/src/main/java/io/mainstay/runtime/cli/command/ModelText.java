package io.mainstay.runtime.cli.command;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.Substitution;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.TextTable;
import java.io.PrintStream;
import java.util.List;

/** Models as people read them. */
final class ModelText {
  private static final int HASH_LETTERS = 12;

  private ModelText() {}

  static void list(PrintStream out, List<ModelView> models) {
    TextTable table =
        new TextTable("MODEL", "VERSION", "KIND", "STATE", "SIZE", "LICENCE", "DEVICES");
    for (ModelView model : models) {
      table.row(
          model.id(),
          model.version(),
          model.kind(),
          model.state(),
          Quantities.bytes(model.bytes()),
          model.licence(),
          words(model.devices()));
    }
    table.print(out, "The node knows no models; put one into a models directory.");
    for (ModelView model : models) {
      if (!model.problem().isEmpty()) {
        out.println(model.id() + " is " + model.state() + ": " + model.problem());
      }
      model.progress().forEach(line -> out.println(model.id() + " is loading: " + line));
      model.warnings().forEach(line -> out.println(model.id() + " has a mistake: " + line));
    }
  }

  static void show(PrintStream out, ModelDetail detail) {
    ModelView model = detail.model();
    field(out, "model", model.id() + " " + model.version());
    field(out, "kind", model.kind());
    field(out, "state", model.state());
    field(out, "licence", model.licence());
    field(out, "precision", detail.precision());
    field(out, "capabilities", String.join(", ", detail.capabilities()));
    field(out, "size", Quantities.bytes(model.bytes()));
    field(out, "memory", Quantities.bytes(model.memoryBytes()));
    field(out, "read ahead", readAhead(model.readAheadBytes()));
    field(out, "from", model.origin());
    field(out, "used by", detail.holders().isEmpty() ? "nobody" : words(detail.holders()));
    detail.dependents().forEach(line -> field(out, "needed by", line));
    field(out, "last used", Quantities.instant(detail.lastUsed()));
    field(out, "problem", model.problem());
    model.warnings().forEach(line -> field(out, "mistake", line));
    detail.residences().forEach(at -> field(out, "on " + at.deviceId(), state(at)));
    if (detail.versions().size() > 1) {
      detail.versions().forEach(v -> field(out, "version", v.version() + ", " + v.state()));
    }
    if (!detail.components().isEmpty()) {
      components(out, detail.components());
    }
    fallbacks(out, detail.alternatives());
  }

  /** The page cache is the kernel's: what was read into it need not be there any more. */
  private static String readAhead(long bytes) {
    return bytes == 0
        ? "no"
        : Quantities.bytes(bytes) + " into the page cache; the system may evict it";
  }

  private static void components(PrintStream out, List<ModelDetail.ComponentView> components) {
    out.println();
    TextTable table = new TextTable("COMPONENT", "STATE", "SIZE", "OPSET", "SHA-256", "FILE");
    for (ModelDetail.ComponentView part : components) {
      table.row(
          part.name(),
          part.state(),
          Quantities.bytes(part.bytes()),
          part.opset(),
          part.sha256().substring(0, HASH_LETTERS),
          part.file());
    }
    table.print(out, "");
  }

  private static void fallbacks(PrintStream out, Alternatives alternatives) {
    if (alternatives.candidates().isEmpty() && alternatives.skipped().isEmpty()) {
      return;
    }
    out.println();
    TextTable table = new TextTable("FALLBACK", "LEVEL", "STRATEGY", "REASON");
    for (Alternatives.Candidate candidate : alternatives.candidates()) {
      String name =
          candidate.component().isEmpty() || Substitution.of(candidate.modelId()).isPresent()
              ? candidate.modelId()
              : candidate.modelId() + " " + candidate.component();
      table.row(name.strip(), candidate.level(), candidate.strategy(), candidate.reason());
    }
    for (Alternatives.Skipped skipped : alternatives.skipped()) {
      table.row(skipped.modelId(), skipped.level(), "cannot be used", skipped.reason());
    }
    table.print(out, "");
  }

  private static String state(ModelDetail.ResidenceView at) {
    return at.detail().isEmpty() ? at.state() : at.state() + ", " + at.detail();
  }

  private static void field(PrintStream out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf("%-13s %s%n", name, value);
    }
  }

  private static String words(List<String> words) {
    return words.isEmpty() ? "-" : String.join(" ", words);
  }
}
