package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.protocol.ProtocolVersion;
import io.mainstay.protocol.wire.WorkerMessages;

/** Whether a worker's hello is that of the worker we launched. Pure. */
final class HelloCheck {
  private HelloCheck() {}

  /** What does not match, in words, or empty. */
  static String mismatch(WorkerMessages.Hello hello, WorkerSpec spec, long pid, long arenaBytes) {
    if (isForeign(hello)) {
      return "The worker speaks major protocol version "
          + hello.schemaId()
          + ", this host speaks "
          + ProtocolVersion.MAJOR
          + "; install the mainstay-worker of this release";
    }
    if (hello.pid() != pid) {
      return "the hello is that of pid " + hello.pid();
    }
    if (!hello.deviceId().equals(spec.deviceId())) {
      return "the hello is that of device " + hello.deviceId();
    }
    if (hello.arenaSegments() != spec.arenaSegmentBytes().size()
        || hello.arenaBytes() != arenaBytes) {
      return "it mapped "
          + hello.arenaSegments()
          + " arena segments of "
          + hello.arenaBytes()
          + " bytes, not "
          + spec.arenaSegmentBytes().size()
          + " of "
          + arenaBytes;
    }
    return "";
  }

  static DeathCause cause(WorkerMessages.Hello hello) {
    return isForeign(hello) ? DeathCause.INCOMPATIBLE : DeathCause.PROTOCOL_ERROR;
  }

  private static boolean isForeign(WorkerMessages.Hello hello) {
    return hello.schemaId() != ProtocolVersion.MAJOR;
  }
}
