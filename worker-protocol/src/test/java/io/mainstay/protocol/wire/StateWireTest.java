package io.mainstay.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.protocol.codec.DeviceConfigUpdateDecoder;
import io.mainstay.protocol.codec.MemoryPolicyUpdateDecoder;
import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.frame.FrameReader;
import io.mainstay.protocol.golden.GoldenFiles;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceRoutingUpdate;
import io.mainstay.protocol.state.EnforcementAction;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.MemoryAllocationPolicy;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.OptimizationProfile;
import io.mainstay.protocol.state.OptimizationStrategy;
import io.mainstay.protocol.state.OutputFormat;
import io.mainstay.protocol.state.OutputQuality;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyClassification;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.Strictness;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionResult;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The state protocol's records against the golden frames, in the direction each travels. */
class StateWireTest {
  private static final Instant AT = Instant.parse("2025-07-12T10:30:45Z");
  private static final long EPOCH = 7;
  private static final String REASON = "memory_pressure_detected — größer wählen";
  private static final String ULID = "01J2Z3K4M5N6P7Q8R9S0T1V2W3";

  private final WorkerProxy proxy = new WorkerProxy(EPOCH, 1 << 20);
  private final RecordedMessages told = new RecordedMessages();

  static Stream<Arguments> told() {
    return Stream.of(
        Arguments.of(
            100,
            new DeviceConfigUpdate(
                "cpu-0",
                new DeviceConfigUpdate.Changes(
                    Optional.of(OptimizationProfile.PERFORMANCE),
                    OptionalInt.of(350),
                    Optional.of(MemoryAllocationPolicy.AGGRESSIVE)),
                StatePriority.HIGH,
                true)),
        Arguments.of(
            101,
            new DeviceRoutingUpdate(
                new DeviceRoutingUpdate.RoutingTable("gpu_0", "gpu_1", "gpu_1"), true)),
        Arguments.of(
            110,
            new SystemMemoryAllocated(
                "alloc_001", 2147483648L, "model_loading", "system_ram", 6442450944L)),
        Arguments.of(
            111,
            new MemoryPolicyUpdate(
                new MemoryPolicyUpdate.PolicyChanges(
                    OptionalLong.of(8589934592L),
                    OptionalLong.of(12884901888L),
                    OptionalDouble.of(0.95)),
                List.of("fp16_inference", "fp16_inference_1"),
                true)),
        Arguments.of(
            121,
            new ModelCacheUpdate(
                new ModelCacheUpdate.CacheChanges(
                    List.of("stable_diffusion_xl_base", "stable_diffusion_xl_base_1"),
                    List.of("stable_diffusion_xl_base", "stable_diffusion_xl_base_1"),
                    0.67),
                true,
                47)),
        Arguments.of(
            131,
            new SessionControlCommand(
                "proc_session_001",
                SessionCommand.PAUSE_OPERATIONS,
                REASON,
                "memory_usage_below_80_percent")),
        Arguments.of(
            141,
            new InferenceOrchestration(
                "inf_batch_001",
                new InferenceOrchestration.BatchConfiguration(
                    4, true, OptimizationStrategy.THROUGHPUT),
                new InferenceOrchestration.ResourceAllocation(12884901888L, StatePriority.HIGH))),
        Arguments.of(
            150,
            new PostprocessingRequest(
                "req_vram_002",
                "inf_req_001",
                List.of(
                    new PostprocessingRequest.PipelineStep(
                        "upscaling",
                        "real_esrgan_x4",
                        Optional.of("4096x4096"),
                        Optional.of(Strictness.MODERATE)),
                    new PostprocessingRequest.PipelineStep(
                        "upscaling_1",
                        "real_esrgan_x4_1",
                        Optional.of("4096x4096_1"),
                        Optional.of(Strictness.MODERATE))),
                new PostprocessingRequest.OutputRequirements(
                    OutputFormat.PNG, OutputQuality.LOSSLESS, true))),
        Arguments.of(
            151,
            new SafetyPolicyUpdate(
                "v2.1",
                new SafetyPolicyUpdate.SafetyThresholds(0.95, 7.0, Strictness.STRICT),
                new SafetyPolicyUpdate.EnforcementActions(
                    EnforcementAction.REJECT, EnforcementAction.FLAG_FOR_REVIEW))));
  }

