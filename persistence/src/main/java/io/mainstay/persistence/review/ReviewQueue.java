package io.mainstay.persistence.review;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import akka.persistence.typed.javadsl.RetentionCriteria;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * The node's queue of pictures that need a person, {@code ReviewQueue|<node>}. Node-local, not
 * sharded; one writer per node. A persist that fails stops it: its owner starts it again, and what
 * is true is what recovery reads.
 *
 * <p>A picture's file lives in the blob store under the owner {@link Review#blobOwner}: whoever
 * opens a review adds that reference once it has the answer, again after a repetition, and whoever
 * carries a decision out releases it.
 */
public final class ReviewQueue
    extends EventSourcedBehaviorWithEnforcedReplies<ReviewQueue.Command, ReviewEvent, ReviewState> {
  /** Name of the entity type; part of its persistence id, so fixed for ever. */
  static final String TYPE = "ReviewQueue";

  /** What the queue understands. Node-local. Answered once it is durable, or refused. */
  public sealed interface Command {}

  /**
   * Queue a picture. The same session and index again answer the same review, decided or not, even
   * with another picture: the first one counts. Refused while the queue is full: then the picture
   * must be held back, since nobody could decide about it.
   *
   * @param cause the event that led to it, or null
   */
  public record Open(JudgedPicture picture, EventMeta cause, ActorRef<StatusReply<Review>> replyTo)
      implements Command {}

  /**
   * Decide. Refused when the review is unknown, or was decided before: the refusal says by whom and
   * when.
   *
   * @param note in the decider's words, or empty
   */
  public record Decide(
      String reviewId,
      ReviewDecision decision,
      String decidedBy,
      String note,
      ActorRef<StatusReply<Review>> replyTo)
      implements Command {}

  /** One review; refused when it is unknown. */
  public record Get(String reviewId, ActorRef<StatusReply<Review>> replyTo) implements Command {}

  /**
   * Reviews in the order of their opening.
   *
   * @param openOnly without those that were decided
   * @param offset reviews left out at the beginning, 0 or more
   * @param limit at most so many, and at most {@code page-max} of the settings
   */
  public record ListReviews(boolean openOnly, int offset, int limit, ActorRef<Page> replyTo)
      implements Command {}

  /**
   * Answer to {@link ListReviews}.
   *
   * @param total reviews that the list is a part of
   * @param open reviews that wait for a decision, whatever was asked
   */
  public record Page(int total, int open, List<Review> reviews) implements WireMessage {
    public Page {
      reviews = List.copyOf(reviews);
    }
  }

  private final ReviewSettings settings;
  private final EventStamper stamper;

  private ReviewQueue(
      PersistenceId id,
      ReviewSettings settings,
      EventStamper stamper,
      BackoffSupervisorStrategy onWriteFailure) {
    super(id, onWriteFailure);
    this.settings = settings;
    this.stamper = stamper;
  }

  /** The queue of a node; once per node. */
  public static Behavior<Command> create(
      String node, ReviewSettings settings, EventStamper stamper) {
    return Behaviors.setup(
        ctx ->
            new ReviewQueue(
                PersistenceId.ofUniqueId(TYPE + "|" + node),
                settings,
                stamper,
                WriteFailures.strategy(ctx.getSystem())));
  }

  @Override
  public ReviewState emptyState() {
    return ReviewState.empty();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public CommandHandlerWithReply<Command, ReviewEvent, ReviewState> commandHandler() {
    return newCommandHandlerWithReplyBuilder()
        .forAnyState()
        .onCommand(Open.class, this::open)
        .onCommand(Decide.class, this::decide)
        .onCommand(Get.class, this::get)
        .onCommand(ListReviews.class, this::list)
        .build();
  }

  private ReplyEffect<ReviewEvent, ReviewState> open(ReviewState state, Open command) {
    JudgedPicture picture = command.picture();
    Review known = state.find(picture.sessionId(), picture.index()).orElse(null);
    if (known != null) {
      return Effect().reply(command.replyTo(), StatusReply.success(known));
    }
    if (state.open().size() >= settings.openMax()) {
      return refuse(
          command.replyTo(),
          "Picture "
              + picture.index()
              + " of session "
              + picture.sessionId()
              + " cannot be queued for review: "
              + state.open().size()
              + " wait already, the most that "
              + ReviewSettings.PATH
              + ".open-max allows; decide some of them, or raise the limit");
    }
    String reviewId = stamper.nextId();
    return Effect()
        .persist(
            ReviewEvent.ReviewOpened.of(
                stamper.causedBy(command.cause()),
                reviewId,
                picture.withPromptAtMost(settings.promptMax())))
        .thenReply(
            command.replyTo(), after -> StatusReply.success(after.find(reviewId).orElseThrow()));
  }

  private ReplyEffect<ReviewEvent, ReviewState> decide(ReviewState state, Decide command) {
    Review review = state.find(command.reviewId()).orElse(null);
    if (review == null) {
      return unknown(command.reviewId(), command.replyTo());
    }
    if (!review.isOpen()) {
      return refuse(
          command.replyTo(),
          "Review "
              + review.reviewId()
              + " was decided before: "
              + review.outcome().decision()
              + " by "
              + review.outcome().decidedBy()
              + " at "
              + review.outcome().at()
              + "; a decision stands");
    }
    return Effect()
        .persist(
            new ReviewEvent.ReviewDecided(
                stamper.causedBy(review.opened()),
                review.reviewId(),
                command.decision(),
                command.decidedBy(),
                command.note()))
        .thenReply(
            command.replyTo(),
            after -> StatusReply.success(after.find(review.reviewId()).orElseThrow()));
  }

  private ReplyEffect<ReviewEvent, ReviewState> get(ReviewState state, Get command) {
    Review review = state.find(command.reviewId()).orElse(null);
    return review == null
        ? unknown(command.reviewId(), command.replyTo())
        : Effect().reply(command.replyTo(), StatusReply.success(review));
  }

  private ReplyEffect<ReviewEvent, ReviewState> list(ReviewState state, ListReviews command) {
    List<Review> all = state.sorted(command.openOnly());
    int limit = Math.max(0, Math.min(command.limit(), settings.pageMax()));
    return Effect()
        .reply(
            command.replyTo(),
            new Page(
                all.size(),
                state.open().size(),
                all.stream().skip(Math.max(0, command.offset())).limit(limit).toList()));
  }

  private ReplyEffect<ReviewEvent, ReviewState> unknown(
      String reviewId, ActorRef<StatusReply<Review>> replyTo) {
    return refuse(
        replyTo,
        "Review "
            + reviewId
            + " is unknown: the queue holds the open ones and the last "
            + settings.decidedKept()
            + " decided ("
            + ReviewSettings.PATH
            + ".decided-kept); the journal holds all");
  }

  private ReplyEffect<ReviewEvent, ReviewState> refuse(
      ActorRef<StatusReply<Review>> replyTo, String why) {
    return Effect().reply(replyTo, StatusReply.error(why));
  }

  @Override
  public EventHandler<ReviewState, ReviewEvent> eventHandler() {
    return (state, event) -> state.after(event, settings.decidedKept());
  }
}
