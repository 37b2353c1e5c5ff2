package io.mainstay.persistence.serialization;

import io.mainstay.persistence.alert.AlertEvent;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.escalation.EscalationEvent;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.history.SafetyPolicyEvent;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.notification.NotificationEvent;
import io.mainstay.persistence.recovery.RecoveryEvent;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.restoration.NodeFigures;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.TestOutcome;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.review.ReviewEvent;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.saga.SagaEvent;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionEvent;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.participant.ParticipantEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One event of every kind, with every field filled. Golden files hold exactly these. */
public final class EventSamples {
  private static final EventMeta META =
      new EventMeta(
          "01KAJZP9S8B6V5Q4W3E2R1T0Y9",
          "01KAJZP9S8B6V5Q4W3E2R1T0Y8",
          "01KAJZP9S8B6V5Q4W3E2R1T0Y7",
          Instant.parse("2026-11-21T20:15:30.123Z"));
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y6";
  private static final String SHA = "0123456789abcdef".repeat(4);
  private static final DocumentRange RANGE = new DocumentRange(32, 64);
  private static final ModeName MODE =
      new ModeName("performance_conservation_mode", "memory_conservation_mode", "cpu-0");
  private static final TestOutcome TESTED =
      new TestOutcome("memory_availability_check", true, "41 % of the memory is in use", 12);
  private static final BlobRef BLOB = new BlobRef("corpus.txt", SHA, 18_234);

  private static final ParticipantWork.AllocateMemory ALLOCATE =
      new ParticipantWork.AllocateMemory("cpu-0", "model:minilm", 8_589_934_592L, "model_cache");
  private static final ParticipantWork.PrepareInference INFERENCE =
      new ParticipantWork.PrepareInference(
          "inf_batch_001", "cpu-0", List.of("minilm"), "text_to_image");

  private EventSamples() {}

