package io.mainstay.runtime.cli;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.RecoveryPlanView;
import io.mainstay.actors.gateway.RecoverySummary;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.pause.PauseView;
import io.mainstay.persistence.restoration.TestOutcome;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol.ParticipantView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;

/** One reply of each kind, every field with a value of its own. */
final class Samples {
  static final String SESSION = "01JD8Q3ZK5W9M2N4P6R8T0V1X3";
  static final Instant THEN = Instant.parse("2026-11-21T20:15:30.125Z");

  private Samples() {}

  static GatewayReply.Status status() {
    return new GatewayReply.Status(
        "n1",
        "0.1.0",
        "ready",
        "normal",
        "open",
        THEN,
        4711,
        2,
        2,
        1,
        17,
        3,
        4,
        5,
        consistency(),
        new CheckpointMeter.Figures(12, 9, 98304, 14.5, 0.00725),
        List.of(
            new PauseView(
                SESSION, "cpu-1", 0.968, "memory_usage_below_80_percent", 2_300, 10_000)));
  }

  static ConsistencyView consistency() {
    return new ConsistencyView(
        0.875,
        true,
        720,
        12,
        11,
        List.of(
            new ConsistencyView.Check(
                "device_memory_allocation_consistency", THEN, "consistent", 1.0, 0, List.of()),
            new ConsistencyView.Check(
                "model_cache_vram_consistency",
                THEN,
                "divergence",
                0.75,
                1,
                List.of(
                    new ConsistencyView.Detail(
                        "model_without_reservation",
                        "reservation",
                        "worker",
                        "cpu-0",
                        "model:all-minilm-l6-v2-q",
                        "61000000",
                        "none",
                        "correct_ledger"))),
            new ConsistencyView.Check(
                "journal_memory_consistency", null, "unknown", 1.0, 0, List.of())));
  }

  static GatewayReply.ReviewView review(boolean open) {
    return new GatewayReply.ReviewView(
        "01JD8R0V1X3",
        SESSION,
        7,
        "rejected",
        open ? "open" : "approved",
        List.of("Content safety 0.0200 is below v2.1's minimum of 0.95"),
        0.02,
        9.5,
        "v2.1",
        "ef".repeat(32),
        5120,
        "a red triangle",
        THEN,
        open ? null : THEN.plusSeconds(60),
        open ? "" : "client",
        open ? "" : "harmless");
  }

  static TransactionView transaction(String state) {
    boolean released = state.equals("released");
    return new TransactionView(
        "01JD8R0V1X3TX000000000TX01",
        new TransactionPlan.DeviceMemory(
            "operator",
            new ParticipantWork.ReserveDevice("cpu-0", "model_loading", 30_000),
            new ParticipantWork.AllocateMemory(
                "cpu-0", "transaction:01JD8R0V1X3TX000000000TX01", 8_589_934_592L, "model_cache"),
            false),
        state,
        false,
        List.of(
            participant("device_service", "cpu-0_allocation", released),
            participant("memory_service", "vram_allocation_8589934592", released)),
        released ? "released" : "",
        released ? "released by an operator" : "",
        "",
        THEN,
        THEN.plusMillis(4),
        THEN.plusMillis(9));
  }

  private static ParticipantView participant(String name, String lock, boolean released) {
    return new ParticipantView(
        name,
        "vote_commit",
        List.of(lock),
        "confirmed",
        "",
        released ? "released" : "committed",
        released ? "released" : "allocated",
        THEN.plusMillis(7),
        false);
  }

  static GatewayReply.Modes modes(String setFor) {
    boolean set = !setFor.isEmpty();
    return new GatewayReply.Modes(
        List.of(
            new GatewayReply.ModeLine(
                "minimal_operation_mode",
                "",
                "",
                true,
                THEN,
                set ? List.of() : List.of("system_out_of_memory (memory): 97 % is in use"),
                set ? "on" : "",
                setFor,
                set ? null : THEN.plusSeconds(30),
                List.of("sessions at a time at most 1", "off: large_allocations")),
            new GatewayReply.ModeLine(
                "cpu_only_operation",
                "device_isolation",
                "",
                false,
                null,
                List.of(),
                "",
                "",
                null,
                List.of("CPU devices only"))),
        List.of("sessions at a time at most 1", "off: large_allocations"),
        set
            ? null
            : new GatewayReply.RestorationLine(
                "01KAJZP9S8B6V5Q4W3E2R1T0Y6",
                List.of("minimal_operation_mode"),
                "waiting",
                List.of(),
                2,
                "memory_availability_check: 97 % is in use",
                THEN.plusSeconds(40),
                100,
                null,
                List.of(new TestOutcome("memory_availability_check", false, "97 % is in use", 3))));
  }

