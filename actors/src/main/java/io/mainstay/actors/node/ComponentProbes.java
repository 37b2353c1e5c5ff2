package io.mainstay.actors.node;

import akka.Done;
import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.node.ProbeFloor.Finding;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether each component does its work again, by a little of that work. */
record ComponentProbes(ProbeFloor floor, ResourceProbes resources) {
  private static final String NO_MODEL = "the node has no model of texts to try it with";
  private static final double NORM_TOLERANCE = 1e-3;

  CompletionStage<Finding> device(Conditions conditions) {
    return resources.devices(conditions);
  }

  /** Bytes of a device are set aside, and given back. */
  CompletionStage<Finding> memory(Conditions conditions) {
    return serving(conditions)
        .thenCompose(
            device -> {
              String owner = owner(conditions);
              CompletionStage<MemoryCommand.Reservation> reserved =
                  floor.askStatus(
                      floor.domains().get().memory(),
                      conditions.within(),
                      replyTo ->
                          new MemoryCommand.Reserve(device, owner, floor.probe().bytes(), replyTo));
              return reserved
                  .thenCompose(
                      granted ->
                          floor.<MemoryCommand, Done>ask(
                              floor.domains().get().memory(),
                              conditions.within(),
                              replyTo -> new MemoryCommand.Release(device, owner, replyTo)))
                  .thenCompose(
                      done ->
                          floor.<MemoryCommand, MemoryCommand.LedgerList>ask(
                              floor.domains().get().memory(),
                              conditions.within(),
                              MemoryCommand.ListLedgers::new))
                  .thenApply(
                      list ->
                          list.ledgers().stream()
                                  .flatMap(ledger -> ledger.reservations().stream())
                                  .anyMatch(held -> held.owner().equals(owner))
                              ? Finding.failed(owner + " holds memory that it gave back")
                              : Finding.passed(
                                  floor.probe().bytes()
                                      + " bytes of "
                                      + device
                                      + " were set aside and given back"));
            });
  }

  /** Heap of the sessions is set aside, and given back. */
  CompletionStage<Finding> processing(Conditions conditions) {
    String key = owner(conditions);
    return floor
        .<ProcessingCommand, Done>askStatus(
            floor.domains().get().processing(),
            conditions.within(),
            replyTo ->
                new ProcessingCommand.ReserveHeap(
                    key, WorkClass.STANDARD, floor.probe().bytes(), replyTo))
        .thenCompose(
            done ->
                floor.<ProcessingCommand, Done>ask(
                    floor.domains().get().processing(),
                    conditions.within(),
                    replyTo -> new ProcessingCommand.FreeHeap(key, replyTo)))
        .thenApply(done -> Finding.passed(floor.probe().bytes() + " bytes of heap were set aside"));
  }

  /** A few words are embedded. */
  CompletionStage<Finding> inference(Conditions conditions) {
    return floor
        .model(conditions.within())
        .thenCompose(
            model ->
                model.isEmpty()
                    ? Finding.skippedNow(NO_MODEL)
                    : floor
                        .<InferenceCommand, InferenceCommand.Embedded>askStatus(
                            floor.domains().get().inference(),
                            conditions.within(),
                            replyTo ->
                                new InferenceCommand.Embed(
                                    model.get(), "the way back", conditions.within(), replyTo))
                        .thenApply(ComponentProbes::sound));
  }

  private static Finding sound(InferenceCommand.Embedded embedded) {
    double norm = Math.sqrt(embedded.embedding().stream().mapToDouble(x -> (double) x * x).sum());
    String evidence =
        "%s embedded %d tokens into %d numbers of norm %.4f"
            .formatted(embedded.device(), embedded.tokens(), embedded.embedding().size(), norm);
    return new Finding(Math.abs(norm - 1) < NORM_TOLERANCE, evidence);
  }

  /** A result is pooled, stored, and let go. */
  CompletionStage<Finding> postprocessing(Conditions conditions) {
    ByteBuffer numbers = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 4; i++) {
      numbers.putFloat(i);
    }
    Tensor hidden = new Tensor("hidden", TensorType.FLOAT32, List.of(1L, 1L, 4L), numbers.flip());
    String owner = owner(conditions);
    return floor
        .<PostprocessingCommand, BlobRef>askStatus(
            floor.domains().get().postprocessing(),
            conditions.within(),
            replyTo ->
                new PostprocessingCommand.StoreEmbeddings(
                    owner, "probe", hidden, List.of(1), replyTo))
        .thenApplyAsync(
            stored -> {
              boolean there = floor.parts().blobs().size(stored.sha256()).isPresent();
              floor.parts().blobs().releaseReferences(owner);
              return new Finding(there, "a result of " + stored.bytes() + " bytes was stored");
            },
            floor.blocking());
  }

  /** A device that serves, and that work may go to. */
  CompletionStage<String> serving(Conditions conditions) {
    return floor
        .devices(conditions.within())
        .thenCompose(
            devices -> {
              Optional<String> found =
                  devices.stream()
                      .filter(device -> device.serves())
                      .map(DeviceView::id)
                      .filter(id -> floor.isUsed(id, conditions))
                      .findFirst();
              return found
                  .<CompletionStage<String>>map(CompletableFuture::completedStage)
                  .orElseGet(
                      () ->
                          CompletableFuture.failedStage(
                              new IllegalStateException("no device serves that may be used")));
            });
  }

  static String owner(Conditions conditions) {
    return "restoration:" + conditions.restorationId();
  }
}