  /** All of them. */
  public static List<CausedEvent> all() {
    return List.of(
        new SessionEvent.WorkflowAccepted(
            META,
            SESSION,
            new Workflow.TextEmbedding("all-minilm-l6-v2-q", 32),
            List.of(BLOB),
            WorkClass.BATCH,
            "/srv/out",
            "alice"),
        new SessionEvent.PlanMade(META, 300, 32),
        new SessionEvent.BatchDispatched(META, RANGE, "cpu-0", 3, 2),
        new SessionEvent.BatchInterrupted(META, RANGE, "cpu-0", 3, 1, "killed by signal 9", 12),
        new SessionEvent.BatchCheckpointed(META, RANGE, 10, SHA, 3, SHA, 4_096, 1_250, 900_000),
        new SessionEvent.CheckpointRestored(META, RANGE, 5, SHA, List.of(10), "asked by alice"),
        new SessionEvent.WorkflowRestarted(META, SESSION, 10, 2),
        new SessionEvent.BatchReplanned(META, RANGE, RANGE.left(), RANGE.right()),
        new SessionEvent.BatchCompleted(META, RANGE, SHA, "fp-1", "cpu-0", 4, 81_250),
        new SessionEvent.DocumentPoisoned(META, 47, 3, "killed by signal 11"),
        new SessionEvent.OutputsWritten(META, List.of(BLOB), List.of()),
        new SessionEvent.WorkflowDegraded(META, "model_variant: fp16 instead of fp32", ""),
        new SessionEvent.WorkflowCompleted(META, 299, 1),
        new SessionEvent.WorkflowFailed(META, "input_empty", "The input is empty", "Fill it"),
        new SessionEvent.WorkflowCancelled(META, "asked by alice"),
        new SagaEvent.SagaStarted(
            META, SESSION, new SagaPlan.ModelLoad("minilm", "1", SHA, "cpu-0", 23_000_000)),
        new SagaEvent.StepStarted(META, SagaStep.RESERVE_DEVICE),
        new SagaEvent.StepSucceeded(META, SagaStep.ALLOCATE_MEMORY, "23000000 bytes booked"),
        new SagaEvent.StepFailed(META, SagaStep.CACHE, "checksum_mismatch", "other bytes", true),
        new SagaEvent.CompensationStarted(META, SagaStep.CACHE, 1),
        new SagaEvent.CompensationSucceeded(META, SagaStep.ALLOCATE_MEMORY, "released"),
        new SagaEvent.CompensationFailed(META, SagaStep.RESERVE_DEVICE, 1, "timeout", "silent"),
        new SagaEvent.VerificationStarted(META, 2),
        new SagaEvent.ReleaseVerified(META, "lease free, ledger without it"),
        new SagaEvent.ReleaseIncomplete(META, 1, "resources_not_released", "the ledger has it"),
        new SagaEvent.SagaRedriven(META, "alice"),
        new SagaEvent.SagaCompleted(META),
        new SagaEvent.SagaCompensated(META, "checksum_mismatch", "other bytes"),
        new SagaEvent.SagaStuck(META, SagaStep.RESERVE_DEVICE, "timeout", "silent"),
        new RecoveryEvent.RecoveryBegun(META, SESSION, FAILOVER),
        new RecoveryEvent.RecoveryStepBegun(META, 1, 1),
        new RecoveryEvent.RecoveryStepDone(META, 1, "cpu-1 has room for 61 MB", false, SESSION),
        new RecoveryEvent.RecoveryStepFailed(META, 1, 1, "no_device", "none is there", true),
        new RecoveryEvent.RecoveryTurnedBack(META, "no_device", "none is there"),
        new RecoveryEvent.RollbackBegun(META, 1, 1),
        new RecoveryEvent.RollbackDone(META, 1, "0 bytes there"),
        new RecoveryEvent.RollbackFailed(META, 1, 1, "busy", "held by another"),
        new RecoveryEvent.RecoveryRequested(META, "alice"),
        new RecoveryEvent.RecoveryRedriven(META, "alice"),
        new RecoveryEvent.RecoveryEnded(
            META, RecoveryOutcome.End.ROLLED_BACK, "no_device", "none is there"),
        new TransactionEvent.TransactionBegun(
            META,
            SESSION,
            new TransactionPlan.DeviceMemory(
                "operator",
                new ParticipantWork.ReserveDevice("cpu-0", "model_loading", 30_000),
                ALLOCATE,
                true)),
        new TransactionEvent.PrepareAsked(META, "memory_service"),
        new TransactionEvent.Voted(
            META,
            "memory_service",
            TransactionEvent.Decision.COMMIT,
            List.of("vram_allocation_8589934592"),
            "confirmed",
            "none"),
        new TransactionEvent.Decided(
            META,
            TransactionEvent.Decision.ABORT,
            "prepare_overdue",
            "no vote in time",
            "try again"),
        new TransactionEvent.Acknowledged(
            META, "memory_service", "committed", "allocated", META.at()),
        new TransactionEvent.TransactionEnded(META, TransactionEvent.End.COMMITTED),
        new TransactionEvent.TransactionStuck(
            META, "worker:cpu-0", 8, "no_acknowledgement", "silent for 5000 ms"),
        new TransactionEvent.TransactionRedriven(META, "alice"),
        new TransactionEvent.ReleaseAsked(META, true, "the load has ended"),
        new TransactionEvent.TransactionReleased(META),
        new ParticipantEvent.WorkPrepared(META, SESSION, ALLOCATE, "operator", SESSION),
        new ParticipantEvent.WorkCommitted(META, SESSION, "allocated"),
        new ParticipantEvent.WorkReapplied(META, SESSION, SESSION),
        new ParticipantEvent.WorkDropped(META, SESSION, "released", true),
        new DeviceEvent.DeviceRegistered(META, "cpu-0", "cpu", 1, 1_073_741_824L),
        new DeviceEvent.WorkerLaunched(META, 3, 4711, "active"),
        new DeviceEvent.WorkerReady(META, 3, 4711, 41, "onnxruntime 1.29.0 cpu"),
        new DeviceEvent.WorkerSuspected(META, 3, "no pong", 102),
        new DeviceEvent.WorkerCleared(META, 3),
        new DeviceEvent.WorkerDied(
            META, 3, 4711, "killed", "exit", -1, 9, "InferenceProgress", "bye", 1, "SIGKILL"),
        new DeviceEvent.WorkerRecovered(META, 4, 133),
        new DeviceEvent.RestartScheduled(META, 50, "second death without proven work"),
        new DeviceEvent.BudgetSpent(META, 5, 60_000),
        new DeviceEvent.DirectiveApplied(
            META, "restart-with-backoff", "worker_process_died", "worker"),
        new FaultEvent.FaultRaised(
            META, "worker_process_died", "device", "medium", 2, "worker", "signal 9"),
        new FaultEvent.DirectiveChosen(
            META, "worker_process_died", "device", "restart-with-backoff", "/user/device", "p2"),
        new FaultEvent.ComponentStopped(META, "/user/node/device", "restart budget spent"),
        new EscalationEvent.EscalationDecided(
            META,
            "device_memory_allocation_failure",
            "memory/cpu-0",
            "device",
            "resource",
            "infrastructure",
            "critical",
            List.of("3 times within 60 s", "the node is degraded already"),
            true,
            2,
            6,
            8,
            "graceful_degradation",
            2,
            "emergency_recovery",
            2,
            "coordinated_recovery",
            "priority_1_critical_path",
            2,
            0,
            true,
            "after_recovery",
            true,
            "alternative_device_allocation",
            "",
            List.of("memory_domain_isolation")),
        new EscalationEvent.RecoveryCounted(
            META, "model_cache_corruption", "model/minilm", "model", 2, true),
        new EscalationEvent.RecoveryNotBegun(
            META,
            "primary_device_failure",
            "device/cpu-0",
            "primary_device_failover",
            "joined",
            "01JD5Z0000000000000000000B",
            "01JD5Z0000000000000000000C"),
        new EscalationEvent.GateAcknowledged(META, "primary_device_failure", "alice", "seen"),
        new CaseEvent.CaseOpened(
            META,
            "primary_device_failure",
            "device/cpu-0",
            "device",
            "critical",
            "5 deaths within 60 s",
            META,
            META,
            "after_recovery",
            true,
            false),
        new CaseEvent.RetryPlanned(
            META,
            "model_loading_failure",
            "model/minilm",
            "strategy",
            "alternative_model_loading",
            1,
            3,
            120,
            Instant.parse("2026-11-21T09:00:00.120Z"),
            "01JD5Z0000000000000000000B",
            "01JD5Z0000000000000000000C"),
        new CaseEvent.RecoveryGivenUp(
            META,
            "primary_device_failure",
            "device/cpu-0",
            "strategy",
            "primary_device_failover",
            0,
            "01JD5Z0000000000000000000B",
            "no_secondary_device: no other device serves"),
        new CaseEvent.RetrySucceeded(
            META,
            "model_loading_failure",
            "model/minilm",
            "alternative_model_loading",
            "01JD5Z0000000000000000000C"),
        new CaseEvent.CaseReleased(META, "primary_device_failure", "device/cpu-0"),
        new CaseEvent.CaseProtected(
            META, "primary_device_failure", "device/cpu-0", List.of(MODE), true, "not recovered"),
        new CaseEvent.CaseHealed(META, "primary_device_failure", "device/cpu-0", "it serves"),
        new CaseEvent.CaseClosed(
            META, "primary_device_failure", "device/cpu-0", "acknowledged", "a person has seen it"),
        new DeadLetterEvent.DeadLetterStored(META, SESSION, SESSION, 47, "poison", SHA),
        new DeadLetterEvent.DeadLetterPurged(META, SESSION, "alice"),
        new DeadLetterEvent.DeadLetterRedriven(META, SESSION, SESSION, "alice"),
        new SafetyPolicyEvent.SafetyPolicyAdopted(
            META, "v2.1", SHA, 0.95, 7.0, "strict", "reject", "flag_for_review"),
        new ReviewEvent.ReviewOpened(
            META,
            SESSION,
            SESSION,
            47,
            ReviewVerdict.REJECTED,
            List.of("warning sign: 0.99"),
            0.01,
            8.5,
            "v2.1",
            SHA,
            9_876,
            "a warning sign"),
        new ReviewEvent.ReviewDecided(META, SESSION, ReviewDecision.APPROVED, "alice", "harmless"),
        new AlertEvent.AlertRaised(
            META, SESSION, "saga_stuck", SESSION, "the undo failed 3 times", "redrive it"),
        new AlertEvent.AlertAcknowledged(META, SESSION, "alice", "on it"),
        new AlertEvent.AlertCleared(META, SESSION, "node", "it is compensated"),
        new ModeEvent.GroundTaken(
            META, MODE, "memory_pressure_warning", "pressure of system", "93 % of it is in use"),
        new ModeEvent.GroundDropped(META, MODE, "pressure of system", "78 % of it is in use"),
        new ModeEvent.ModeEntered(META, MODE, "93 % of it is in use", List.of("caches at 50 %")),
        new ModeEvent.ModeLeft(META, MODE, "no ground for it came back", 61_000),
        new ModeEvent.OverrideSet(META, MODE, true, "alice", "maintenance"),
        new ModeEvent.OverrideCleared(META, MODE, "alice", "maintenance is over"),
        new RestorationEvent.RestorationBegun(
            META, SESSION, List.of(MODE), List.of("resource_availability_validation"), true),
        new RestorationEvent.PhasePassed(
            META, SESSION, "resource_availability_validation", List.of(TESTED), 412),
        new RestorationEvent.PhaseFailed(
            META,
            SESSION,
            "resource_availability_validation",
            List.of(TESTED),
            "93 % of the memory is in use",
            Instant.parse("2026-11-21T10:30:00.250Z")),
        new RestorationEvent.ModesRestored(
            META, SESSION, List.of(MODE), 61_000, 10, Instant.parse("2026-11-21T11:30:00.250Z")),
        new RestorationEvent.IntakeRaised(META, SESSION, 25),
        new RestorationEvent.Relapsed(
            META,
            SESSION,
            "device/cpu-0 does not serve",
            Instant.parse("2026-11-21T10:31:00.250Z")),
        new RestorationEvent.RestorationEnded(META, SESSION, "full_function", "watched for 1 h"),
        new RestorationEvent.FiguresTaken(META, new NodeFigures("minilm", 4.25, 180.5, 98_765_432)),
        new RestorationEvent.IntakeReleased(META),
        new NotificationEvent.NotificationIssued(
            META,
            SESSION,
            "intake_paused",
            "critical",
            "intake",
            "New work is refused",
            "The disk is full.",
            "Remedy: free space.",
            "popup_message",
            List.of("user_interface", "system_logs", "email"),
            Instant.parse("2026-11-21T10:30:00.250Z")),
        new NotificationEvent.NotificationRepeated(META, SESSION, 12),
        new NotificationEvent.NotificationsDelivered(META, List.of(SESSION), "email", 2),
        new NotificationEvent.DeliveryAbandoned(
            META, List.of(SESSION), "webhook", 8, "the server answered 503"),
        new NotificationEvent.NotificationAcknowledged(META, SESSION, "alice", "on it"),
        new NotificationEvent.NotificationEscalated(META, SESSION, 1, List.of("email"), null),
        new NotificationEvent.NotificationWentOn(
            META, SESSION, "worker_recovered", "The worker of cpu-0 is back", "After 350 ms."),
        new NotificationEvent.NotificationDisplaced(META, SESSION, 1_000),
        new OutageEvent.StateFrozen(META, "cpu-0", 3, "no pong", 30_000, List.of("minilm")),
        new OutageEvent.ReconnectionAttempted(META, "cpu-0", 1, 2_000),
        new OutageEvent.Reconnected(META, "cpu-0", 4, "successor", 1, 1_250),
        new OutageEvent.ModelStateDiverged(
            META,
            "cpu-0",
            "minilm",
            "model_vram_status",
            "loaded",
            "absent",
            "worker",
            List.of("update_cache_status_to_failed", "clear_inconsistent_cache_entries"),
            List.of("session " + SESSION)),
        new OutageEvent.StateReconciled(
            META, "cpu-0", "checkpoint_comparison", 3, List.of("minilm"), 1, List.of()),
        new OutageEvent.DependentsNotified(
            META, "cpu-0", "minilm", List.of("inference"), List.of("transaction")),
        new OutageEvent.FailoverDecided(
            META, "cpu-0", "it did not come back after 3 reconnections", List.of("cpu-1")),
        new OutageEvent.StateThawed(META, "cpu-0", "reconciled", 1_300),
        new OutageEvent.FailoverActivated(
            META,
            "cpu-0",
            "graceful_degradation",
            List.of("minilm onto cpu-1"),
            List.of("clip onto cpu-1: memory_not_available: no room")),
        new OutageEvent.FailoverEnded(META, "cpu-0", 5, 61_000),
        new NodeEvent.NodeStarted(META, "0.1.0", 4700),
        new NodeEvent.NodeStopped(META, "asked"),
        new NodeEvent.IntakePaused(META, "disk full"),
        new NodeEvent.IntakeResumed(META, 1_500),
        new NodeEvent.SessionPaused(
            META,
            SESSION,
            "cpu-0",
            "memory_pressure_detected",
            "memory_usage_below_80_percent",
            0.97),
        new NodeEvent.SessionResumed(META, SESSION, "cpu-0", "condition_holds", 0.71, 2_300),
        new NodeEvent.RecoveryStep(META, 1, "device", "recovered", "2 of 2 serve", 240),
        new ConsistencyEvent.DivergenceFound(
            META,
            "model_cache_vram_consistency",
            "model_without_reservation",
            "reservation",
            "worker",
            "cpu-0",
            "model:minilm",
            "61000000",
            "none",
            "checkpoint_comparison",
            List.of("session " + SESSION)),
        new ConsistencyEvent.DivergenceRepaired(
            META, "model_without_reservation", "cpu-0", "model:minilm", "correct_ledger", 512),
        new ConsistencyEvent.RepairStarted(
            META, 0.97, List.of("reconcile_resource_allocations"), 1),
        new ConsistencyEvent.RepairEnded(META, true, 1.0, 530, 0));
  }

