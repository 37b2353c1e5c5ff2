package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.load.SagaStarter;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.TransactionStarter;
import java.time.Clock;

/**
 * Whom the model domain works with.
 *
 * @param memory the memory domain
 * @param devices the device domain
 * @param sagas carries loads through durably
 * @param transactions reserve for loads, atomically
 * @param guard wraps each child in its supervision
 * @param resources finds the bundles of the class path
 * @param clock for how long a failed load is remembered
 */
public record ModelCollaborators(
    ActorRef<MemoryCommand> memory,
    ActorRef<DeviceCommand> devices,
    SagaStarter sagas,
    TransactionStarter transactions,
    ChildGuard guard,
    ClassLoader resources,
    Clock clock) {
  /** With this class path and the system's clock. */
  public static ModelCollaborators of(
      ActorRef<MemoryCommand> memory,
      ActorRef<DeviceCommand> devices,
      SagaStarter sagas,
      TransactionStarter transactions,
      ChildGuard guard) {
    return new ModelCollaborators(
        memory,
        devices,
        sagas,
        transactions,
        guard,
        ModelCollaborators.class.getClassLoader(),
        Clock.systemUTC());
  }
}
