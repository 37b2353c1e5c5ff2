package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.PictureVerdict;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.output.EmbeddingsWriter;
import io.mainstay.actors.postprocessing.output.IncompleteResultsException;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.picture.PictureStore;
import io.mainstay.actors.postprocessing.picture.PicturesWriter;
import io.mainstay.actors.postprocessing.picture.ReviewsUnansweredException;
import io.mainstay.actors.postprocessing.text.SentenceEmbedding;
import io.mainstay.actors.postprocessing.text.UnusableOutputException;
import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Refusals;
import io.mainstay.actors.state.source.VerdictTelling;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Does one postprocessing job at a time, on a blocking dispatcher. Every job is answered; a disk
 * that fails is answered and then thrown, so that supervision knows.
 */
final class Pipeline {
  // Tried again, and counted: it is not the disk that the others wait for as well.
  private static final String REVIEWS_UNAVAILABLE = "reviews_unavailable";

  /** A job, and whom to tell when this pipeline is free again. */
  record Job(PostprocessingCommand command, ActorRef<Freed> freed) {}

  /** The pipeline can take another job. */
  record Freed(ActorRef<Job> pipeline) {}

  /** What the jobs are done with; shared by all pipelines, thread-safe. */
  record Tools(
      ArtifactStore store,
      EmbeddingsWriter embeddings,
      PictureStore pictureStore,
      PicturesWriter pictures,
      VerdictWatch verdicts) {}

  private final ActorContext<Job> ctx;
  private final Tools tools;

  private Pipeline(ActorContext<Job> ctx, Tools tools) {
    this.ctx = ctx;
    this.tools = tools;
  }

  static Behavior<Job> create(Tools tools) {
    return Behaviors.setup(
        ctx ->
            Behaviors.receive(Job.class)
                .onMessage(Job.class, new Pipeline(ctx, tools)::onJob)
                .build());
  }

  private Behavior<Job> onJob(Job job) {
    try {
      if (job.command() instanceof PostprocessingCommand.StoreEmbeddings store) {
        carryOut(store.owner(), store.replyTo(), () -> storeEmbeddings(store));
      } else if (job.command() instanceof PostprocessingCommand.WriteOutputs outputs) {
        carryOut(
            sessionOf(outputs.plan()),
            outputs.replyTo(),
            () -> tools.embeddings().write(outputs.plan()));
      } else if (job.command() instanceof PostprocessingCommand.StorePictures pictures) {
        carryOut(pictures.owner(), pictures.replyTo(), () -> storePictures(pictures));
      } else if (job.command() instanceof PostprocessingCommand.WritePictures pictures) {
        carryOut(
            sessionOf(pictures.plan()),
            pictures.replyTo(),
            () -> tools.pictures().write(pictures.plan()));
      } else if (job.command() instanceof PostprocessingCommand.Prove prove) {
        carryOut("proof", prove.replyTo(), () -> EngineProof.of(tools.store()));
      }
    } finally {
      job.freed().tell(new Freed(ctx.getSelf()));
    }
    return Behaviors.same();
  }

  private BlobRef storeEmbeddings(PostprocessingCommand.StoreEmbeddings job) throws IOException {
    return tools
        .store()
        .put(
            job.owner(),
            job.name(),
            SentenceEmbedding.embed(job.hidden(), job.tokenCounts()).toBytes());
  }

  private BlobRef storePictures(PostprocessingCommand.StorePictures job) throws IOException {
    PicturePipeline finished = job.finished();
    long begun = System.nanoTime();
    BlobRef results =
        tools.pictureStore().store(job.owner(), job.name(), job.firstIndex(), finished);
    ctx.getLog()
        .info(
            "Pictures stored owner={} from={} pictures={} rejected={} flagged={} policy={}",
            job.owner(),
            job.firstIndex(),
            finished.verdicts().size(),
            count(finished, Decision.REJECTED),
            count(finished, Decision.FLAGGED),
            finished.plan().policy().version());
    tools.verdicts().finished(job.owner(), finished);
    tellVerdicts(job, results, Duration.ofNanos(System.nanoTime() - begun));
    return results;
  }

