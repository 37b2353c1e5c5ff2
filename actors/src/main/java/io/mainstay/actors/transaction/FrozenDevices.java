package io.mainstay.actors.transaction;

import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantCommand.Prepare;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Prepares that would change state of a device which is out of reach: they wait for its thaw, in
 * order, so many at most. Other commands never wait: what is decided is carried out. Confined to
 * its owner; no clock and no actor in it.
 */
final class FrozenDevices {
  /** What becomes of a prepare. */
  enum Admission {
    /** It concerns no frozen device. */
    GOES,
    /** It waits until its device is thawed, or is taken out. */
    WAITS,
    /** Too many wait. */
    FULL
  }

  /** Which prepare. */
  record Key(String transactionId, String participant) {
    static Key of(ParticipantCommand command) {
      return new Key(command.transactionId(), command.participant());
    }
  }

  private final int waitingMax;
  private final Set<String> frozen = new HashSet<>();
  private final Map<Key, Prepare> waiting = new LinkedHashMap<>();

  /**
   * @param waitingMax most prepares that wait
   */
  FrozenDevices(int waitingMax) {
    this.waitingMax = waitingMax;
  }

  /** From now on prepares that concern it wait. */
  void freeze(String deviceId) {
    frozen.add(deviceId);
  }

  /** It is as any other again; those that waited for it, in order. */
  List<Prepare> thaw(String deviceId) {
    frozen.remove(deviceId);
    List<Prepare> go = new ArrayList<>();
    waiting
        .values()
        .removeIf(
            prepare -> {
              boolean goes = device(prepare.work()).filter(deviceId::equals).isPresent();
              if (goes) {
                go.add(prepare);
              }
              return goes;
            });
    return go;
  }

  /** Takes it in if it has to wait; one that comes again waits in the place of the first. */
  Admission admit(Prepare prepare) {
    if (device(prepare.work()).filter(frozen::contains).isEmpty()) {
      return Admission.GOES;
    }
    if (waiting.size() >= waitingMax && !waiting.containsKey(Key.of(prepare))) {
      return Admission.FULL;
    }
    waiting.put(Key.of(prepare), prepare);
    return Admission.WAITS;
  }

  /** It waits no more: its time is over, or its transaction is. */
  Optional<Prepare> take(Key key) {
    return Optional.ofNullable(waiting.remove(key));
  }

  /** The device whose state the work changes, if it is of one. */
  static Optional<String> device(ParticipantWork work) {
    if (work instanceof ParticipantWork.ReserveDevice device) {
      return Optional.of(device.deviceId());
    } else if (work instanceof ParticipantWork.AllocateMemory memory) {
      return Optional.of(memory.deviceId());
    } else if (work instanceof ParticipantWork.ReserveSession session) {
      return Optional.of(session.deviceId());
    } else if (work instanceof ParticipantWork.PrepareInference inference) {
      return Optional.of(inference.deviceId());
    } else if (work instanceof ParticipantWork.ReserveWorker worker) {
      return Optional.of(worker.deviceId());
    }
    return Optional.empty();
  }
}