  @ParameterizedTest
  @MethodSource("told")
  void whatTheHostTells_isTheGoldenFrame(int template, StateMessage message) throws Exception {
    proxy.tell(new StateEnvelope(EPOCH, 1000 + template, 200 + template, 12, AT, message));
    assertGolden(message.getClass().getSimpleName());
  }

  @Test
  void session_isTheGoldenFrameButForItsKey() throws Exception {
    proxy.tell(
        new StateEnvelope(
            EPOCH,
            1130,
            330,
            12,
            AT,
            new ProcessingSessionCreated(
                "proc_session_001",
                "sdxl_generation_pipeline",
                new ProcessingSessionCreated.ResourceAllocation(
                    StatePriority.HIGH, 8589934592L, List.of("cpu-0", "cpu-0_1")),
                15,
                new ProcessingSessionCreated.TimeoutSettings(
                    Duration.ofSeconds(30), Duration.ofSeconds(300)))));
    byte[] golden = GoldenFiles.frame("ProcessingSessionCreated");
    byte[] ours = proxy.toBytes();
    int key = 6 + 8 + 5 * Long.BYTES;
    Arrays.fill(golden, key, key + Long.BYTES, (byte) 0);
    assertEquals(
        WireKey.of("proc_session_001"),
        new UnsafeBuffer(ours).getLong(key, java.nio.ByteOrder.LITTLE_ENDIAN));
    Arrays.fill(ours, key, key + Long.BYTES, (byte) 0);
    assertArrayEquals(golden, ours);
  }

  @Test
  void whatIsAbsent_isTheWiresNullAndNotZero() throws Exception {
    proxy.tell(
        new StateEnvelope(
            EPOCH,
            1,
            1,
            1,
            AT,
            new DeviceConfigUpdate(
                "cpu-0",
                new DeviceConfigUpdate.Changes(
                    Optional.empty(), OptionalInt.empty(), Optional.empty()),
                StatePriority.LOW,
                false)));
    DeviceConfigUpdateDecoder config = new DeviceConfigUpdateDecoder();
    config.wrapAndApplyHeader(payload(), 0, new MessageHeaderDecoder());
    assertEquals(255, config.optimizationProfileRaw());
    assertEquals(DeviceConfigUpdateDecoder.powerLimitNullValue(), config.powerLimit());
    assertEquals(255, config.memoryAllocationPolicyRaw());
    proxy.tell(
        new StateEnvelope(
            EPOCH,
            1,
            1,
            1,
            AT,
            new MemoryPolicyUpdate(
                new MemoryPolicyUpdate.PolicyChanges(
                    OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty()),
                List.of(),
                false)));
    MemoryPolicyUpdateDecoder policy = new MemoryPolicyUpdateDecoder();
    policy.wrapAndApplyHeader(payload(), 0, new MessageHeaderDecoder());
    assertEquals(
        MemoryPolicyUpdateDecoder.vramReservationLimitNullValue(), policy.vramReservationLimit());
    assertEquals(Double.NaN, policy.emergencyCleanupThreshold());
  }

  @Test
  void workersOwnMessage_isNotPublishedToIt() {
    StateEnvelope own =
        new StateEnvelope(
            EPOCH,
            1,
            1,
            1,
            AT,
            new DeviceCapabilityDiscovered(
                "cpu-0", List.of(), new DeviceCapabilityDiscovered.CapabilityScores(1, 1)));
    assertThrows(IllegalArgumentException.class, () -> proxy.tell(own));
  }

