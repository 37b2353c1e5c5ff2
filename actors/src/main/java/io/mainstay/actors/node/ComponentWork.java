package io.mainstay.actors.node;

import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.session.SessionWork;

/**
 * What is work to each component, and so waits until those that it leans on are back. Questions,
 * signals, and what takes work back are none: a component that waits for them would never be back.
 */
final class ComponentWork {
  private ComponentWork() {}

  /** Memory is set aside. */
  static boolean is(MemoryCommand command) {
    return command instanceof MemoryCommand.Reserve;
  }

  /** Models are loaded or held. */
  static boolean is(ModelCommand command) {
    return command instanceof ModelCommand.EnsureLoaded
        || command instanceof ModelCommand.Pin
        || command instanceof ModelCommand.CarryOut asked && asked.work() instanceof SagaWork.Do;
  }

  /** Something is computed. */
  static boolean is(InferenceCommand command) {
    return command instanceof InferenceCommand.Embed
        || command instanceof InferenceCommand.RequestTurn;
  }

  /** A session is to run. */
  static boolean is(ProcessingCommand command) {
    return command instanceof ProcessingCommand.CarryOut asked
        && asked.work() instanceof SessionWork.Run;
  }

  /** Results are stored and written. */
  static boolean is(PostprocessingCommand command) {
    return command instanceof PostprocessingCommand.StoreEmbeddings
        || command instanceof PostprocessingCommand.StorePictures
        || command instanceof PostprocessingCommand.WriteOutputs
        || command instanceof PostprocessingCommand.WritePictures;
  }
}
