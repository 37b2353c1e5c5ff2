package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.InferenceCompleted;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.InferenceRequest;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.util.Optional;

/** What a message may say: every number within its bounds. Pure. */
final class PropagationPolicy {
  private static final int SUBJECT_MAX = 256;

  private PropagationPolicy() {}

  /** Why a message is not propagated, with value and bound; empty if it may be. */
  static Optional<String> refuses(StateMessage message) {
    StateKind kind = StateKind.of(message);
    String subject = kind.subject(message);
    Bounds bounds = new Bounds(kind.eventType());
    bounds.check("subject's length", subject.strip().length(), 1, SUBJECT_MAX);
    check(message, bounds);
    return bounds.broken();
  }

  private static void check(StateMessage message, Bounds bounds) {
    if (message instanceof DeviceConfigUpdate config) {
      config.changes().powerLimit().ifPresent(watts -> bounds.atLeast("power_limit", watts, 1));
    } else if (message instanceof DeviceHealthUpdate health) {
      bounds.check("utilization", health.healthMetrics().utilization(), 0, 100);
      bounds.atLeast("memory_usage", health.healthMetrics().memoryUsage(), 0);
      bounds.atLeast("error_count", health.healthMetrics().errorCount(), 0);
    } else if (message instanceof DeviceCapabilityDiscovered found) {
      bounds.check("inference_performance", found.capabilityScores().inferencePerformance(), 0, 10);
      bounds.check("memory_efficiency", found.capabilityScores().memoryEfficiency(), 0, 10);
    } else if (message instanceof SystemMemoryAllocated allocated) {
      bounds.atLeast("allocated_bytes", allocated.allocatedBytes(), 0);
      bounds.atLeast("available_after_allocation", allocated.availableAfterAllocation(), 0);
    } else if (message instanceof MemoryPolicyUpdate policy) {
      var changes = policy.policyChanges();
      changes.maxModelCacheSize().ifPresent(b -> bounds.atLeast("max_model_cache_size", b, 0));
      changes.vramReservationLimit().ifPresent(b -> bounds.atLeast("vram_reservation_limit", b, 1));
      changes
          .emergencyCleanupThreshold()
          .ifPresent(share -> bounds.check("emergency_cleanup_threshold", share, 0, 1));
    } else if (message instanceof VramUsageUpdate use) {
      bounds.atLeast("total_vram", use.vramMetrics().totalVram(), 0);
      bounds.atLeast("used_vram", use.vramMetrics().usedVram(), 0);
      bounds.check("fragmentation_level", use.vramMetrics().fragmentationLevel(), 0, 1);
    } else if (message instanceof MemoryAllocationRequest request) {
      bounds.atLeast("requested_bytes", request.requestedBytes(), 0);
      bounds.atLeast("estimated_duration", request.estimatedDuration().toNanos(), 0);
    } else if (message instanceof ModelLoadRequest load) {
      bounds.atLeast("estimated_vram_usage", load.estimatedVramUsage(), 0);
    } else if (message instanceof ModelCacheUpdate cache) {
      bounds.atLeast("cache_utilization", cache.cacheChanges().cacheUtilization(), 0);
      bounds.atLeast("available_models", cache.availableModels(), 0);
    } else if (message instanceof ModelLoadingProgress load) {
      bounds.check("progress_percentage", load.progressPercentage(), 0, 100);
      bounds.atLeast("vram_allocated", load.vramAllocated(), 0);
    } else if (message instanceof ModelRuntimeUpdate runtime) {
      bounds.atLeast(
          "average_inference_time", runtime.runtimeMetrics().averageInferenceTime().toNanos(), 0);
      bounds.atLeast("memory_footprint", runtime.memoryFootprint(), 0);
    } else {
      checkWork(message, bounds);
    }
  }

  private static void checkWork(StateMessage message, Bounds bounds) {
    if (message instanceof ProcessingSessionCreated session) {
      bounds.atLeast("max_memory", session.resourceAllocation().maxMemory(), 0);
      bounds.atLeast("expected_operations", session.expectedOperations(), 0);
      bounds.atLeast(
          "operation_timeout", session.timeoutSettings().operationTimeout().toNanos(), 0);
      bounds.atLeast("session_timeout", session.timeoutSettings().sessionTimeout().toNanos(), 0);
    } else if (message instanceof SessionControlCommand control) {
      if (control.command() == SessionCommand.PAUSE_OPERATIONS) {
        bounds.check(
            "resume_condition's length", control.resumeCondition().length(), 1, SUBJECT_MAX);
      }
    } else if (message instanceof SessionProgressUpdate progress) {
      bounds.atLeast("operations_completed", progress.progressMetrics().operationsCompleted(), 0);
      bounds.atLeast("operations_remaining", progress.progressMetrics().operationsRemaining(), 0);
      bounds.atLeast("memory_used", progress.resourceUsage().memoryUsed(), 0);
      bounds.check("gpu_utilization", progress.resourceUsage().gpuUtilization(), 0, 100);
    } else if (message instanceof CrossDomainCoordination wanted) {
      wanted
          .coordinationRequest()
          .requiresMemoryAllocation()
          .ifPresent(bytes -> bounds.atLeast("requires_memory_allocation", bytes, 1));
    } else if (message instanceof InferenceRequest request) {
      bounds.atLeast("steps", request.inferenceParameters().steps(), 0);
      bounds.atLeast("timeout", request.timeout().toNanos(), 0);
    } else if (message instanceof InferenceOrchestration batch) {
      bounds.atLeast("batch_size", batch.batchConfiguration().batchSize(), 1);
      bounds.atLeast("vram_limit", batch.resourceAllocation().vramLimit(), 0);
    } else if (message instanceof InferenceProgress progress) {
      var metrics = progress.executionMetrics();
      bounds.check("current_step", metrics.currentStep(), 0, metrics.totalSteps());
      bounds.atLeast("step_time_avg", metrics.stepTimeAvg().toNanos(), 0);
    } else if (message instanceof InferenceCompleted done) {
      bounds.atLeast("execution_time", done.resultMetadata().executionTime().toNanos(), 0);
      bounds.atLeast("final_vram_usage", done.resultMetadata().finalVramUsage(), 0);
    } else if (message instanceof PostprocessingRequest request) {
      bounds.atLeast(
          "postprocessing_pipeline's length", request.postprocessingPipeline().size(), 1);
    } else if (message instanceof SafetyPolicyUpdate policy) {
      var thresholds = policy.safetyThresholds();
      bounds.check("content_safety_minimum", thresholds.contentSafetyMinimum(), 0, 1);
      bounds.check("quality_minimum", thresholds.qualityMinimum(), 0, 10);
    } else if (message instanceof PostprocessingProgress progress) {
      var at = progress.pipelineProgress();
      bounds.check("operations_completed", at.operationsCompleted(), 0, at.totalOperations());
      bounds.check("current_operation_progress", at.currentOperationProgress(), 0, 100);
    } else if (message instanceof PostprocessingCompleted done) {
      var safety = done.finalResults().safetyAnalysis();
      var quality = done.finalResults().qualityAssessment();
      bounds.check("content_safety_score", safety.contentSafetyScore(), 0, 1);
      bounds.check("technical_quality", quality.technicalQuality(), 0, 10);
      bounds.check("visual_quality", quality.visualQuality(), 0, 10);
    }
  }
}