  @Test
  void reportTransactionsAndEnds_areTheGoldenFrames() throws Exception {
    proxy.refuse(new StateRefused(221, 1021, StateRefusal.UNSUPPORTED, REASON));
    assertGolden("StateRefused");
    proxy.report(222);
    assertGolden("StateReportRequest");
    proxy.commit(226, ULID);
    assertGolden("TransactionCommit");
    proxy.abort(227, ULID);
    assertGolden("TransactionAbort");
    proxy.sessionEnded(229, "proc_session_001", REASON);
    assertGolden("SessionEnded");
    proxy.deviceRemoved(230, "cpu-0", REASON);
    assertGolden("DeviceRemoved");
    proxy.prepare(
        224, new TransactionWork(ULID, 8589934592L, "model_cache", Duration.ofSeconds(30)));
    byte[] golden = GoldenFiles.frame("TransactionPrepare");
    byte[] ours = proxy.toBytes();
    int key = 6 + 8 + 4 * Long.BYTES;
    Arrays.fill(golden, key, key + Long.BYTES, (byte) 0);
    Arrays.fill(ours, key, key + Long.BYTES, (byte) 0);
    assertArrayEquals(golden, ours);
  }

  static Stream<Arguments> heard() {
    return Stream.of(
        Arguments.of("StateAck", new StateAck(220, 1020, 12)),
        Arguments.of("StateRefused", new StateRefused(221, 1021, StateRefusal.UNSUPPORTED, REASON)),
        Arguments.of(
            "TransactionVote",
            new WorkerMessages.Vote(
                225,
                new TransactionVote(
                    ULID,
                    true,
                    true,
                    8589934592L,
                    List.of("fp16_inference", "fp16_inference_1"),
                    REASON))),
        Arguments.of(
            "TransactionAcknowledged",
            new WorkerMessages.Acknowledged(
                228,
                new TransactionAcknowledged(
                    ULID, TransactionResult.COMMITTED, 8589934592L, "8589934592 bytes reserved"))),
        Arguments.of(
            "DeviceCapabilityDiscovered",
            heard(
                103,
                new DeviceCapabilityDiscovered(
                    "cpu-0",
                    List.of("fp16_inference", "fp16_inference_1"),
                    new DeviceCapabilityDiscovered.CapabilityScores(9.2, 8.7)))),
        Arguments.of(
            "MemoryAllocationRequest",
            heard(
                113,
                new MemoryAllocationRequest(
                    "req_vram_002",
                    4294967296L,
                    "model_loading",
                    StatePriority.HIGH,
                    Duration.ofMinutes(5)))),
        Arguments.of(
            "ModelRuntimeUpdate",
            heard(
                123,
                new ModelRuntimeUpdate(
                    "stable_diffusion_xl_base",
                    new ModelRuntimeUpdate.RuntimeMetrics(
                        true, true, "extended", Duration.ofMillis(2300)),
                    6442450944L))),
        Arguments.of(
            "SessionProgressUpdate",
            heard(
                132,
                new SessionProgressUpdate(
                    "proc_session_001",
                    new SessionProgressUpdate.ProgressMetrics(
                        8, 7, Optional.of(Instant.parse("2025-07-12T10:35:30Z"))),
                    "inference_execution",
                    new SessionProgressUpdate.ResourceUsage(6657199308L, 87.3)))),
        Arguments.of(
            "CrossDomainCoordination",
            heard(
                133,
                new CrossDomainCoordination(
                    "proc_session_001",
                    new CrossDomainCoordination.CoordinationRequest(
                        Optional.of("stable_diffusion_xl_refiner"),
                        OptionalLong.of(4294967296L),
                        StatePriority.HIGH),
                    List.of("fp16_inference", "fp16_inference_1")))),
        Arguments.of(
            "PostprocessingProgress",
            heard(
                152,
                new PostprocessingProgress(
                    "req_vram_002",
                    new PostprocessingProgress.PipelineProgress("inference_execution", 8, 2, 67.3),
                    new PostprocessingProgress.QualityMetrics(
                        OptionalDouble.of(8.9), Duration.ofMillis(3420))))),
        Arguments.of(
            "PostprocessingCompleted",
            heard(
                153,
                new PostprocessingCompleted(
                    "req_vram_002",
                    new PostprocessingCompleted.FinalResults(
                        new PostprocessingCompleted.SafetyAnalysis(
                            0.982, SafetyClassification.SAFE, List.of("none", "none_1")),
                        new PostprocessingCompleted.QualityAssessment(9.1, 8.8, 9.3)),
                    "/outputs/post_req_001_final.png",
                    new PostprocessingCompleted.ProcessingMetadata(
                        Duration.ofMillis(5670), 3435973837L)))),
        Arguments.of("StateReport", new WorkerMessages.Report(223, report())));
  }