  static GatewayReply.AlertView alert(boolean open) {
    return new GatewayReply.AlertView(
        "01JD8R0V1X4",
        "saga_stuck",
        SESSION,
        open ? "open" : "cleared",
        "allocate_vram could not be taken back in 3 attempts: no answer",
        "mainstay sagas redrive " + SESSION,
        "01JD8R0V1X5",
        THEN,
        open ? null : THEN.plusSeconds(30),
        open ? "" : "client",
        open ? "" : "on it",
        open ? null : THEN.plusSeconds(60),
        open ? "" : "node",
        open ? "" : "it is compensated");
  }

  static ErrorView error(long faults, boolean gateClosed) {
    return new ErrorView(
        "primary_device_failure",
        List.of("DEV_004"),
        "seed",
        "device",
        "critical",
        "dependency",
        "device",
        1,
        "stop",
        List.of("memory", "model", "inference"),
        3,
        "graceful_failover",
        "primary_device_failover",
        "device_failure_memory_cleanup",
        List.of("device_isolation"),
        "caused",
        List.of(),
        "A device's only worker cannot be brought back.",
        "Other devices take its work.",
        faults,
        faults > 0 ? 1 : 0,
        faults > 0 ? THEN : null,
        faults > 0 ? "critical" : "",
        faults > 0 ? "device/cpu-0" : "",
        gateClosed);
  }

  static GatewayReply.SagaSummary saga(String status) {
    return new GatewayReply.SagaSummary(
        SESSION,
        "cross_domain_model_loading",
        status,
        "tiny onto cpu-0",
        List.of(
            new GatewayReply.SagaStepView(
                1,
                "device_service",
                "reserve_device",
                "release_device_reservation",
                "completed",
                0,
                "lease granted"),
            new GatewayReply.SagaStepView(
                2, "memory_service", "allocate_vram", "deallocate_vram", "undo-failed", 3, "late")),
        List.of("deallocate_vram", "release_device_reservation"),
        "step_deadline_exceeded",
        "deallocate_vram did not answer within 30000 ms",
        1,
        THEN,
        status.equals("stuck") ? THEN.plusSeconds(90) : null);
  }

  static RecoverySummary recovery(String status) {
    return new RecoverySummary(
        SESSION,
        "strategy",
        "primary_device_failover",
        "primary_device_failure",
        "device/cpu-0",
        1,
        status,
        List.of(
            new RecoverySummary.StepSummary(
                1, "device", "detect_device_failure", 2_000, "done", 1, "cpu-0 failed", ""),
            new RecoverySummary.StepSummary(
                2, "device", "identify_secondary_device", 5_000, "pending", 0, "", "")),
        "",
        "",
        THEN,
        status.equals("recovered") ? THEN.plusSeconds(3) : null,
        0);
  }

  static RecoveryPlanView recoveryPlan(String kind) {
    return new RecoveryPlanView(
        kind,
        "primary_device_failover",
        "all",
        35_000,
        List.of("primary_device_failure", "device_driver_corruption"),
        List.of(
            new RecoveryPlanView.PlannedStep(
                1,
                "device",
                "detect_device_failure",
                2_000,
                1,
                "roll_back",
                "",
                List.of("least_memory_share=0.8"),
                List.of("detection_method=heartbeat_plus_capability_check"),
                false)));
  }

  static DeviceView device() {
    return new DeviceView(
        "cpu-0",
        "onnxruntime-cpu",
        "x86-64 avx2",
        "serving",
        1,
        3,
        5012,
        "loaded",
        5013,
        2,
        2147483648L,
        104857600L,
        List.of("all-minilm-l6-v2-q"),
        5,
        65000,
        "worker 5011 killed by signal 9");
  }

