package io.mainstay.actors.consistency.sabotage;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.consistency.sabotage.Saboteur.Deed;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.session.WorkClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Harm by one message to one domain, or by a file. Thread-safe, but for lost turns, which are for
 * the monitor alone.
 */
final class DomainHarm {
  private static final long GHOST_BYTES = 4096;
  private static final long HUGE_BYTES = 4L << 30;
  private static final int FILE_BYTES = 64;

  /** No worker has it: they count from the time of their launch. */
  private static final long NO_EPOCH = 1;

  /** One more than the kernel gives to any process. */
  private static final long NOBODY = 4_194_305;

  private final Scene scene;
  private final ActorContext<?> ctx;
  private final ActorSystem<?> system;

  DomainHarm(Scene scene, ActorContext<?> ctx) {
    this.scene = scene;
    this.ctx = ctx;
    this.system = ctx.getSystem();
  }

  CompletionStage<?> harm(Deed deed) {
    String device = deed.device();
    String ghost = deed.ghost();
    switch (deed.way()) {
      case LEDGER_WITHOUT_MODEL -> book(device, MemoryOwners.ofModel(ghost), deed);
      case MODEL_WITHOUT_LEDGER ->
          scene
              .models()
              .forEach(
                  model ->
                      memory(
                          new MemoryCommand.Release(
                              device, MemoryOwners.ofModel(model), ignore())));
      case WRONG_SIZE ->
          scene
              .models()
              .forEach(
                  model ->
                      memory(
                          new MemoryCommand.Settle(
                              device, MemoryOwners.ofModel(model), HUGE_BYTES)));
      case LEDGER_BUDGET ->
          memory(new MemoryCommand.RegisterDevice(device, 1 + deed.random().nextInt(1 << 30)));
      case LOST_LEDGER -> memory(new MemoryCommand.LoseLedger(device));
      case STALE_RESIDENCE -> models(new ModelCommand.Believe(device, Set.of()));
      case GHOST_RESIDENCE -> models(new ModelCommand.Believe(device, with(ghost)));
      case STALE_SEAT ->
          inference(new DeviceSignal.ModelsChanged(device, scene.epoch(device), with(ghost)));
      case SHY_SEAT ->
          inference(new DeviceSignal.WorkerSuspected(device, scene.epoch(device), "sabotage"));
      case LOST_TURN -> loseTurn(ghost);
      case LOST_HEAP -> put(ghost, ProcessingCommand.Right.HEAP_LOST);
      case GHOST_SESSION -> put(ghost, ProcessingCommand.Right.COUNTED_OPEN);
      case LOST_LEASES -> device(new DeviceCommand.LoseLeases(device, 1));
      case LEFT_GROWTH -> book(device, MemoryOwners.ofWorker(NO_EPOCH, ghost), deed);
      case WRONG_PUBLISHED ->
          device(
              new DeviceCommand.Overhear(
                  new DeviceSignal.ModelsChanged(device, scene.epoch(device), with(ghost))));
      case STRAY_FILE -> {
        return file(ProcessHandle.current().pid(), deed);
      }
      case DEAD_FILE -> {
        return file(NOBODY, deed);
      }
      case LEAKED_RESERVATION ->
          device(
              new DeviceCommand.Reserve(
                  new DeviceReservation(
                      device, ghost, "nobody", DeviceReservation.Kind.MODEL_LOADING),
                  system.ignoreRef()));
      case LEAKED_MEMORY -> book(device, MemoryOwners.ofTransaction(ghost), deed);
      case LEAKED_HEAP ->
          scene
              .domains()
              .processing()
              .tell(
                  new ProcessingCommand.ReserveHeap(ghost, WorkClass.BATCH, 1, system.ignoreRef()));
      case LEAKED_PIN ->
          models(
              new ModelCommand.Pin(
                  scene.models().get(0), PinPurpose.MODEL.holder(ghost), 0, system.ignoreRef()));
      case HELD_LEASE -> models(new ModelCommand.TendLease(device, ghost, false));
      default -> throw new IllegalArgumentException("No harm to a domain: " + deed.way());
    }
    return CompletableFuture.completedStage(Done.getInstance());
  }

  private void book(String device, String owner, Deed deed) {
    long bytes = GHOST_BYTES + deed.random().nextInt(1 << 10);
    memory(new MemoryCommand.Correct(device, owner, 0, bytes, ignore()));
  }

  private Set<String> with(String ghost) {
    return Stream.concat(scene.models().stream(), Stream.of(ghost)).collect(Collectors.toSet());
  }

  private void put(String sessionId, ProcessingCommand.Right right) {
    scene.domains().processing().tell(new ProcessingCommand.PutRight(sessionId, right));
  }

  /** A granted turn that nobody uses; its holder lives as long as the monitor. */
  private void loseTurn(String ghost) {
    ActorRef<InferenceCommand.TurnReply> holder = ctx.spawnAnonymous(Behaviors.ignore());
    scene
        .domains()
        .inference()
        .tell(
            new InferenceCommand.RequestTurn(
                ghost + "/0/1", "builtin", WorkClass.BATCH, false, "", holder));
  }

  /** As a worker that starts would have one. */
  private CompletionStage<?> file(long host, Deed deed) {
    Path file =
        scene
            .arenas()
            .resolve(
                "mainstay-"
                    + host
                    + "-"
                    + deed.ghost()
                    + "-1-"
                    + Integer.toHexString(deed.random().nextInt(Integer.MAX_VALUE))
                    + "-0");
    return CompletableFuture.runAsync(
        () -> {
          try {
            Files.write(file, new byte[FILE_BYTES]);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  private void memory(MemoryCommand command) {
    scene.domains().memory().tell(command);
  }

  private void models(ModelCommand command) {
    scene.domains().model().tell(command);
  }

  private void device(DeviceCommand command) {
    scene.domains().device().tell(command);
  }

  private void inference(DeviceSignal signal) {
    scene.domains().inference().tell(new InferenceCommand.Overhear(signal));
  }

  private ActorRef<Done> ignore() {
    return system.ignoreRef();
  }
}