  private static WorkerStateReport report() {
    String sha256 = "af".repeat(16) + "10".repeat(16);
    List<WorkerStateReport.Component> components =
        List.of(
            new WorkerStateReport.Component("fp16_inference", sha256),
            new WorkerStateReport.Component("fp16_inference_1", sha256));
    return new WorkerStateReport(
        EPOCH,
        List.of(
            new WorkerStateReport.Model("stable_diffusion_xl_base", 46137344, components),
            new WorkerStateReport.Model("stable_diffusion_xl_base_1", 46137344, components)),
        167772160,
        536870912,
        402653184,
        201326592,
        List.of(
            new WorkerStateReport.Reservation(
                ULID, 8589934592L, "model_cache", false, Duration.ofMillis(29500)),
            new WorkerStateReport.Reservation(
                ULID + "_1", 8589934592L, "model_cache_1", true, Duration.ofMillis(29500))),
        List.of(
            new WorkerStateReport.Session("proc_session_001", true, 3, 8),
            new WorkerStateReport.Session("proc_session_001_1", true, 3, 8)),
        9,
        2,
        100663296,
        Map.of("memory_policy_update", 12L, "memory_policy_update_1", 12L));
  }

  private static StateEnvelope heard(int template, StateMessage message) {
    return new StateEnvelope(EPOCH, 1000 + template, 200 + template, 12, AT, message);
  }

  @ParameterizedTest
  @MethodSource("heard")
  void whatTheWorkerSays_isToldAsItsRecord(String template, Record expected) throws Exception {
    byte[] bytes = GoldenFiles.frame(template);
    WorkerMessageAdapter adapter = new WorkerMessageAdapter(EPOCH, told);
    FrameReader reader = new FrameReader(1 << 20);
    reader.append(bytes, 0, bytes.length);
    UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    reader.next(frame);
    adapter.onFrame(frame, 0);
    assertEquals(List.of(expected), told.told);
  }

  @Test
  void enums_haveTheSchemasNamesInItsOrder() throws Exception {
    for (Class<? extends Enum<?>> ours :
        List.of(
            StatePriority.class,
            OptimizationProfile.class,
            MemoryAllocationPolicy.class,
            SessionCommand.class,
            OptimizationStrategy.class,
            Strictness.class,
            OutputFormat.class,
            OutputQuality.class,
            EnforcementAction.class,
            SafetyClassification.class,
            StateRefusal.class,
            TransactionResult.class)) {
      Class<?> wire = Class.forName("io.mainstay.protocol.codec." + ours.getSimpleName());
      List<String> wires =
          Arrays.stream(wire.getEnumConstants())
              .map(Object::toString)
              .filter(name -> !name.equals("NULL_VAL"))
              .toList();
      List<String> names = Arrays.stream(ours.getEnumConstants()).map(Enum::name).toList();
      assertEquals(wires, names, ours.getSimpleName());
    }
  }

  @Test
  void key_isFnv1aOfTheIdAndNeverTheOneOfNothing() {
    assertEquals(WireKey.NONE, WireKey.of(""));
    assertEquals(0xaf63dc4c8601ec8cL, WireKey.of("a"));
    assertEquals(0x85944171f73967e8L, WireKey.of("foobar"));
    assertNotEquals(WireKey.of("session-1"), WireKey.of("session-2"));
  }

  private UnsafeBuffer payload() throws Exception {
    FrameReader reader = new FrameReader(1 << 20);
    byte[] bytes = proxy.toBytes();
    reader.append(bytes, 0, bytes.length);
    UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    reader.next(frame);
    return frame;
  }

  private void assertGolden(String template) throws Exception {
    assertArrayEquals(GoldenFiles.frame(template), proxy.toBytes(), template);
  }
}