  static ModelView model() {
    return new ModelView(
        "all-minilm-l6-v2-q",
        "1.20.0",
        "text-embedding",
        "loaded",
        List.of("cpu-0", "cpu-1"),
        22972370,
        60000000,
        false,
        "ab".repeat(32),
        "Apache-2.0",
        "class path",
        "",
        List.of("cpu-1: component 1 of 1, model: hashing, 12 %"),
        3,
        22972370,
        List.of("model_fallback_unknown: x. y"));
  }

  static ModelDetail modelDetail() {
    return new ModelDetail(
        model(),
        "int8",
        List.of("text-embedding"),
        List.of(
            new ModelDetail.ComponentView(
                "model", "/models/model.onnx", 22972370, "cd".repeat(32), 13, "loaded")),
        List.of(new ModelDetail.ResidenceView("cpu-1", "failed", "no memory")),
        List.of("session " + SESSION),
        List.of("template text-embedding"),
        THEN,
        List.of(new ModelDetail.VersionView("1", "ef".repeat(32), "serving")),
        new Alternatives(
            "all-minilm-l6-v2-q",
            List.of(
                new Alternatives.Candidate(
                    1, "alternative_model_format", "all-minilm-l6-v2", "", "the same model")),
            List.of(new Alternatives.Skipped(4, "tiny", "it is broken"))));
  }

  static List<ModelVerification> verifications() {
    return List.of(new ModelVerification("all-minilm-l6-v2-q", "1", "class path", 2, 23684031, ""));
  }

  static SessionView session(String state) {
    boolean finished = !state.equals("running");
    return new SessionView(
        SESSION,
        "text-embedding",
        state,
        WorkClass.STANDARD,
        8,
        finished ? 7 : 4,
        finished ? List.of(5) : List.of(),
        2,
        1,
        List.of("model=all-minilm-l6-v2-q"),
        List.of(new BlobRef("corpus.txt", "cd".repeat(32), 640)),
        finished ? List.of(new BlobRef("embeddings.jsonl", "ef".repeat(32), 9000)) : List.of(),
        "",
        THEN,
        finished ? THEN.plusMillis(1500) : null,
        "",
        "",
        "",
        finished ? List.of("output_directory_unwritable: '/out' is read-only") : List.of(),
        0,
        finished ? List.of(new SessionView.Retry(new DocumentRange(4, 8), 2)) : List.of());
  }

