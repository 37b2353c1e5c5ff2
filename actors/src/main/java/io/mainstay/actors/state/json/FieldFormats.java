package io.mainstay.actors.state.json;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.InferenceCompleted;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.InferenceRequest;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SessionProgressUpdate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Which fields are text in the catalog where the records have numbers: sizes and durations. */
final class FieldFormats {
  static final Map<Class<?>, Class<?>> MIXINS = mixins();

  private FieldFormats() {}

  private static Map<Class<?>, Class<?>> mixins() {
    Map<Class<?>, Class<?>> mixins = new LinkedHashMap<>();
    mixins.put(MemoryAllocationRequest.class, Allocation.class);
    mixins.put(MemoryPolicyUpdate.PolicyChanges.class, Policy.class);
    mixins.put(ProcessingSessionCreated.ResourceAllocation.class, SessionResources.class);
    mixins.put(ProcessingSessionCreated.TimeoutSettings.class, Timeouts.class);
    mixins.put(SessionProgressUpdate.ResourceUsage.class, SessionUsage.class);
    mixins.put(CrossDomainCoordination.CoordinationRequest.class, Coordination.class);
    mixins.put(InferenceRequest.class, Inference.class);
    mixins.put(InferenceOrchestration.ResourceAllocation.class, BatchResources.class);
    mixins.put(InferenceProgress.ResourceUtilization.class, InferenceUsage.class);
    mixins.put(InferenceCompleted.ResultMetadata.class, InferenceResult.class);
    mixins.put(PostprocessingCompleted.ProcessingMetadata.class, PipelineResult.class);
    return mixins;
  }

  private interface Allocation {
    @JsonSerialize(using = TextFormats.MinutesWriter.class)
    @JsonDeserialize(using = TextFormats.DurationReader.class)
    Duration estimatedDuration();
  }

  private interface Policy {
    @JsonSerialize(using = TextFormats.OptionalSizeWriter.class)
    @JsonDeserialize(using = TextFormats.OptionalSizeReader.class)
    OptionalLong maxModelCacheSize();

    @JsonSerialize(using = TextFormats.OptionalSizeWriter.class)
    @JsonDeserialize(using = TextFormats.OptionalSizeReader.class)
    OptionalLong vramReservationLimit();
  }

  private interface SessionResources {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long maxMemory();
  }

  private interface Timeouts {
    @JsonSerialize(using = TextFormats.DurationWriter.class)
    @JsonDeserialize(using = TextFormats.DurationReader.class)
    Duration operationTimeout();

    @JsonSerialize(using = TextFormats.DurationWriter.class)
    @JsonDeserialize(using = TextFormats.DurationReader.class)
    Duration sessionTimeout();
  }

  private interface SessionUsage {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long memoryUsed();
  }

  private interface Coordination {
    @JsonSerialize(using = TextFormats.OptionalSizeWriter.class)
    @JsonDeserialize(using = TextFormats.OptionalSizeReader.class)
    OptionalLong requiresMemoryAllocation();
  }

  private interface Inference {
    @JsonSerialize(using = TextFormats.DurationWriter.class)
    @JsonDeserialize(using = TextFormats.DurationReader.class)
    Duration timeout();
  }

  private interface BatchResources {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long vramLimit();
  }

  private interface InferenceUsage {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long vramUsage();
  }

  private interface InferenceResult {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long finalVramUsage();
  }

  private interface PipelineResult {
    @JsonSerialize(using = TextFormats.SizeWriter.class)
    @JsonDeserialize(using = TextFormats.SizeReader.class)
    long resourceUsagePeak();
  }
}
