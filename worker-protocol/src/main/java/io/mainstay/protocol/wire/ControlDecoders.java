package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.ReservationState;
import io.mainstay.protocol.codec.StateAckDecoder;
import io.mainstay.protocol.codec.StateRefusedDecoder;
import io.mainstay.protocol.codec.StateReportDecoder;
import io.mainstay.protocol.codec.TransactionAcknowledgedDecoder;
import io.mainstay.protocol.codec.TransactionVoteDecoder;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Decoders of a worker's answers about state and transactions, each made once and reused. */
final class ControlDecoders {
  private final StateAckDecoder ack = new StateAckDecoder();
  private final StateRefusedDecoder refused = new StateRefusedDecoder();
  private final StateReportDecoder report = new StateReportDecoder();
  private final TransactionVoteDecoder vote = new TransactionVoteDecoder();
  private final TransactionAcknowledgedDecoder acknowledged = new TransactionAcknowledgedDecoder();

  StateAck ack(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, StateAckDecoder.BLOCK_LENGTH);
    ack.wrap(frame, body, header.blockLength(), header.version());
    return new StateAck(ack.correlationId(), ack.sequence(), ack.appliedVersion());
  }

  StateRefused refused(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, StateRefusedDecoder.BLOCK_LENGTH);
    refused.wrap(frame, body, header.blockLength(), header.version());
    return new StateRefused(
        refused.correlationId(),
        refused.sequence(),
        WireCodes.refusal(refused.codeRaw()),
        refused.reason());
  }

  WorkerMessages.Vote vote(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, TransactionVoteDecoder.BLOCK_LENGTH);
    vote.wrap(frame, body, header.blockLength(), header.version());
    boolean commit = vote.commit() != 0;
    boolean rollback = vote.rollbackCapable() != 0;
    long bytes = vote.reservedBytes();
    List<String> locks = new ArrayList<>();
    TransactionVoteDecoder.LocksDecoder group = vote.locks();
    GroupDecoders.requireEntries(group.count());
    while (group.hasNext()) {
      locks.add(group.next().name());
    }
    return new WorkerMessages.Vote(
        vote.correlationId(),
        new TransactionVote(vote.transactionId(), commit, rollback, bytes, locks, vote.reason()));
  }

  WorkerMessages.Acknowledged acknowledged(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, TransactionAcknowledgedDecoder.BLOCK_LENGTH);
    acknowledged.wrap(frame, body, header.blockLength(), header.version());
    return new WorkerMessages.Acknowledged(
        acknowledged.correlationId(),
        new TransactionAcknowledged(
            acknowledged.transactionId(),
            WireCodes.result(acknowledged.resultRaw()),
            acknowledged.reservedBytes(),
            acknowledged.resourceStatus()));
  }

  WorkerMessages.Report report(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, StateReportDecoder.BLOCK_LENGTH);
    report.wrap(frame, body, header.blockLength(), header.version());
    List<WorkerStateReport.Model> models = models(report.models());
    List<WorkerStateReport.Reservation> reservations = reservations(report.reservations());
    List<WorkerStateReport.Session> sessions = sessions(report.sessions());
    Map<String, Long> versions = versions(report.versions());
    return new WorkerMessages.Report(
        report.correlationId(),
        new WorkerStateReport(
            report.epoch(),
            models,
            report.accountedBytes(),
            report.budgetBytes(),
            report.limitBytes(),
            report.residentBytes(),
            reservations,
            sessions,
            report.lastSequence(),
            report.arenaSegments(),
            report.arenaBytes(),
            versions));
  }

  private static List<WorkerStateReport.Model> models(StateReportDecoder.ModelsDecoder group) {
    GroupDecoders.requireEntries(group.count());
    List<WorkerStateReport.Model> models = new ArrayList<>();
    while (group.hasNext()) {
      long bytes = group.next().memoryBytes();
      List<WorkerStateReport.Component> components = new ArrayList<>();
      StateReportDecoder.ModelsDecoder.ComponentsDecoder parts = group.components();
      GroupDecoders.requireEntries(parts.count());
      while (parts.hasNext()) {
        parts.next();
        byte[] sha256 = new byte[StateReportDecoder.ModelsDecoder.ComponentsDecoder.sha256Length()];
        for (int i = 0; i < sha256.length; i++) {
          sha256[i] = (byte) parts.sha256(i);
        }
        components.add(
            new WorkerStateReport.Component(parts.name(), HexFormat.of().formatHex(sha256)));
      }
      models.add(new WorkerStateReport.Model(group.modelId(), bytes, components));
    }
    return models;
  }

  private static List<WorkerStateReport.Reservation> reservations(
      StateReportDecoder.ReservationsDecoder group) {
    GroupDecoders.requireEntries(group.count());
    List<WorkerStateReport.Reservation> reservations = new ArrayList<>();
    while (group.hasNext()) {
      long bytes = group.next().reservedBytes();
      boolean committed = group.stateRaw() == ReservationState.COMMITTED.value();
      Duration left = Duration.ofNanos(group.leftNs());
      String id = group.transactionId();
      reservations.add(
          new WorkerStateReport.Reservation(id, bytes, group.purpose(), committed, left));
    }
    return reservations;
  }

  private static List<WorkerStateReport.Session> sessions(
      StateReportDecoder.SessionsDecoder group) {
    GroupDecoders.requireEntries(group.count());
    List<WorkerStateReport.Session> sessions = new ArrayList<>();
    while (group.hasNext()) {
      boolean paused = group.next().paused() != 0;
      int held = Math.toIntExact(group.heldRequests());
      int completed = Math.toIntExact(group.operationsCompleted());
      sessions.add(new WorkerStateReport.Session(group.sessionId(), paused, held, completed));
    }
    return sessions;
  }

  private static Map<String, Long> versions(StateReportDecoder.VersionsDecoder group) {
    GroupDecoders.requireEntries(group.count());
    Map<String, Long> versions = new HashMap<>();
    while (group.hasNext()) {
      long version = group.next().stateVersion();
      versions.put(group.field(), version);
    }
    return versions;
  }
}
