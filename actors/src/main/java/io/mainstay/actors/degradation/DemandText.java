package io.mainstay.actors.degradation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Limits as people read them; what is not limited is not said. Pure. */
final class DemandText {
  private static final int PERCENT = 100;
  private static final double MIB = 1 << 20;

  private final List<String> lines = new ArrayList<>();

  private DemandText() {}

  static List<String> of(Restrictions demands) {
    DemandText text = new DemandText();
    text.work(demands.work());
    text.models(demands.models(), demands);
    text.inference(demands.inference());
    text.devices(demands.devices());
    text.memory(demands.memory());
    text.safety(demands.safety());
    return List.copyOf(text.lines);
  }

  private void work(WorkLimits work) {
    count("sessions at a time", work.sessionsMax());
    share("sessions at a time", work.sessionsShare());
    share("accepted sessions", work.intakeShare());
    count("documents in a batch", work.batchMax());
    share("documents in a batch", work.batchShare());
    if (!work.sessionTimeMax().equals(Limit.FOREVER)) {
      lines.add("a session at a time for at most " + work.sessionTimeMax().toSeconds() + " s");
    }
    if (work.timeFactor() != 1) {
      lines.add("deadlines of steps " + work.timeFactor() + " times as long");
    }
  }

  private void models(ModelLimits models, Restrictions demands) {
    bytes("a model", models.bytesMax());
    count("models on devices", models.residentMax());
    count("loads at a time", models.loadsMax());
    demands.affectedModels().stream().sorted().map(id -> "without model " + id).forEach(lines::add);
  }

  private void inference(InferenceLimits inference) {
    count("pixels along a side", inference.sideMax());
    if (!inference.timeMax().equals(Limit.FOREVER)) {
      lines.add("time of a step at most " + inference.timeMax().toSeconds() + " s");
    }
  }

  private void devices(DeviceLimits devices) {
    share("time that a device computes", devices.useMax());
    devices.isolated().stream().sorted().map(id -> "without device " + id).forEach(lines::add);
  }

  private void memory(MemoryLimits memory) {
    share("caches", memory.cacheShare());
    bytes("a reservation", memory.allocationMax());
    if (!memory.sampleEvery().equals(Limit.FOREVER)) {
      lines.add("a look at the memory every " + memory.sampleEvery().toSeconds() + " s at least");
    }
    if (memory.cleanupFactor() != 1) {
      lines.add("clean-ups " + memory.cleanupFactor() + " times as often");
    }
  }

  private void safety(SafetyLimits safety) {
    if (safety.safetyMargin() > 0) {
      lines.add("least content safety raised by " + safety.safetyMargin());
    }
    if (safety.qualityMargin() > 0) {
      lines.add("least quality raised by " + safety.qualityMargin());
    }
    if (safety.conservative()) {
      lines.add("pictures below a threshold are withheld for review");
    }
  }

  private void count(String what, int most) {
    if (most != Limit.NONE) {
      lines.add(what + " at most " + most);
    }
  }

  private void bytes(String what, long most) {
    if (most != Limit.NO_BYTES) {
      lines.add(what + " at most " + String.format(Locale.ROOT, "%.0f MiB", most / MIB));
    }
  }

  private void share(String what, double share) {
    if (share != 1) {
      lines.add(what + " at most " + Math.round(share * PERCENT) + " %");
    }
  }
}
