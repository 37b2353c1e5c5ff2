package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.postprocessing.picture.HeldPictures;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Pictures that need a person: listed, looked at, decided. */
final class ReviewDesk implements Desk {
  private static final String DECIDER = "client";
  private static final int NOTE_MAX = 1_000;
  private static final int MANIFEST_BYTES_MAX = 256 << 20;

  private final Asking asking;
  private final ActorRef<ReviewQueue.Command> queue;
  private final ActorRef<ProcessingCommand> processing;
  private final BlobStore blobs;
  private final Executor blocking;

  /**
   * @param blocking where the disk is waited for
   */
  ReviewDesk(
      Asking asking,
      ActorRef<ReviewQueue.Command> queue,
      ActorRef<ProcessingCommand> processing,
      BlobStore blobs,
      Executor blocking) {
    this.asking = asking;
    this.queue = queue;
    this.processing = processing;
    this.blobs = blobs;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListReviews.class, this::list);
    desks.on(GatewayRequest.GetReview.class, this::get);
    desks.on(GatewayRequest.DecideReview.class, this::decide);
    desks.on(GatewayRequest.FetchReview.class, this::fetch);
    desks.on(GatewayRequest.RequeueReviews.class, this::requeue);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListReviews ask) {
    return asking
        .<ReviewQueue.Command, ReviewQueue.Page>ask(
            queue,
            replyTo ->
                new ReviewQueue.ListReviews(ask.openOnly(), ask.offset(), ask.limit(), replyTo))
        .thenApply(
            page ->
                new GatewayReply.Reviews(
                    page.total(),
                    page.open(),
                    ReplyBytes.fitting(page.reviews().stream().map(ReviewDesk::view).toList())));
  }

  private CompletionStage<GatewayReply> get(GatewayRequest.GetReview ask) {
    return review(ask.reviewId()).thenApply(review -> new GatewayReply.Reviewed(view(review), ""));
  }

  private CompletionStage<Review> review(String reviewId) {
    return asking
        .<ReviewQueue.Command, Review>askStatus(
            queue, replyTo -> new ReviewQueue.Get(reviewId, replyTo))
        .exceptionallyCompose(
            failed -> refused(failed, "unknown_review", "'mainstay reviews --all' lists them"));
  }

  private CompletionStage<GatewayReply> decide(GatewayRequest.DecideReview ask) {
    ReviewDecision decision = decision(ask.decision());
    String note = ask.note() == null ? "" : ask.note();
    if (note.length() > NOTE_MAX) {
      throw Refusal.of(
          "invalid_parameter",
          "the note has " + note.length() + " characters; at most " + NOTE_MAX + " are kept",
          "shorten the note");
    }
    return review(ask.reviewId())
        .thenCompose(
            known ->
                // The same again is carried out again: the first time may have been cut short.
                !known.isOpen() && known.outcome().decision() == decision
                    ? CompletableFuture.completedStage(known)
                    : asking
                        .<ReviewQueue.Command, Review>askStatus(
                            queue,
                            replyTo ->
                                new ReviewQueue.Decide(
                                    ask.reviewId(), decision, DECIDER, note, replyTo))
                        .exceptionallyCompose(
                            failed ->
                                refused(
                                    failed,
                                    "decided_before",
                                    "'mainstay reviews show " + ask.reviewId() + "' has it")))
        .thenApplyAsync(
            decided -> new GatewayReply.Reviewed(view(decided), carryOut(decided)), blocking);
  }

  private static ReviewDecision decision(String name) {
    return switch (String.valueOf(name)) {
      case "approve" -> ReviewDecision.APPROVED;
      case "reject" -> ReviewDecision.REJECTED;
      default ->
          throw Refusal.of(
              "invalid_parameter",
              "the decision is '" + name + "'; allowed are approve and reject",
              "give one of them");
    };
  }

  /** What the decision means for the file; done again it changes nothing. Blocks. */
  private String carryOut(Review review) {
    JudgedPicture picture = review.picture();
    boolean approved = review.outcome().decision() == ReviewDecision.APPROVED;
    boolean kept = blobs.size(picture.pictureSha256()).isPresent();
    String effect;
    if (picture.verdict() == ReviewVerdict.FLAGGED && !approved) {
      if (kept) {
        blobs.addReference(WithheldOwners.rejected(picture.sessionId()), picture.pictureSha256());
      }
      effect =
          "The node hands it out no more. Copies in an output directory or fetched before are"
              + " yours to delete";
    } else if (picture.verdict() == ReviewVerdict.FLAGGED) {
      effect = "It was delivered with its session's outputs and stays there";
    } else if (approved && kept) {
      blobs.addReference(picture.sessionId(), picture.pictureSha256());
      effect =
          "It can be fetched now: 'mainstay reviews fetch "
              + review.reviewId()
              + " --output FILE', SHA-256 "
              + picture.pictureSha256();
    } else {
      effect = approved ? "Its file is gone from the blob store" : "It stays withheld";
    }
    blobs.releaseReferences(review.blobOwner());
    return effect;
  }

  private CompletionStage<GatewayReply> fetch(GatewayRequest.FetchReview ask) {
    return review(ask.reviewId())
        .thenApplyAsync(
            review -> {
              requireNotRejected(review);
              String sha256 = review.picture().pictureSha256();
              long total =
                  blobs
                      .size(sha256)
                      .orElseThrow(
                          () ->
                              Refusal.of(
                                  "unknown_blob",
                                  "the picture of review "
                                      + review.reviewId()
                                      + " is not kept any more: it was decided",
                                  "submit its prompt again"));
              try (InputStream in = blobs.open(sha256)) {
                in.skipNBytes(Math.max(0, ask.offset()));
                return new GatewayReply.Chunk(in.readNBytes(GatewaySettings.CHUNK_BYTES), total);
              } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
              }
            },
            blocking);
  }

  private static void requireNotRejected(Review review) {
    if (!review.isOpen() && review.outcome().decision() == ReviewDecision.REJECTED) {
      throw Refusal.of(
          "withheld",
          "the picture of review "
              + review.reviewId()
              + " was rejected by "
              + review.outcome().decidedBy()
              + " at "
              + review.outcome().at(),
          "a decision stands: submit its prompt again for another picture");
    }
  }

  /** Pictures that the queue had no room for; the first that it refuses ends it. */
  private CompletionStage<GatewayReply> requeue(GatewayRequest.RequeueReviews ask) {
    return asking
        .<ProcessingCommand, SessionView>askStatus(
            processing, replyTo -> new ProcessingCommand.GetSession(ask.sessionId(), replyTo))
        .thenApplyAsync(this::held, blocking)
        .thenCompose(held -> openAll(ask.sessionId(), held))
        .thenApply(GatewayReply.Requeued::new);
  }

  /** Those that are queued are not held any more, also when the queue refuses the next. */
  private CompletionStage<Integer> openAll(String sessionId, List<JudgedPicture> held) {
    AtomicInteger opened = new AtomicInteger();
    CompletionStage<Integer> queued = CompletableFuture.completedStage(0);
    for (JudgedPicture picture : held) {
      queued =
          queued.thenCompose(count -> openOne(picture).thenApply(r -> opened.incrementAndGet()));
    }
    return queued.whenCompleteAsync(
        (count, failure) ->
            blobs.replaceReferences(
                HeldPictures.owner(sessionId),
                held.stream().skip(opened.get()).map(JudgedPicture::pictureSha256).toList()),
        blocking);
  }

  private List<JudgedPicture> held(SessionView session) {
    BlobRef manifest =
        session.outputs().stream()
            .filter(output -> output.name().equals("manifest.json"))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.of(
                        "no_outputs",
                        "session " + session.sessionId() + " has no outputs yet",
                        "wait until it is done"));
    // The manifest says what was held back at first; what was queued since has lost this owner.
    String owner = HeldPictures.owner(session.sessionId());
    return HeldPictures.in(blobs.bytes(manifest.sha256(), MANIFEST_BYTES_MAX)).stream()
        .filter(picture -> blobs.ownersOf(picture.pictureSha256()).contains(owner))
        .toList();
  }

  private CompletionStage<Review> openOne(JudgedPicture picture) {
    return asking
        .<ReviewQueue.Command, Review>askStatus(
            queue,
            (ActorRef<StatusReply<Review>> replyTo) -> new ReviewQueue.Open(picture, null, replyTo))
        .exceptionallyCompose(
            failed ->
                refused(
                    failed,
                    "review_queue_full",
                    "decide some with 'mainstay reviews', then ask again"))
        .thenApplyAsync(
            review -> {
              if (review.isOpen()) {
                blobs.addReference(review.blobOwner(), picture.pictureSha256());
              }
              return review;
            },
            blocking);
  }

  /** The queue's own words under a stable code; another failure stays what it is. */
  private static <T> CompletionStage<T> refused(Throwable failed, String code, String remedy) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return CompletableFuture.failedStage(
        cause instanceof StatusReply.ErrorMessage
            ? Refusal.of(code, cause.getMessage(), remedy)
            : failed);
  }

  private static GatewayReply.ReviewView view(Review review) {
    JudgedPicture picture = review.picture();
    Review.Outcome outcome = review.outcome();
    return new GatewayReply.ReviewView(
        review.reviewId(),
        picture.sessionId(),
        picture.index(),
        picture.verdict().name().toLowerCase(Locale.ROOT),
        outcome == null ? "open" : outcome.decision().name().toLowerCase(Locale.ROOT),
        picture.reasons(),
        picture.contentSafetyScore(),
        picture.qualityScore(),
        picture.policyVersion(),
        picture.pictureSha256(),
        picture.pictureBytes(),
        picture.prompt(),
        review.opened().at(),
        outcome == null ? null : outcome.at(),
        outcome == null ? "" : outcome.decidedBy(),
        outcome == null ? "" : outcome.note());
  }
}
