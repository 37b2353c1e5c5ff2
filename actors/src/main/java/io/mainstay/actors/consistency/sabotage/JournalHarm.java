package io.mainstay.actors.consistency.sabotage;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import io.mainstay.actors.consistency.sabotage.Saboteur.Deed;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.Saga;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.Session;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionSettings;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Transaction;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import io.mainstay.persistence.transaction.TransactionSettings;
import io.mainstay.persistence.transaction.TransactionWiring;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Work that is durable and that nobody has: an entity is started beside its shard, told to begin,
 * and ended as soon as that is written. Confined to the monitor.
 */
final class JournalHarm {
  private static final String NO_HASH = "0".repeat(64);

  private final ActorContext<?> ctx;
  private final Config config;
  private final EventStamper stamper = EventStamper.system();

  JournalHarm(ActorContext<?> ctx) {
    this.ctx = ctx;
    this.config = ctx.getSystem().settings().config();
  }

  CompletionStage<?> harm(Deed deed) {
    String id = deed.ghost();
    return switch (deed.way()) {
      case FORGOTTEN_SAGA ->
          this.<SagaProtocol.Command, SagaProtocol.SagaView>abandon(
              saga(id), (saga, done) -> beginLoad(saga, done, deed.device()));
      case FORGOTTEN_TRANSACTION ->
          this.<TransactionProtocol.Command, TransactionProtocol.TransactionView>abandon(
              transaction(id), (entity, done) -> beginTransaction(entity, done, deed));
      case FORGOTTEN_SESSION ->
          this.<SessionProtocol.Command, SessionView>abandon(session(id), JournalHarm::accept);
      default -> throw new IllegalArgumentException("No harm to the journal: " + deed.way());
    };
  }

  private Behavior<SagaProtocol.Command> saga(String id) {
    return Saga.create(
        id,
        SagaSettings.of(config),
        stamper,
        ctx.getSystem().ignoreRef(),
        ctx.getSystem().ignoreRef());
  }

  /** Of a model that is nowhere, so that taking it back finds nothing. */
  private static void beginLoad(
      ActorRef<SagaProtocol.Command> saga,
      ActorRef<StatusReply<SagaProtocol.SagaView>> done,
      String device) {
    saga.tell(
        new SagaProtocol.Start(
            new SagaPlan.ModelLoad("ghost", "1", NO_HASH, device, 1), null, done));
  }

  private Behavior<TransactionProtocol.Command> transaction(String id) {
    return Transaction.create(
        id,
        TransactionSettings.of(config),
        new TransactionWiring(
            stamper,
            ctx.getSystem().ignoreRef(),
            stuck -> {},
            settled -> {},
            TransactionObserver.NONE),
        ctx.getSystem().ignoreRef());
  }

  /** Written before it answers a question that follows. */
  private void beginTransaction(
      ActorRef<TransactionProtocol.Command> transaction,
      ActorRef<StatusReply<TransactionProtocol.TransactionView>> done,
      Deed deed) {
    transaction.tell(
        new TransactionProtocol.Begin(
            new TransactionPlan.ModelMemory(
                Owners.OPERATOR,
                new ParticipantWork.PrepareModel("ghost", "ram", 0),
                TransactionHarm.memory(deed.device(), deed.ghost()),
                false),
            null,
            ctx.getSystem().ignoreRef()));
    transaction.tell(new TransactionProtocol.Get(done));
  }

  private Behavior<SessionProtocol.Command> session(String id) {
    return Session.create(
        id,
        SessionSettings.of(config),
        stamper,
        ctx.getSystem().ignoreRef(),
        ctx.getSystem().ignoreRef());
  }

  /** Its input is nowhere, so it fails as soon as somebody takes it up. */
  private static void accept(
      ActorRef<SessionProtocol.Command> session, ActorRef<StatusReply<SessionView>> done) {
    session.tell(
        new SessionProtocol.Accept(
            new Workflow.TextEmbedding("ghost", 1),
            List.of(new BlobRef("ghost.txt", NO_HASH, 1)),
            WorkClass.BATCH,
            "",
            "saboteur",
            List.of(),
            done));
  }

  private <C, V> CompletionStage<Done> abandon(
      Behavior<C> entity, BiConsumer<ActorRef<C>, ActorRef<StatusReply<V>>> begin) {
    CompletableFuture<Done> written = new CompletableFuture<>();
    ctx.spawnAnonymous(
        Behaviors.<StatusReply<V>>setup(
            own -> {
              begin.accept(own.spawnAnonymous(entity), own.getSelf());
              return Behaviors.receiveMessage(
                  answer -> {
                    if (answer.isSuccess()) {
                      written.complete(Done.getInstance());
                    } else {
                      written.completeExceptionally(answer.getError());
                    }
                    return Behaviors.stopped();
                  });
            }));
    return written;
  }
}
