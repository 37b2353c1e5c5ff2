package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.DeviceRemovedEncoder;
import io.mainstay.protocol.codec.MessageHeaderEncoder;
import io.mainstay.protocol.codec.SessionEndedEncoder;
import io.mainstay.protocol.codec.StateRefusal;
import io.mainstay.protocol.codec.StateRefusedEncoder;
import io.mainstay.protocol.codec.StateReportRequestEncoder;
import io.mainstay.protocol.codec.TransactionAbortEncoder;
import io.mainstay.protocol.codec.TransactionCommitEncoder;
import io.mainstay.protocol.codec.TransactionPrepareEncoder;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionWork;
import org.agrona.MutableDirectBuffer;

/** Encoders of reports, transactions and ends, each made once and reused. */
final class ControlEncoders {
  private final long epoch;
  private final MessageHeaderEncoder header = new MessageHeaderEncoder();
  private final StateRefusedEncoder refused = new StateRefusedEncoder();
  private final StateReportRequestEncoder report = new StateReportRequestEncoder();
  private final TransactionPrepareEncoder prepare = new TransactionPrepareEncoder();
  private final TransactionCommitEncoder commit = new TransactionCommitEncoder();
  private final TransactionAbortEncoder abort = new TransactionAbortEncoder();
  private final SessionEndedEncoder ended = new SessionEndedEncoder();
  private final DeviceRemovedEncoder removed = new DeviceRemovedEncoder();

  ControlEncoders(long epoch) {
    this.epoch = epoch;
  }

  int refused(MutableDirectBuffer buffer, int offset, StateRefused refusal) {
    refused
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(refusal.correlationId())
        .sequence(refusal.sequence())
        .code(StateRefusal.get((short) refusal.code().ordinal()))
        .reason(refusal.reason());
    return refused.encodedLength();
  }

  int report(MutableDirectBuffer buffer, int offset, long correlationId) {
    report.wrapAndApplyHeader(buffer, offset, header).epoch(epoch).correlationId(correlationId);
    return report.encodedLength();
  }

  int prepare(MutableDirectBuffer buffer, int offset, long correlationId, TransactionWork work) {
    prepare
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .reservedBytes(work.bytes())
        .timeLimitNs(work.timeLimit().toNanos())
        .transactionKey(WireKey.of(work.transactionId()))
        .transactionId(work.transactionId())
        .purpose(work.purpose());
    return prepare.encodedLength();
  }

  int commit(MutableDirectBuffer buffer, int offset, long correlationId, String transactionId) {
    commit
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .transactionId(transactionId);
    return commit.encodedLength();
  }

  int abort(MutableDirectBuffer buffer, int offset, long correlationId, String transactionId) {
    abort
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .transactionId(transactionId);
    return abort.encodedLength();
  }

  int sessionEnded(
      MutableDirectBuffer buffer, int offset, long correlationId, String sessionId, String reason) {
    ended
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .sessionId(sessionId)
        .reason(reason);
    return ended.encodedLength();
  }

  int deviceRemoved(
      MutableDirectBuffer buffer, int offset, long correlationId, String deviceId, String reason) {
    removed
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .deviceId(deviceId)
        .reason(reason);
    return removed.encodedLength();
  }
}
