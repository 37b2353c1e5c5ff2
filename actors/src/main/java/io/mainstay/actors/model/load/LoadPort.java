package io.mainstay.actors.model.load;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.transaction.TransactionStarter;
import java.util.concurrent.Executor;

/**
 * Whom the steps of a load ask.
 *
 * @param memory ledgers
 * @param devices workers
 * @param transactions reserve for a load, atomically
 * @param scanner looks at a model's files again
 * @param blocking runs the scanner
 * @param leases where each loader says who has its lease
 */
public record LoadPort(
    ActorRef<MemoryCommand> memory,
    ActorRef<DeviceCommand> devices,
    TransactionStarter transactions,
    ModelScanner scanner,
    Executor blocking,
    LeaseBoard leases) {}
