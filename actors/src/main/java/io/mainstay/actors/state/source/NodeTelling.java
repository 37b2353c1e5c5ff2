package io.mainstay.actors.state.source;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.protocol.state.EnforcementAction;
import io.mainstay.protocol.state.LoadTarget;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.RamCacheStatus;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.Strictness;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Tells of the orchestrator's own state: memory, model cache, loads, policies. Thread-safe. */
public final class NodeTelling {
  private final StateVoice voice;

  private NodeTelling(StateVoice voice) {
    this.voice = voice;
  }

  /** Of that node. */
  public static NodeTelling of(ActorSystem<?> system) {
    return new NodeTelling(StateVoice.of(system));
  }

  /**
   * A ledger granted room, or took what an owner held back: then the bytes are 0.
   *
   * @param memory device id, or {@code host}
   * @param owner such as {@code model:all-minilm-l6-v2-q}
   */
  public void allocated(String memory, String owner, long bytes, long freeBytes) {
    boolean host = memory.equals("host");
    int kind = owner.indexOf(':');
    voice.say(
        new SystemMemoryAllocated(
            memory + "/" + owner,
            bytes,
            kind > 0 ? owner.substring(0, kind) : owner,
            host ? "system_ram" : memory,
            freeBytes),
        host ? StateCommand.EVERY_WORKER : Set.of(memory));
  }

  /**
   * The limits of a device's memory.
   *
   * @param budgetBytes 0 for none
   * @param cleanupAt share of it from which the worker should clean up
   */
  public void memoryPolicy(String deviceId, long budgetBytes, double cleanupAt) {
    voice.say(
        new MemoryPolicyUpdate(
            new MemoryPolicyUpdate.PolicyChanges(
                OptionalLong.empty(),
                budgetBytes > 0 ? OptionalLong.of(budgetBytes) : OptionalLong.empty(),
                OptionalDouble.of(cleanupAt)),
            List.of(deviceId),
            true),
        Set.of(deviceId));
  }

  /**
   * Models' files came into, or left, the host's memory.
   *
   * @param madeRoom whether they left for others
   */
  public void modelCache(
      List<String> added, List<String> removed, double utilization, boolean madeRoom, int models) {
    voice.say(
        new ModelCacheUpdate(
            new ModelCacheUpdate.CacheChanges(added, removed, utilization), madeRoom, models),
        StateCommand.EVERY_WORKER);
  }

  /**
   * A load was asked of a device's worker. The request itself goes another way, so the worker is
   * not told again.
   *
   * @param cached whether its files were read ahead
   */
  public void load(String modelId, long estimatedBytes, boolean cached, List<String> components) {
    voice.say(
        new ModelLoadRequest(
            modelId,
            LoadTarget.VRAM,
            StatePriority.NORMAL,
            cached ? RamCacheStatus.AVAILABLE : RamCacheStatus.MISSING,
            Math.max(0, estimatedBytes),
            components),
        Set.of());
  }

  /** The safety policy that judges pictures from now on; names as in its file. */
  public void safetyPolicy(
      String version,
      double contentSafetyMinimum,
      double qualityMinimum,
      String compliance,
      String belowSafety,
      String belowQuality) {
    voice.say(
        new SafetyPolicyUpdate(
            version,
            new SafetyPolicyUpdate.SafetyThresholds(
                contentSafetyMinimum,
                qualityMinimum,
                Strictness.valueOf(compliance.toUpperCase(Locale.ROOT))),
            new SafetyPolicyUpdate.EnforcementActions(
                EnforcementAction.valueOf(belowSafety.toUpperCase(Locale.ROOT)),
                EnforcementAction.valueOf(belowQuality.toUpperCase(Locale.ROOT)))),
        StateCommand.EVERY_WORKER);
  }
}
