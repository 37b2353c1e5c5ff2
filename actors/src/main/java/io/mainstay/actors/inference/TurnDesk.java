package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.model.ModelDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Carries out what the {@link TurnBook} decides: tells runners. Confined to the supervisor. */
final class TurnDesk {
  private final InferenceSettings.Turns settings;
  private final Map<String, ActorRef<TurnReply>> holders = new HashMap<>();
  private TurnBook book = TurnBook.empty();

  TurnDesk(InferenceSettings.Turns settings) {
    this.settings = settings;
  }

  boolean isEmpty() {
    return holders.isEmpty();
  }

  /** False when it was refused. */
  boolean request(InferenceCommand.RequestTurn request) {
    if (holders.size() >= settings.waitingMax() && !book.knows(request.turnId())) {
      refuse(
          request.turnId(),
          request.replyTo(),
          Refusal.busy(
              holders.size()
                  + " turns wait; the limit is "
                  + InferenceSettings.PATH
                  + ".turns.waiting-max = "
                  + settings.waitingMax(),
              1_000));
      return false;
    }
    holders.put(request.turnId(), request.replyTo());
    book =
        book.request(
            request.turnId(),
            request.modelId(),
            request.workClass(),
            request.alone(),
            request.goesOnAt());
    return true;
  }

  /**
   * The turns of sessions, granted or waited for; such a turn's id begins with its session's and a
   * slash. Others, such as a benchmark's, are nobody's business.
   */
  List<WorkFacts.TurnFacts> facts() {
    return holders.keySet().stream()
        .filter(turnId -> turnId.indexOf('/') > 0)
        .map(turnId -> new WorkFacts.TurnFacts(turnId, turnId.split("/", 2)[0], deviceOf(turnId)))
        .toList();
  }

  private String deviceOf(String turnId) {
    TurnBook.Grant grant = book.grantOf(turnId);
    return grant == null ? "" : grant.deviceId();
  }

  /** Turns that wait for that model. */
  List<TurnBook.Waiting> waitingFor(String modelId) {
    return book.waiting().stream().filter(turn -> turn.modelId().equals(modelId)).toList();
  }

  /** Models of the registry that somebody waits for. */
  Set<String> modelsWanted() {
    Set<String> models = new TreeSet<>();
    book.waiting().forEach(turn -> models.add(turn.modelId()));
    models.remove(BuiltinModel.ID);
    return models;
  }

  void holdBack(InferenceCommand.HoldBack hold) {
    book = book.holdBack(new TurnBook.Rest(hold.by(), hold.sessionId(), hold.deviceId()));
  }

  void letGo(InferenceCommand.LetGo go) {
    book = book.letGo(new TurnBook.Rest(go.by(), go.sessionId(), go.deviceId()));
  }

  /** Who rests where, and for whom. */
  Set<InferenceCommand.HeldBack> heldBack() {
    return book.resting().stream()
        .map(rest -> new InferenceCommand.HeldBack(rest.by(), rest.sessionId(), rest.deviceId()))
        .collect(Collectors.toSet());
  }

  /** Gives turns to whom the devices have room for. */
  void serve(Collection<DeviceSeat> seats, Map<String, ModelDescriptor> models, long nowNanos) {
    if (book.waiting().isEmpty()) {
      return;
    }
    Map<String, DeviceSeat> up = new HashMap<>();
    seats.stream().filter(DeviceSeat::up).forEach(seat -> up.put(seat.deviceId(), seat));
    TurnBook.Decision decision =
        book.decide(
            up.values().stream()
                .map(
                    seat ->
                        new TurnBook.Offer(
                            seat.deviceId(),
                            seat.epoch(),
                            offered(seat, models.keySet()),
                            seat.port().identity().backend()))
                .sorted((a, b) -> a.deviceId().compareTo(b.deviceId()))
                .toList(),
            settings.window(),
            nowNanos);
    book = decision.next();
    for (TurnBook.Grant grant : decision.grants()) {
      holders
          .get(grant.turnId())
          .tell(
              new TurnReply.Granted(
                  grant.turnId(),
                  grant.deviceId(),
                  grant.epoch(),
                  fingerprint(
                      models.get(grant.modelId()), up.get(grant.deviceId()).port().identity())));
    }
  }

  private static List<String> offered(DeviceSeat seat, Set<String> known) {
    List<String> models = new ArrayList<>(seat.models().stream().filter(known::contains).toList());
    models.add(BuiltinModel.ID);
    return models;
  }

  /** Of what the worker itself holds, if it is no model of the registry. */
  private static String fingerprint(ModelDescriptor model, WorkerIdentity worker) {
    return model == null ? Fingerprint.ofBuiltin(worker) : Fingerprint.of(model, worker);
  }

  /**
   * The number of this use, or 0 if the turn is not its holder's any more: nothing may be sent.
   *
   * @see #grantOf
   */
  int use(String turnId) {
    book = book.use(turnId);
    return book.usesOf(turnId);
  }

  /** Whether a turn must go before its next call, because somebody of a higher class waits. */
  boolean yields(String turnId, Map<String, DeviceSeat> seats, Set<String> known) {
    TurnBook.Grant grant = book.grantOf(turnId);
    DeviceSeat seat = grant == null ? null : seats.get(grant.deviceId());
    return seat != null && seat.up() && book.yields(turnId, offered(seat, known));
  }

  /** The grant of a turn that is not over, or null. */
  TurnBook.Grant grantOf(String turnId) {
    return book.grantOf(turnId);
  }

  /** Gone; the grant of a call that runs and must be cancelled, else null. */
  TurnBook.Grant release(String turnId) {
    book = book.release(turnId);
    if (!book.knows(turnId)) {
      holders.remove(turnId);
    }
    // A call occupies the device until the worker has answered the cancellation.
    return book.grantOf(turnId);
  }

  void ended(String turnId, int use, boolean keep, long nowNanos) {
    book = book.ended(turnId, use, keep, nowNanos);
    if (!book.knows(turnId)) {
      holders.remove(turnId);
    }
  }

  void over(String turnId) {
    book = book.remove(turnId);
    holders.remove(turnId);
  }

  void epochLost(String deviceId, long epoch) {
    book = book.epochLost(deviceId, epoch);
    holders.keySet().removeIf(turnId -> !book.knows(turnId));
  }

  /** Held without a call for too long. */
  List<String> idle(long nowNanos) {
    return book.idle(nowNanos, settings.lease().toNanos());
  }

  /** All turns of a holder that is gone. */
  List<String> of(ActorRef<?> holder) {
    return holders.entrySet().stream()
        .filter(entry -> entry.getValue().equals(holder))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Nobody who waits for that model will get a turn as things are. */
  void refuse(String modelId, Refusal why) {
    for (TurnBook.Waiting turn : book.waiting()) {
      if (turn.modelId().equals(modelId)) {
        refuse(turn.turnId(), holders.get(turn.turnId()), why);
        over(turn.turnId());
      }
    }
  }

  private static void refuse(String turnId, ActorRef<TurnReply> holder, Refusal why) {
    holder.tell(new TurnReply.Refused(turnId, why.code(), why.getMessage(), why.remedy()));
  }
}
