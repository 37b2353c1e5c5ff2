package io.mainstay.persistence.session;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import akka.persistence.typed.javadsl.EffectFactories;
import akka.persistence.typed.javadsl.ReplyEffect;
import io.mainstay.persistence.session.SessionProtocol.Recorded;
import java.util.List;

/** What a session answers, with or without an event. Belongs to its entity. */
final class SessionReplies {
  private final String sessionId;
  private final EffectFactories<SessionEvent, SessionState> effects;

  SessionReplies(String sessionId, EffectFactories<SessionEvent, SessionState> effects) {
    this.sessionId = sessionId;
    this.effects = effects;
  }

  /** The state as users see it. */
  ReplyEffect<SessionEvent, SessionState> view(
      SessionState.Known state, ActorRef<StatusReply<SessionView>> replyTo) {
    return effects.reply(replyTo, StatusReply.success(SessionReport.view(state)));
  }

  /** It is over: stop working on it. */
  ReplyEffect<SessionEvent, SessionState> over(ActorRef<StatusReply<Recorded>> replyTo) {
    return effects.reply(replyTo, finished());
  }

  <T> ReplyEffect<SessionEvent, SessionState> unknown(ActorRef<StatusReply<T>> replyTo) {
    return refuse(replyTo, "is unknown here; 'mainstay sessions' lists what was accepted");
  }

  <T> ReplyEffect<SessionEvent, SessionState> notPlanned(ActorRef<StatusReply<T>> replyTo) {
    return refuse(replyTo, "has no plan yet; record the plan first");
  }

  <T> ReplyEffect<SessionEvent, SessionState> refuse(ActorRef<StatusReply<T>> replyTo, String why) {
    return effects.reply(replyTo, StatusReply.error("Session " + sessionId + " " + why));
  }

  /** What is pending in place of the range. */
  ReplyEffect<SessionEvent, SessionState> inPlaceOf(
      SessionState.Running state, DocumentRange range, ActorRef<StatusReply<Recorded>> replyTo) {
    return effects.reply(replyTo, inPlaceOf(state, range));
  }

  static StatusReply<Recorded> inPlaceOf(SessionState state, DocumentRange range) {
    WorkPlan plan = ((SessionState.Running) state).plan();
    return StatusReply.success(
        new Recorded(false, 0, plan.pendingWithin(range), plan.isPoisoned(range)));
  }

  static SessionState.Known known(SessionState state) {
    return (SessionState.Known) state;
  }

  static StatusReply<Recorded> recorded() {
    return recorded(0, List.of());
  }

  static StatusReply<Recorded> recorded(SessionWork.Remaining remaining) {
    return recorded(0, remaining.pending());
  }

  static StatusReply<Recorded> recorded(int attempt, List<SessionWork.Pending> next) {
    return StatusReply.success(new Recorded(false, attempt, next, false));
  }

  static StatusReply<Recorded> finished() {
    return StatusReply.success(new Recorded(true, 0, List.of(), false));
  }
}
