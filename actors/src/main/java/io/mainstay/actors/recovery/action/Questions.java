package io.mainstay.actors.recovery.action;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.persistence.session.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What actions ask the domains: how things are now. Two answers are of two moments: whoever
 * compares them asks first what depends on the other, and acts on what {@link TwoLooks} agree on.
 * Thread-safe.
 */
public final class Questions {
  private final ActionFloor floor;

  /** On that floor. */
  public Questions(ActionFloor floor) {
    this.floor = floor;
  }

  /** The devices of the node. */
  public CompletionStage<List<DeviceView>> devices() {
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenApply(DeviceCommand.DeviceList::devices);
  }

  /** What is reserved of the devices' memory and the host's. */
  public CompletionStage<List<LedgerView>> ledgers() {
    return floor
        .ask(floor.ports().memory(), MemoryCommand.ListLedgers::new)
        .thenApply(MemoryCommand.LedgerList::ledgers);
  }

  /** All models, the broken ones too. */
  public CompletionStage<List<ModelView>> models() {
    return floor
        .ask(floor.ports().model(), ModelCommand.ListModels::new)
        .thenApply(ModelCommand.ModelList::models);
  }

  /** Where models are, and who holds them. */
  public CompletionStage<ModelFacts> residences() {
    return floor.ask(floor.ports().model(), ModelCommand.GetFacts::new);
  }

  /** Which sessions are open and worked on, and what they hold. */
  public CompletionStage<ProcessingCommand.Facts> work() {
    return floor.ask(floor.ports().processing(), ProcessingCommand.GetFacts::new);
  }

  /** A session as users see it; fails if there is none of that id. */
  public CompletionStage<SessionView> session(String sessionId, Duration within) {
    return floor.askStatus(
        floor.ports().processing(),
        replyTo -> new ProcessingCommand.GetSession(sessionId, replyTo),
        within);
  }

  /** What the participants of transactions hold. */
  public CompletionStage<TransactionCommand.HoldingList> holdings() {
    return floor.ask(floor.ports().transaction(), TransactionCommand.ListHoldings::new);
  }

  /** Who has a turn at which device. */
  public CompletionStage<InferenceCommand.Facts> turns() {
    return floor.ask(floor.ports().inference(), InferenceCommand.GetFacts::new);
  }
}
