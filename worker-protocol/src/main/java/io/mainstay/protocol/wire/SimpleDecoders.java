package io.mainstay.protocol.wire;

import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.codec.DeviceHealthUpdateDecoder;
import io.mainstay.protocol.codec.DrainedDecoder;
import io.mainstay.protocol.codec.FaultArmedDecoder;
import io.mainstay.protocol.codec.FaultDecoder;
import io.mainstay.protocol.codec.HelloDecoder;
import io.mainstay.protocol.codec.InferenceProgressDecoder;
import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.ModelLoadingProgressDecoder;
import io.mainstay.protocol.codec.ModelUnloadedDecoder;
import io.mainstay.protocol.codec.PongDecoder;
import io.mainstay.protocol.codec.VerifiedDecoder;
import io.mainstay.protocol.codec.VramUsageUpdateDecoder;
import org.agrona.DirectBuffer;

/** Decoders of the messages without repeating groups, each made once and reused. */
final class SimpleDecoders {
  /** Blocks of version 0 end where the first field of version 1 begins. */
  private static final int HEALTH_BLOCK_0 = DeviceHealthUpdateDecoder.sequenceEncodingOffset();

  private static final int USAGE_BLOCK_0 = VramUsageUpdateDecoder.sequenceEncodingOffset();

  private final HelloDecoder hello = new HelloDecoder();
  private final PongDecoder pong = new PongDecoder();
  private final FaultDecoder fault = new FaultDecoder();
  private final DrainedDecoder drained = new DrainedDecoder();
  private final ModelUnloadedDecoder unloaded = new ModelUnloadedDecoder();
  private final ModelLoadingProgressDecoder loading = new ModelLoadingProgressDecoder();
  private final VerifiedDecoder verified = new VerifiedDecoder();
  private final FaultArmedDecoder armed = new FaultArmedDecoder();
  private final DeviceHealthUpdateDecoder health = new DeviceHealthUpdateDecoder();
  private final VramUsageUpdateDecoder usage = new VramUsageUpdateDecoder();
  private final InferenceProgressDecoder started = new InferenceProgressDecoder();

  WorkerMessages.Hello hello(DirectBuffer frame, MessageHeaderDecoder header) {
    hello.wrap(
        frame, body(header, HelloDecoder.BLOCK_LENGTH), header.blockLength(), header.version());
    return new WorkerMessages.Hello(
        hello.schemaId(),
        hello.schemaVersion(),
        hello.pid(),
        Math.toIntExact(hello.threads()),
        hello.memoryBudgetBytes(),
        hello.arenaSegments(),
        hello.arenaBytes(),
        hello.faultInjection() != 0,
        hello.deviceId(),
        hello.workerVersion(),
        hello.backend(),
        hello.backendVersion(),
        hello.deviceKind());
  }

  WorkerMessages.Pong pong(DirectBuffer frame, MessageHeaderDecoder header) {
    pong.wrap(
        frame, body(header, PongDecoder.BLOCK_LENGTH), header.blockLength(), header.version());
    return new WorkerMessages.Pong(
        pong.sequence(),
        pong.sentNs(),
        pong.progress(),
        pong.activeCorrelationId(),
        pong.activeNs(),
        Math.toIntExact(pong.queueDepth()),
        WireCodes.state(pong.stateRaw()),
        pong.droppedFrames());
  }

  WorkerMessages.Fault fault(DirectBuffer frame, MessageHeaderDecoder header) {
    fault.wrap(
        frame, body(header, FaultDecoder.BLOCK_LENGTH), header.blockLength(), header.version());
    return new WorkerMessages.Fault(
        fault.correlationId(),
        WireCodes.fault(
            fault.codeRaw(), fault.blameRaw(), fault.retryable() != 0, fault.message()));
  }

  WorkerMessages.Drained drained(DirectBuffer frame, MessageHeaderDecoder header) {
    drained.wrap(
        frame, body(header, DrainedDecoder.BLOCK_LENGTH), header.blockLength(), header.version());
    return new WorkerMessages.Drained(drained.correlationId(), drained.completed());
  }