  private static final RecoveryPlan FAILOVER =
      new RecoveryPlan(
          RecoveryPlan.Kind.STRATEGY,
          "primary_device_failover",
          "node-1",
          "primary_device_failure",
          "cpu-0",
          1,
          RecoveryPlan.Flow.ALL,
          35_000,
          List.of(
              new RecoveryPlan.Step(
                  1,
                  "device",
                  "identify_secondary_device",
                  5_000,
                  1,
                  RecoveryPlan.OnFailure.ROLL_BACK,
                  "restore_primary_if_available",
                  Map.of("selection_criteria", "highest_compatibility_score"))));

  private static final RecoveryPlan VALIDATION =
      new RecoveryPlan(
          RecoveryPlan.Kind.STRATEGY,
          "pre_operation_validation",
          "node-1",
          "device_capability_mismatch",
          "session/" + SESSION,
          2,
          RecoveryPlan.Flow.ALL,
          40_000,
          List.of(
              new RecoveryPlan.Step(
                  1,
                  "processing",
                  "confirm_refused_before_work",
                  20_000,
                  1,
                  RecoveryPlan.OnFailure.GO_ON,
                  "",
                  Map.of(),
                  true)));

  /**
   * Events whose fields have several forms, one of each further form; by manifest, {@code ~}, and a
   * name of the form.
   */
  public static Map<String, CausedEvent> forms() {
    return Map.of(
        "recovery.RecoveryBegun.v1~proves",
        new RecoveryEvent.RecoveryBegun(META, SESSION, VALIDATION),
        "restoration.PhasePassed.v1~skipped",
        new RestorationEvent.PhasePassed(
            META,
            SESSION,
            "component_functionality_restoration",
            List.of(
                TESTED,
                new TestOutcome(
                    "inference_engine_restoration", false, "skipped: no model", 1, true)),
            12),
        "transaction.TransactionBegun.v1~model-memory",
        new TransactionEvent.TransactionBegun(
            META,
            SESSION,
            new TransactionPlan.ModelMemory(
                "load:" + SESSION,
                new ParticipantWork.PrepareModel("minilm", "ram", 6_442_450_944L),
                ALLOCATE,
                false)),
        "transaction.TransactionBegun.v1~processing-inference",
        new TransactionEvent.TransactionBegun(
            META,
            SESSION,
            new TransactionPlan.ProcessingInference(
                "session:" + SESSION,
                new ParticipantWork.ReserveSession(SESSION, 8_589_934_592L, "cpu-0", "high"),
                INFERENCE)),
        "transaction.TransactionBegun.v1~inference-postprocessing",
        new TransactionEvent.TransactionBegun(
            META,
            SESSION,
            new TransactionPlan.InferencePostprocessing(
                "session:" + SESSION,
                INFERENCE,
                new ParticipantWork.PreparePipeline(
                    "post_pipeline_001", "tensor", List.of("safety_check", "upscaling"), "png"))),
        "participant.WorkPrepared.v1~worker",
        new ParticipantEvent.WorkPrepared(
            META,
            SESSION,
            new ParticipantWork.ReserveWorker("cpu-0", 8_589_934_592L, "model_cache"),
            "operator",
            SESSION),
        "session.WorkflowDegraded.v1~stand-in",
        new SessionEvent.WorkflowDegraded(
            META, "similar_capability_model: 'small' instead", "small"),
        "session.WorkflowAccepted.v1~text-to-image",
        accepted(
            new Workflow.TextToImage(
                "shapes",
                8,
                64,
                64,
                30,
                5.5,
                "ddim",
                7L,
                "blurred",
                List.of(
                    new PictureOperation.Upscaling("shapes-x4", 4),
                    new PictureOperation.SafetyCheck("shapes-safety", ""),
                    new PictureOperation.FormatConversion("png")),
                60_000)),
        "session.WorkflowAccepted.v1~strict",
        accepted(
            new Workflow.ImageEnhance(
                1, List.of(new PictureOperation.SafetyCheck("shapes-safety", "strict")), 0)),
        "session.WorkflowAccepted.v1~image-enhance",
        accepted(
            new Workflow.ImageEnhance(
                1, List.of(new PictureOperation.Upscaling("lanczos", 2)), 0)));
  }

  /** What rows under old manifests are read as, where that is not today's sample. */
  public static Map<String, CausedEvent> old() {
    return Map.of(
        "consistency.DivergenceFound.v1",
        new ConsistencyEvent.DivergenceFound(
            META,
            "model_cache_vram_consistency",
            "model_without_reservation",
            "reservation",
            "worker",
            "cpu-0",
            "model:minilm",
            "61000000",
            "none",
            "consistency_monitor",
            List.of()),
        "outage.FailoverActivated.v1",
        new OutageEvent.FailoverActivated(
            META, "cpu-0", "graceful_degradation", List.of("minilm onto cpu-1"), List.of()),
        "session.BatchInterrupted.v1",
        new SessionEvent.BatchInterrupted(META, RANGE, "cpu-0", 3, 1, "killed by signal 9", 0),
        "session.BatchCheckpointed.v1",
        new SessionEvent.BatchCheckpointed(META, RANGE, 10, SHA, 3, "", 0, 0, 0));
  }

  private static CausedEvent accepted(Workflow workflow) {
    return new SessionEvent.WorkflowAccepted(
        META, SESSION, workflow, List.of(BLOB), WorkClass.STANDARD, "", "alice");
  }
}