  static SessionView whole() {
    SessionView view = session("completed");
    return new SessionView(
        view.sessionId(),
        view.template(),
        view.state(),
        view.workClass(),
        8,
        8,
        List.of(),
        0,
        0,
        view.fingerprints(),
        view.inputs(),
        view.outputs(),
        view.outputDirectory(),
        view.acceptedAt(),
        view.finishedAt(),
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }

  /** Whole but for the directory that was asked for. */
  static SessionView undelivered() {
    SessionView view = whole();
    return new SessionView(
        view.sessionId(),
        view.template(),
        view.state(),
        view.workClass(),
        8,
        8,
        List.of(),
        0,
        0,
        view.fingerprints(),
        view.inputs(),
        view.outputs(),
        "/out",
        view.acceptedAt(),
        view.finishedAt(),
        "",
        "",
        "",
        session("completed").degradations(),
        0,
        List.of());
  }

  /** Three pictures of which the safety gate withheld one. */
  static SessionView pictures() {
    return new SessionView(
        SESSION,
        "text-to-image",
        "completed",
        WorkClass.STANDARD,
        3,
        3,
        List.of(),
        0,
        2,
        List.of("model=shapes-64"),
        List.of(new BlobRef("prompts.txt", "cd".repeat(32), 64)),
        List.of(
            new BlobRef("000000.png", "ab".repeat(32), 2100),
            new BlobRef("000001.png", "ac".repeat(32), 2200),
            new BlobRef("manifest.json", "ef".repeat(32), 900)),
        "/out",
        THEN,
        THEN.plusMillis(4500),
        "",
        "",
        "",
        List.of("1 of 3 pictures was withheld by the safety gate; see `mainstay reviews`"),
        4,
        List.of(new SessionView.Retry(new DocumentRange(1, 2), 3)));
  }

  static InferenceCommand.Embedded embedded() {
    return new InferenceCommand.Embedded(
        List.of(0.6f, -0.8f), 7, "cpu-1", 4, 2, 2250, "model=all-minilm-l6-v2-q");
  }

  static GatewayReply.DeadLetterView deadLetter() {
    return new GatewayReply.DeadLetterView(
        "01JD8Q4", SESSION, 5, "three workers died with it", "cd".repeat(32), THEN);
  }

  static GatewayReply.PersistenceIdView persistenceId() {
    return new GatewayReply.PersistenceIdView(
        "Session|" + SESSION, 12, THEN, THEN.plusMillis(1500));
  }

  static GatewayReply.JournalLine line(long ordering, String id, String cause, String type) {
    return new GatewayReply.JournalLine(
        ordering,
        "Device|n1:cpu-0",
        ordering,
        type,
        id,
        cause,
        "e1",
        THEN.plusMillis(ordering),
        "{\"meta\":{\"eventId\":\"" + id + "\"},\"epoch\":" + (ordering + 2) + ",\"pid\":5012}");
  }

  private static final String HEALTH =
      "{\"event_type\":\"device_health_update\",\"device_id\":\"cpu-0\",\"health_metrics\":"
          + "{\"utilization\":85.2,\"memory_usage\":0.78,\"error_count\":0},\"timestamp\":"
          + "\"2026-11-22T06:00:00Z\",\"propagation_urgency\":\"normal\"}";

  static GatewayReply.StateCopyView stateCopy() {
    return new GatewayReply.StateCopyView(
        "cpu-0",
        "worker",
        "device_health_update",
        "cpu-0",
        7,
        42,
        Instant.parse("2026-11-22T06:00:00Z"),
        850,
        HEALTH);
  }

  static GatewayReply.NotificationView notification(boolean seen) {
    return new GatewayReply.NotificationView(
        "01JD8R0V1X7",
        "intake_paused",
        "critical",
        "intake",
        seen ? "acknowledged" : "unacknowledged",
        "New work is refused",
        "New work is refused: the disk is full. What was accepted is safe.",
        "Remedy: free space. Intake resumes by itself.",
        "popup_message",
        List.of("email", "system_logs", "user_interface", "webhook"),
        List.of(
            new GatewayReply.NotificationDelivery("email", 1, "delivered", 2, ""),
            new GatewayReply.NotificationDelivery(
                "webhook", 0, "abandoned", 20, "example.org answered 503")),
        3,
        1,
        seen ? null : THEN.plusSeconds(1_800),
        "01JD8R0V1X8",
        THEN,
        seen ? THEN.plusSeconds(30) : null,
        seen ? "client" : "",
        seen ? "on it" : "");
  }

  static GatewayReply.NotificationLineView notificationLine() {
    return new GatewayReply.NotificationLineView(
        1,
        THEN,
        "issued",
        "01JD8R0V1X7",
        "degradation_activated",
        "critical",
        "minimal_operation_mode",
        "minimal_operation_mode is on",
        "Automatic recovery is expected within 5 min.",
        "",
        "popup_message",
        true,
        -1,
        "");
  }

  static GatewayReply.StateMessageView stateMessage() {
    return new GatewayReply.StateMessageView(
        1,
        Instant.parse("2026-11-22T06:00:00Z"),
        "cpu-0",
        "P3",
        "applied",
        7,
        42,
        42,
        List.of(),
        HEALTH);
  }

  /** A state that comes in two parts. */
  static GatewayReply replayed(GatewayRequest.Replay ask) {
    Deflater deflater = new Deflater();
    deflater.setInput("{\"phase\":\"RUNNING\",\"steps\":[]}".getBytes(StandardCharsets.UTF_8));
    deflater.finish();
    byte[] whole = new byte[200];
    int length = deflater.deflate(whole);
    deflater.end();
    int end = ask.offset() == 0 ? 10 : length;
    return new GatewayReply.Replayed(
        ask.persistenceId(),
        ask.toSequenceNr(),
        9,
        2,
        List.of(),
        "saga.state.SagaState.v1",
        "E3",
        THEN,
        Arrays.copyOfRange(whole, ask.offset(), end),
        end < length);
  }

  static GatewayReply.CheckpointView checkpoint(int step, boolean full) {
    return new GatewayReply.CheckpointView(
        SESSION + ":0-4:" + step,
        "processing",
        SESSION,
        0,
        4,
        step,
        "ab".repeat(32),
        16384,
        2,
        THEN,
        full ? "" : "cd".repeat(32),
        full ? 1 : 2,
        !full,
        true,
        "");
  }
}