  WorkerMessages.ModelUnloaded modelUnloaded(DirectBuffer frame, MessageHeaderDecoder header) {
    unloaded.wrap(
        frame,
        body(header, ModelUnloadedDecoder.BLOCK_LENGTH),
        header.blockLength(),
        header.version());
    return new WorkerMessages.ModelUnloaded(unloaded.correlationId(), unloaded.freedBytes());
  }

  WorkerMessages.ModelLoadingProgress loadingProgress(
      DirectBuffer frame, MessageHeaderDecoder header) {
    loading.wrap(
        frame,
        body(header, ModelLoadingProgressDecoder.BLOCK_LENGTH),
        header.blockLength(),
        header.version());
    return new WorkerMessages.ModelLoadingProgress(
        loading.correlationId(),
        WireCodes.stage(loading.loadingStageRaw()),
        loading.progressPercentage(),
        loading.vramAllocated(),
        loading.component());
  }

  WorkerMessages.Verified verified(DirectBuffer frame, MessageHeaderDecoder header) {
    verified.wrap(
        frame, body(header, VerifiedDecoder.BLOCK_LENGTH), header.blockLength(), header.version());
    return new WorkerMessages.Verified(verified.correlationId(), verified.computeNs());
  }

  WorkerMessages.FaultArmed faultArmed(DirectBuffer frame, MessageHeaderDecoder header) {
    armed.wrap(
        frame,
        body(header, FaultArmedDecoder.BLOCK_LENGTH),
        header.blockLength(),
        header.version());
    return new WorkerMessages.FaultArmed(armed.correlationId());
  }

  DeviceHealth deviceHealth(DirectBuffer frame, MessageHeaderDecoder header) {
    health.wrap(
        frame,
        body(header, least(header, HEALTH_BLOCK_0, DeviceHealthUpdateDecoder.BLOCK_LENGTH)),
        header.blockLength(),
        header.version());
    return new DeviceHealth(
        health.temperatureCelsius(),
        health.utilizationPercent(),
        health.memoryUsage(),
        health.errorCount());
  }

  VramUsage vramUsage(DirectBuffer frame, MessageHeaderDecoder header) {
    usage.wrap(
        frame,
        body(header, least(header, USAGE_BLOCK_0, VramUsageUpdateDecoder.BLOCK_LENGTH)),
        header.blockLength(),
        header.version());
    return new VramUsage(
        usage.totalVram(),
        usage.usedVram(),
        usage.availableVram(),
        usage.fragmentationLevel(),
        WireCodes.pressure(usage.pressureLevelRaw()),
        usage.cleanupRecommended() != 0);
  }

  /** Of the health decoded last. */
  WorkerMessages.Stamp healthStamp(MessageHeaderDecoder header) {
    return header.version() == 0
        ? WorkerMessages.Stamp.NONE
        : new WorkerMessages.Stamp(
            health.sequence(), health.stateVersion(), WireTimes.instant(health.atNs()));
  }

  /** Of the usage decoded last. */
  WorkerMessages.Stamp usageStamp(MessageHeaderDecoder header) {
    return header.version() == 0
        ? WorkerMessages.Stamp.NONE
        : new WorkerMessages.Stamp(
            usage.sequence(), usage.stateVersion(), WireTimes.instant(usage.atNs()));
  }

  WorkerMessages.InferenceProgress inferenceProgress(
      DirectBuffer frame, MessageHeaderDecoder header) {
    started.wrap(
        frame,
        body(header, InferenceProgressDecoder.BLOCK_LENGTH),
        header.blockLength(),
        header.version());
    return new WorkerMessages.InferenceProgress(
        started.correlationId(), started.queuedNs(), started.progressPercentage());
  }

  /** The shortest block that a sender of the header's version writes. */
  private static int least(MessageHeaderDecoder header, int version0, int present) {
    return header.version() == 0 ? version0 : present;
  }

  /** Offset of the body; fails when the block is shorter than the first version's. */
  static int body(MessageHeaderDecoder header, int blockLength) {
    requireBlock(header.blockLength(), blockLength);
    return MessageHeaderDecoder.ENCODED_LENGTH;
  }

  static void requireBlock(int acting, int least) {
    if (acting < least) {
      throw new IllegalArgumentException("block of " + acting + " bytes; at least " + least);
    }
  }
}