  /** The worst of each, so that a reader of one message misses nothing. */
  private void tellVerdicts(
      PostprocessingCommand.StorePictures job, BlobRef results, Duration took) {
    List<PictureVerdict> verdicts = job.finished().verdicts();
    if (verdicts.isEmpty()) {
      return;
    }
    VerdictTelling.completed(
        ctx.getSystem(),
        job.owner().substring(0, Math.max(0, job.owner().indexOf('/')))
            + "/"
            + job.firstIndex()
            + "-"
            + (job.firstIndex() + verdicts.size()),
        verdicts.stream().mapToDouble(verdict -> verdict.safety().score()).min().orElse(0),
        verdicts.stream().anyMatch(verdict -> verdict.decision() == Decision.REJECTED),
        verdicts.stream().flatMap(one -> one.safety().flagged().stream()).distinct().toList(),
        verdicts.stream().mapToDouble(PictureVerdict::technicalQuality).min().orElse(0),
        verdicts.stream().mapToDouble(PictureVerdict::visualQuality).min().orElse(0),
        verdicts.stream()
            .filter(one -> one.enhancementEffectiveness() != null)
            .mapToDouble(PictureVerdict::enhancementEffectiveness)
            .min()
            .orElse(0),
        results.sha256(),
        took,
        results.bytes());
  }

  private static long count(PicturePipeline finished, Decision decision) {
    return finished.verdicts().stream().filter(verdict -> verdict.decision() == decision).count();
  }

  private static String sessionOf(OutputPlan plan) {
    return plan.manifest().sessionId();
  }

  /** Work that may fail on the disk. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> void carryOut(String owner, ActorRef<StatusReply<T>> replyTo, Work<T> work) {
    try {
      replyTo.tell(StatusReply.success(work.run()));
    } catch (UnusableOutputException unusable) {
      replyTo.tell(
          StatusReply.error(
              said(
                  owner,
                  Refusal.of(
                      "unusable_output",
                      unusable.getMessage(),
                      "Check the model; the batch is computed again on its own account"))));
    } catch (IncompleteResultsException incomplete) {
      replyTo.tell(
          StatusReply.error(
              Refusal.of(
                  "incomplete_results",
                  incomplete.getMessage(),
                  "Submit the input again; the journal of the session says how it came about")));
    } catch (IllegalArgumentException unreadable) {
      replyTo.tell(
          StatusReply.error(
              said(
                  owner,
                  Refusal.of(
                      "unusable_result",
                      "A result cannot be used: " + unreadable.getMessage(),
                      "Check the disk with 'mainstay journal verify', then submit the input"
                          + " again"))));
    } catch (ReviewsUnansweredException silent) {
      replyTo.tell(
          StatusReply.error(
              said(
                  owner,
                  Refusal.of(
                      REVIEWS_UNAVAILABLE,
                      "A picture could not be put before a person: " + silent.getMessage(),
                      "See the node's log for why the review queue does not answer; check its"
                          + " journal with 'mainstay journal verify', then submit the input"
                          + " again"))));
    } catch (IOException | RuntimeException broken) {
      replyTo.tell(StatusReply.error(refusal(broken)));
      throw new DomainFault(
          ErrorNames.POSTPROCESSING_ENGINE_FAILURE, String.valueOf(broken.getMessage()), broken);
    }
  }

  /** Recovery hears of what is answered and not thrown. */
  private Refusal said(String owner, Refusal refusal) {
    FaultVoice.of(ctx.getSystem())
        .raise(
            "postprocessing/" + owner,
            Refusals.recognise(refusal.code(), refusal.getMessage()),
            null);
    return refusal;
  }

  private static Refusal refusal(Exception broken) {
    return StorageFailure.is(broken)
        ? Refusal.of(
            StorageFailure.CODE,
            "A result could not be stored: " + broken.getMessage(),
            "Free space on the data directory's disk or repair it; the work is tried again")
        : Refusal.of(
            ErrorNames.POSTPROCESSING_ENGINE_FAILURE,
            "A result could not be processed: " + broken,
            "See the node's log for the cause; the session fails when it stays");
  }
}
