package io.mainstay.actors.recovery.recognition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.consistency.check.DivergenceKind;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.catalog.ErrorCategory;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.arena.ArenaAccessFault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecognitionTest {
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(ConfigFactory.load());

  private static DeathReport death(DeathCause cause, int exit, int signal, String detail) {
    return new DeathReport(
        7, 4711, cause, exit, signal, NoticedBy.PROCESS_EXIT, 1, "", List.of(), detail);
  }

  // ---- ends of workers

  @ParameterizedTest
  @CsvSource({
    // cause, exit, signal, loading, error, blame
    "EXITED,0,0,false,worker_process_died,WORKER",
    "EXITED,70,0,false,worker_process_died,WORKER",
    "EXITED,16,0,false,inference_engine_failure,DEVICE",
    "CRASHED,-1,11,false,worker_process_died,WORKER",
    "CRASHED,-1,6,true,worker_process_died,WORKER",
    "CRASHED,-1,7,false,memory_corruption_detected,INFRASTRUCTURE",
    "KILLED,-1,9,false,worker_process_died,INFRASTRUCTURE",
    "KILLED,-1,15,true,worker_process_died,INFRASTRUCTURE",
    "OUT_OF_MEMORY,-1,9,false,system_out_of_memory,INFRASTRUCTURE",
    "OUT_OF_MEMORY,15,0,false,inference_resource_exhaustion,DEVICE",
    "OUT_OF_MEMORY,15,0,true,device_memory_allocation_failure,DEVICE",
    "UNRESPONSIVE,-1,9,false,python_worker_communication_timeout,WORKER",
    "WEDGED,-1,9,false,inference_timeout_exceeded,WORKER",
    "WEDGED,-1,9,true,model_loading_deadlock,WORKER",
    "PROTOCOL_ERROR,14,0,false,message_corruption,WORKER",
    "INCOMPATIBLE,0,0,false,device_driver_corruption,INFRASTRUCTURE",
    "NO_HELLO,-1,9,false,python_worker_communication_timeout,INFRASTRUCTURE",
    "NOT_STARTED,2,0,false,worker_process_died,INFRASTRUCTURE",
    "NOT_STARTED,10,0,false,worker_process_died,INFRASTRUCTURE",
    "NOT_STARTED,11,0,false,vortice_allocation_failure,INFRASTRUCTURE",
    "NOT_STARTED,12,0,false,device_driver_corruption,DEVICE",
    "NOT_STARTED,13,0,false,device_driver_corruption,DEVICE",
    "NOT_STARTED,17,0,false,device_driver_corruption,DEVICE"
  })
  void end_ofAWorker_isItsError(
      DeathCause cause, int exit, int signal, boolean loading, String error, WorkerBlame blame) {
    Recognised sign =
        WorkerEnds.recognise(death(cause, exit, signal, "the detail"), loading).orElseThrow();
    assertEquals(error, sign.error().code());
    assertEquals(Optional.of(blame), sign.blame());
    assertEquals("the detail", sign.evidence());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "error=24, Too many open files|too_many_open_files",
        "error=12, Cannot allocate memory|system_out_of_memory",
        "Arena of 4096 bytes could not be made in /dev/shm|vortice_allocation_failure",
        "error=2, No such file or directory|worker_process_died"
      })
  void launch_thatTheHostRefuses_isNamedByItsWords(String detail, String error) {
    assertEquals(
        error,
        WorkerEnds.recognise(death(DeathCause.NOT_STARTED, -1, 0, detail), false)
            .orElseThrow()
            .error()
            .code());
  }

  @ParameterizedTest
  @EnumSource(DeathCause.class)
  void end_ofEveryCause_isRecognisedUnlessTheHostAskedForIt(DeathCause cause) {
    for (boolean loading : new boolean[] {false, true}) {
      for (int signal = 0; signal <= 64; signal++) {
        assertEquals(
            cause != DeathCause.STOPPED,
            WorkerEnds.recognise(death(cause, -1, signal, ""), loading).isPresent());
      }
      for (int exit = 0; exit <= 255; exit++) {
        assertEquals(
            cause != DeathCause.STOPPED,
            WorkerEnds.recognise(death(cause, exit, 0, ""), loading).isPresent());
      }
    }
  }

  // ---- faults of living workers

  @ParameterizedTest
  @CsvSource({
    // code, blame, loading, inferring
    "INVALID_REQUEST,REQUEST,model_loading_failure,inference_parameter_validation_failure",
    "UNKNOWN_MODEL,WORKER,state_divergence_detected,state_divergence_detected",
    "BAD_TENSOR,REQUEST,inference_parameter_validation_failure,inference_parameter_validation_failure",
    "OUTPUT_TOO_SMALL,REQUEST,inference_parameter_validation_failure,inference_parameter_validation_failure",
    "ARENA_RANGE,WORKER,message_corruption,message_corruption",
    "DEADLINE_EXCEEDED,REQUEST,model_loading_deadlock,inference_timeout_exceeded",
    "CANCELLED,CLIENT,,",
    "MODEL_FILE_UNREADABLE,INFRASTRUCTURE,model_dependency_failure,model_dependency_failure",
    "CHECKSUM_MISMATCH,INFRASTRUCTURE,model_cache_corruption,model_cache_corruption",
    "MODEL_CORRUPT,INFRASTRUCTURE,model_cache_corruption,model_cache_corruption",
    "MODEL_REFUSED,INFRASTRUCTURE,inference_model_incompatibility,inference_model_incompatibility",
    "ALREADY_LOADED,INFRASTRUCTURE,state_divergence_detected,state_divergence_detected",
    "LOAD_REFUSED,WORKER,model_loading_failure,model_loading_failure",
    "MEMORY_BUDGET_EXCEEDED,DEVICE,device_memory_allocation_failure,inference_resource_exhaustion",
    "OUT_OF_MEMORY,DEVICE,device_memory_allocation_failure,inference_resource_exhaustion",
    "INFERENCE_FAILED,WORKER,inference_engine_failure,inference_engine_failure",
    "INFERENCE_FAILED,REQUEST,inference_parameter_validation_failure,inference_parameter_validation_failure",
    "BACKEND_FAILED,DEVICE,model_loading_failure,inference_engine_failure",
    "QUEUE_FULL,INFRASTRUCTURE,,",
    "DRAINING,INFRASTRUCTURE,,",
    "INJECTION_DISABLED,REQUEST,,",
    "PROTOCOL_ERROR,WORKER,message_corruption,message_corruption",
    "INTERNAL,WORKER,model_loading_failure,inference_engine_failure"
  })
  void fault_ofALivingWorker_isItsError(
      WorkerFaultCode code, WorkerBlame blame, String loading, String inferring) {
    WorkerFault fault = new WorkerFault(code, blame, false, "why");
    assertEquals(
        Optional.ofNullable(loading), name(fault, WorkerFaults.Activity.LOADING), "loading");
    assertEquals(
        Optional.ofNullable(inferring), name(fault, WorkerFaults.Activity.INFERRING), "inferring");
    WorkerFaults.recognise(fault, WorkerFaults.Activity.INFERRING)
        .ifPresent(
            sign -> {
              assertEquals(Optional.of(blame), sign.blame());
              assertEquals(code + " (" + code.code() + "): why", sign.evidence());
            });
  }

  private static Optional<String> name(WorkerFault fault, WorkerFaults.Activity activity) {
    return WorkerFaults.recognise(fault, activity).map(sign -> sign.error().code());
  }

  // ---- divergences

  @ParameterizedTest
  @EnumSource(DivergenceKind.class)
  void divergence_ofEveryKind_isAnErrorThatNamesIt(DivergenceKind kind) {
    Recognised sign = Divergences.recognise(kind, "what each side says");
    assertEquals(kind.wireName() + ": what each side says", sign.evidence());
    String expected =
        switch (kind.check()) {
          case WORKER_PROCESS_SLOT_CONSISTENCY -> "device_status_sync_failure";
          case SHARED_FILE_CONSISTENCY, ARENA_ALLOCATION_CONSISTENCY -> "memory_sync_failure";
          case JOURNAL_MEMORY_CONSISTENCY -> "session_management_corruption";
          case MODEL_FILE_REGISTRY_CONSISTENCY ->
              kind == DivergenceKind.MODEL_FILE_MISSING
                  ? "model_dependency_failure"
                  : "model_cache_corruption";
          case DEVICE_MEMORY_ALLOCATION_CONSISTENCY -> "memory_sync_failure";
          default -> sign.error().code();
        };
    assertEquals(expected, sign.error().code());
  }

  @Test
  void divergence_thatBlocksOrLeaks_isMoreThanADifference() {
    assertEquals(
        ErrorNames.BATCH_PROCESSING_DEADLOCK,
        Divergences.recognise(DivergenceKind.TURN_WITHOUT_RUNNER, "").error());
    assertEquals(
        ErrorNames.POSTPROCESSING_MEMORY_LEAK,
        Divergences.recognise(DivergenceKind.HEAP_WITHOUT_RUNNER, "").error());
    assertEquals(
        ErrorNames.MODEL_MEMORY_LEAK,
        Divergences.recognise(DivergenceKind.RESIDENT_ABOVE_BUDGET, "").error());
  }

  // ---- refusals and models

  @ParameterizedTest
  @CsvSource({
    "invalid_parameter,inference_parameter_validation_failure,REQUEST",
    "text_too_long,inference_parameter_validation_failure,REQUEST",
    "damaged_picture,inference_parameter_validation_failure,REQUEST",
    "unusable_scheduler,workflow_template_corruption,",
    "model_unsuitable,inference_parameter_validation_failure,REQUEST",
    "tokenizer_unusable,model_dependency_failure,",
    "safety_policy_unusable,safety_validation_system_failure,",
    "reviews_unavailable,safety_validation_system_failure,",
    "unusable_output,inference_memory_corruption,",
    "unusable_result,session_management_corruption,",
    "checkpoint_unusable,no_valid_checkpoints_available,",
    "storage_unavailable,database_failure,",
    "heap_reserved,resource_allocation_conflict,",
    "device_reserved,device_reservation_failed,",
    "worker_refused,vram_allocation_failed,",
    "no_answer_in_time,cross_domain_communication_failure,",
    "inference_timeout_exceeded,inference_timeout_exceeded,",
    "workflow_orchestration_failure,workflow_orchestration_failure,"
  })
  void refusal_thatIsAnError_isRecognised(String code, String error, WorkerBlame blame) {
    Recognised sign = Refusals.recognise(code, "why").orElseThrow();
    assertEquals(error, sign.error().code());
    assertEquals(Optional.ofNullable(blame), sign.blame());
    assertEquals(code + ": why", sign.evidence());
  }

  @ParameterizedTest
  @CsvSource({"busy", "unknown_session", "model_unknown", "withheld", "worker_process_died", "''"})
  void refusal_thatIsAnAnswer_isNoError(String code) {
    assertEquals(Optional.empty(), Refusals.recognise(code, "why"));
  }

  @ParameterizedTest
  @EnumSource(ModelFaultCode.class)
  void refusal_ofAModel_isLeftToTheModelDomainOnItsWayOut(ModelFaultCode code) {
    assertEquals(Optional.empty(), Refusals.ofCallers(code.code(), "why"));
    assertEquals(
        Refusals.ofModel(code), Refusals.recognise(code.code(), "why").map(Recognised::error));
  }

  @ParameterizedTest
  @CsvSource({
    // code, component, of postprocessing, error
    "MODEL_CHECKSUM_MISMATCH,,false,model_cache_corruption",
    "MODEL_CHECKSUM_MISMATCH,,true,postprocessing_model_corruption",
    "MODEL_FILE_MISSING,,false,model_dependency_failure",
    "MODEL_FILE_MISSING,unet,false,model_component_missing",
    "MODEL_FILE_MISSING,upscaler,true,postprocessing_model_corruption",
    "MODEL_COMPONENT_MISSING,vae,false,model_component_missing",
    "MODEL_OPSET_UNSUPPORTED,,false,inference_model_incompatibility",
    "MODEL_SIGNATURE_MISMATCH,,true,model_version_mismatch",
    "MODEL_LOAD_OVERDUE,,false,model_loading_deadlock",
    "MODEL_LOADING_FAILURE,,true,model_loading_failure",
    "MODEL_EXCEEDS_DEVICES,,false,device_capability_mismatch",
    "DEVICE_BUSY,,false,model_loading_resource_conflict",
    "DOMAIN_OVERDUE,,false,cross_domain_communication_failure"
  })
  void model_withAProblem_isTheErrorOfItsUse(
      ModelFaultCode code, String component, boolean ofPostprocessing, String error) {
    Recognised sign =
        ModelFiles.recognise("m", code, "why", component == null ? "" : component, ofPostprocessing)
            .orElseThrow();
    assertEquals(error, sign.error().code());
    assertEquals("m: " + code.code() + ": why", sign.evidence());
  }

  // ---- pressure

  @Test
  void pressure_isAWarningWhenItRisesToModerateOrHigh_andExhaustionWhenItIsCritical() {
    for (PressureLevel before : PressureLevel.values()) {
      for (PressureLevel level : PressureLevel.values()) {
        for (boolean machine : new boolean[] {false, true}) {
          Optional<ErrorNames> error =
              Pressures.recognise(new PressureSignal("cpu-0", before, level, 0.9), machine)
                  .map(Recognised::error);
          boolean rises = level.compareTo(before) > 0;
          Optional<ErrorNames> expected =
              rises && (level == PressureLevel.MODERATE || level == PressureLevel.HIGH)
                  ? Optional.of(ErrorNames.MEMORY_PRESSURE_WARNING)
                  : rises && level == PressureLevel.CRITICAL
                      ? Optional.of(
                          machine
                              ? ErrorNames.SYSTEM_OUT_OF_MEMORY
                              : ErrorNames.DOMAIN_RESOURCE_EXHAUSTION)
                      : Optional.empty();
          assertEquals(expected, error, before + " to " + level);
        }
      }
    }
  }

  // ---- exceptions

  @Test
  void exception_isRecognisedThroughItsCauses() {
    assertThrown(ErrorNames.DATABASE_FAILURE, new SQLException("disk I/O error"));
    assertThrown(
        ErrorNames.MODEL_LOADING_FAILURE,
        new DomainFault(ErrorNames.MODEL_LOADING_FAILURE, "seen", new SQLException("below")));
    assertThrown(ErrorNames.TOO_MANY_OPEN_FILES, new IOException("x: Too many open files"));
    assertThrown(ErrorNames.VORTICE_ALLOCATION_FAILURE, new OutOfMemoryError("Java heap space"));
    assertThrown(ErrorNames.COMPONENT_FAILURE, new IllegalStateException("a defect"));
    assertThrown(ErrorNames.COMPONENT_FAILURE, new IOException("the pipe broke"));
    assertThrown(
        ErrorNames.MEMORY_CORRUPTION_DETECTED,
        new ArenaAccessFault("a page is gone", new InternalError()));
  }

  private static void assertThrown(ErrorNames expected, Throwable thrown) {
    assertEquals(expected, Thrown.recognise(thrown).error());
    Throwable wrapped = new RuntimeException(new IllegalArgumentException(thrown));
    assertEquals(expected, Thrown.recognise(wrapped).error(), "wrapped");
  }

  @Test
  void exception_thatIsItsOwnCauseInACircle_endsTheSearch() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertEquals(ErrorNames.COMPONENT_FAILURE, Thrown.recognise(first).error());
  }

  // ---- pictures

  @Test
  void pictures_belowTheirPolicy_areOneErrorOfEachKind() {
    List<Recognised> signs =
        Pictures.recognise(
            List.of(
                new Pictures.Found(0.99, 9),
                new Pictures.Found(0.2, 3),
                new Pictures.Found(0.5, 6.99)),
            0.95,
            7.0);
    assertEquals(
        List.of(
            ErrorNames.POSTPROCESSING_SAFETY_POLICY_VIOLATION, ErrorNames.BELOW_QUALITY_THRESHOLD),
        signs.stream().map(Recognised::error).toList());
    assertEquals(
        "2 of 3 pictures have a content safety below 0.95; the lowest is 0.200",
        signs.get(0).evidence());
    assertEquals(List.of(), Pictures.recognise(List.of(new Pictures.Found(0.95, 7.0)), 0.95, 7.0));
  }

  // ---- all together

  @Test
  void everythingThatIsRecognised_isNotPendingAndCoversMoreThanTenCategories() {
    Set<ErrorNames> known = EnumSet.noneOf(ErrorNames.class);
    for (DeathCause cause : DeathCause.values()) {
      for (int status = 0; status < 256; status++) {
        for (boolean loading : new boolean[] {false, true}) {
          add(known, WorkerEnds.recognise(death(cause, status, 0, ""), loading));
          add(known, WorkerEnds.recognise(death(cause, -1, status % 65, ""), loading));
        }
      }
    }
    for (WorkerFaultCode code : WorkerFaultCode.values()) {
      for (WorkerFaults.Activity activity : WorkerFaults.Activity.values()) {
        for (WorkerBlame blame : WorkerBlame.values()) {
          add(known, WorkerFaults.recognise(new WorkerFault(code, blame, false, ""), activity));
        }
      }
    }
    for (DivergenceKind kind : DivergenceKind.values()) {
      known.add(Divergences.recognise(kind, "").error());
    }
    for (ModelFaultCode code : ModelFaultCode.values()) {
      Refusals.ofModel(code).ifPresent(known::add);
    }
    for (String code :
        List.of("checkpoint_unusable", "reviews_unavailable", "storage_unavailable")) {
      add(known, Refusals.recognise(code, ""));
    }
    Pictures.recognise(List.of(new Pictures.Found(0, 0)), 1, 10)
        .forEach(sign -> known.add(sign.error()));
    for (ErrorNames error : known) {
      assertEquals(Mechanism.CAUSED, CATALOG.get(error).mechanism(), error.code());
    }
    Set<ErrorCategory> categories =
        known.stream().map(error -> CATALOG.get(error).category()).collect(Collectors.toSet());
    assertTrue(categories.size() >= 10, () -> "recognised into " + categories);
    Set<ErrorCategory> predefined = EnumSet.allOf(ErrorCategory.class);
    assertTrue(predefined.size() > 10, () -> "there are " + predefined);
  }

  private static void add(Set<ErrorNames> known, Optional<Recognised> sign) {
    sign.ifPresent(seen -> known.add(seen.error()));
  }
}
