package io.mainstay.actors.processing.program;

import io.mainstay.actors.device.worker.InferenceCall.OutputRoom;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.protocol.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * One batch on its way through its steps. Immutable: each answer of a worker gives the program
 * after it, so a step in flight at a death is asked for again and nothing else is lost. Everything
 * that it holds lives in the JVM's memory. The same program asked again gives the same step.
 */
public interface BatchProgram {
  /** What is to be done next. */
  sealed interface Next {
    /**
     * One request to a worker that holds that model.
     *
     * @param modelId in the registry, or {@code builtin} for the worker's own kernels
     * @param component of the model
     * @param inputs in any order; the program keeps them unchanged
     * @param outputs wanted, with room for each
     */
    record Compute(String modelId, String component, List<Tensor> inputs, List<OutputRoom> outputs)
        implements Next {
      public Compute {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
      }
    }

    /** Nothing: the batch's results are all there. */
    record Finished() implements Next {}
  }

  /** The next step. Takes no time worth counting. */
  Next next();

  /**
   * The program after the answer to {@link #next()}.
   *
   * @throws io.mainstay.actors.gateway.Refusal if nobody can use the answer, such as numbers that
   *     are not finite
   */
  BatchProgram computed(InferenceResult result);

  /**
   * Whether {@link #computed} may take longer than a millisecond: not on an actor's thread then.
   */
  boolean slow();

  /** How far it is. */
  Progress progress();

  /**
   * What another node incarnation needs to go on from here, or empty where beginning anew costs
   * less. Encoding takes time: not on an actor's thread.
   */
  Optional<byte[]> checkpoint();

  /**
   * How far a batch is.
   *
   * @param activity such as {@code denoising}, {@code decoding} or {@code upscaling}
   * @param done steps that are done
   * @param total steps of the whole batch, at least {@code done}
   */
  record Progress(String activity, int done, int total) {}
}
