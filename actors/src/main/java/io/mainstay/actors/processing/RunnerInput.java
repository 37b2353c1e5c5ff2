package io.mainstay.actors.processing;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.TextModel;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.processing.text.TextLimits;
import io.mainstay.actors.processing.text.TextReader;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Opens what a session works with: its documents and its model. */
final class RunnerInput {
  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(30);

  /** Both, ready. */
  record Opened(TextDocuments documents, TextModel model) {}

  private final TextLimits limits;
  private final ProcessingCollaborators others;

  RunnerInput(TextLimits limits, ProcessingCollaborators others) {
    this.limits = limits;
    this.others = others;
  }

  /** Reads on the blocking dispatcher. Fails with a {@link Refusal}, or as the disk failed. */
  CompletionStage<Opened> open(ActorContext<?> ctx, SessionWork.Remaining remaining) {
    Executor blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    BlobRef input = remaining.inputs().get(0);
    String modelId = ((Workflow.TextEmbedding) remaining.workflow()).model();
    CompletionStage<ModelDescriptor> resolved =
        AskPattern.askWithStatus(
            others.model(),
            replyTo -> new ModelCommand.Resolve(modelId, replyTo),
            RESOLVE_TIMEOUT,
            ctx.getSystem().scheduler());
    return resolved.thenCombineAsync(
        CompletableFuture.supplyAsync(() -> read(input), blocking),
        (descriptor, documents) -> new Opened(documents, others.textModels().of(descriptor)),
        blocking);
  }

  /** Reads and checks a text input. */
  TextDocuments read(BlobRef input) {
    try (InputStream in = others.artifacts().open(input.sha256())) {
      return new TextReader(limits).read(input.name(), in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The refusal that a failure carries, or null if it is of another kind. */
  static Refusal refusal(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    return cause instanceof StatusReply.ErrorMessage refused
        ? Refusal.of("model_unavailable", refused.getMessage(), "'mainstay models' lists models")
        : null;
  }
}
