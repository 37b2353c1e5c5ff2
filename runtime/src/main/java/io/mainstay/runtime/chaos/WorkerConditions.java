package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;

/** Conditions of worker processes and of what they are sent. */
final class WorkerConditions {
  /** A worker is ended from outside. */
  static final Condition WORKER_KILLED =
      Condition.named("worker-killed", ErrorNames.WORKER_PROCESS_DIED)
          .needs(Need.SIGNALS)
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.signal("KILL"));

  /** A worker crashes with a batch. */
  static final Condition WORKER_CRASHES =
      Condition.named("worker-crashes", ErrorNames.WORKER_PROCESS_DIED)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("crash"));

  /** A worker stops: it is silent, and alive. */
  static final Condition WORKER_STOPPED =
      Condition.named("worker-stopped", ErrorNames.MISSED_HEARTBEAT)
          .needs(Need.SIGNALS)
          .ofItsDevice()
          .by(WorkerCausers.signal("STOP"));

  /** A worker's side of the conversation does not advance. */
  static final Condition WORKER_SILENT =
      Condition.named("worker-silent", ErrorNames.PYTHON_WORKER_COMMUNICATION_TIMEOUT)
          .needs(Need.FAULT_INJECTION)
          .ofItsDevice()
          .by(WorkerCausers.now("hang-io"));

  /** A worker's computation does not advance. */
  static final Condition BATCH_HANGS =
      Condition.named("batch-hangs", ErrorNames.INFERENCE_TIMEOUT_EXCEEDED)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("hang-compute"));

  /** A worker writes what is no message. */
  static final Condition FRAME_GARBLED =
      Condition.named("frame-garbled", ErrorNames.MESSAGE_CORRUPTION)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("garbage-frame"));

  /** A worker ends in the middle of a message. */
  static final Condition FRAME_CUT_OFF =
      Condition.named("frame-cut-off", ErrorNames.MESSAGE_CORRUPTION)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("partial-frame"));

  /** A worker answers in the name of another. */
  static final Condition EPOCH_WRONG =
      Condition.named("epoch-wrong", ErrorNames.MESSAGE_CORRUPTION)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("wrong-epoch"));

  /** A worker takes all the memory that it may have. */
  static final Condition BATCH_OUT_OF_MEMORY =
      Condition.named("batch-out-of-memory", ErrorNames.INFERENCE_RESOURCE_EXHAUSTION)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("oom"));

  /** The memory that a worker shares with the node is gone under its feet. */
  static final Condition SHARED_MEMORY_GONE =
      Condition.named("shared-memory-gone", ErrorNames.MEMORY_CORRUPTION_DETECTED)
          .needs(Need.SIGNALS)
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.signal("BUS"));

  /** The device of a worker is lost to it while it computes. */
  static final Condition ENGINE_LOST =
      Condition.named("engine-lost", ErrorNames.INFERENCE_ENGINE_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .endsAProcess()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("lose-device"));

  /** An engine is lost, and what would replace it cannot start: a cascade waits for it in vain. */
  static final Condition ENGINE_STAYS_DOWN =
      Condition.named("engine-stays-down", ErrorNames.CASCADE_TIMEOUT)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .on(Setup.TIGHT)
          .mustEnd()
          .endedBy(HostCausers::restoreLibrary)
          .ofItsDevice()
          .by(HostCausers::loseForGood);

  /** A computation gives what are no numbers. */
  static final Condition VALUES_WRONG =
      Condition.named("values-wrong", ErrorNames.INFERENCE_MEMORY_CORRUPTION)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .ofItsDevice()
          .by(WorkerCausers.withBatch("wrong-values"));

  /** One text crashes every worker that sees it. */
  static final Condition TEXT_POISONOUS =
      Condition.named("text-poisonous", ErrorNames.POISON_MESSAGE)
          .needs(Need.FAULT_INJECTION)
          .firesWithBatch()
          .mustEnd()
          .endedBy(WorkerCausers::antidote)
          .by(WorkerCausers::poison);

  /** Every worker that is sent an inference dies of it, until it is given up. */
  static final Condition RETRIES_SPENT =
      Condition.named("retries-spent", ErrorNames.RETRY_EXHAUSTED)
          .needs(Need.FAULT_INJECTION, Need.SIGNALS, Need.OWN_NODE)
          .notInStorms()
          .endedBy(WorkerCausers::disarm)
          .by(WorkerCausers::spendRetries);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          WORKER_KILLED,
          WORKER_CRASHES,
          WORKER_STOPPED,
          WORKER_SILENT,
          BATCH_HANGS,
          FRAME_GARBLED,
          FRAME_CUT_OFF,
          EPOCH_WRONG,
          BATCH_OUT_OF_MEMORY,
          SHARED_MEMORY_GONE,
          ENGINE_LOST,
          ENGINE_STAYS_DOWN,
          VALUES_WRONG,
          TEXT_POISONOUS,
          RETRIES_SPENT);

  private WorkerConditions() {}
}
