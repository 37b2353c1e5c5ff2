package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.process.DeathEvidence.KillOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeathDiagnosisTest {
  private static final KillOrder WEDGED = new KillOrder(DeathCause.WEDGED, "no progress for 3 s");

  @ParameterizedTest
  @CsvSource({
    "139, CRASHED, 11",
    "135, CRASHED, 7",
    "132, CRASHED, 4",
    "136, CRASHED, 8",
    "134, CRASHED, 6",
    "137, KILLED, 9",
    "143, KILLED, 15"
  })
  void signal_isNamed(int status, DeathCause cause, int signal) {
    DeathDiagnosis diagnosis = DeathDiagnosis.of(evidence(status).build());
    assertEquals(cause, diagnosis.cause());
    assertEquals(signal, diagnosis.signal());
    assertEquals(-1, diagnosis.exitCode());
  }

  @ParameterizedTest
  @CsvSource({
    "0, EXITED",
    "2, NOT_STARTED",
    "10, NOT_STARTED",
    "11, NOT_STARTED",
    "12, NOT_STARTED",
    "13, NOT_STARTED",
    "14, PROTOCOL_ERROR",
    "15, OUT_OF_MEMORY",
    "70, EXITED",
    "99, EXITED"
  })
  void exitStatus_hasItsCause(int status, DeathCause cause) {
    DeathDiagnosis diagnosis = DeathDiagnosis.of(evidence(status).build());
    assertEquals(cause, diagnosis.cause());
    assertEquals(status, diagnosis.exitCode());
    assertEquals(0, diagnosis.signal());
    assertTrue(diagnosis.detail().contains("exit status " + status));
  }

  @Test
  void exit_beforeHello_isNotStarted() {
    Evidence early = evidence(70);
    early.saidHello = false;
    early.lastWords = "level=error event=bad";
    DeathDiagnosis diagnosis = DeathDiagnosis.of(early.build());
    assertEquals(DeathCause.NOT_STARTED, diagnosis.cause());
    assertTrue(diagnosis.detail().endsWith("it said: level=error event=bad"));
  }

  @Test
  void crash_beforeHello_staysACrash() {
    Evidence early = evidence(139);
    early.saidHello = false;
    assertEquals(DeathCause.CRASHED, DeathDiagnosis.of(early.build()).cause());
  }

  @Test
  void sigkill_afterOurOrder_isOurs() {
    Evidence ordered = evidence(137);
    ordered.order = WEDGED;
    ordered.oomKilled = true;
    DeathDiagnosis diagnosis = DeathDiagnosis.of(ordered.build());
    assertEquals(DeathCause.WEDGED, diagnosis.cause());
    assertTrue(diagnosis.detail().contains("was killed by us: no progress for 3 s"));
  }

  @Test
  void crash_whileOurOrderWasOnItsWay_keepsItsOwnCause() {
    Evidence crashed = evidence(139);
    crashed.order = WEDGED;
    assertEquals(DeathCause.CRASHED, DeathDiagnosis.of(crashed.build()).cause());
  }

  @Test
  void sigkill_whileTheKernelKilledForMemory_isOutOfMemory() {
    Evidence killed = evidence(137);
    killed.oomKilled = true;
    assertEquals(DeathCause.OUT_OF_MEMORY, DeathDiagnosis.of(killed.build()).cause());
  }

  @Test
  void exitZero_afterADrain_isStopped() {
    Evidence drained = evidence(0);
    drained.drainAsked = true;
    assertEquals(DeathCause.STOPPED, DeathDiagnosis.of(drained.build()).cause());
  }

  @Test
  void halfAFrame_beforeAnExit_isAProtocolErrorButBeforeACrashIsNot() {
    Evidence left = evidence(0);
    left.streamFault = "The stream ended 5 bytes into a frame";
    assertEquals(DeathCause.PROTOCOL_ERROR, DeathDiagnosis.of(left.build()).cause());
    Evidence crashed = evidence(139);
    crashed.streamFault = left.streamFault;
    assertEquals(DeathCause.CRASHED, DeathDiagnosis.of(crashed.build()).cause());
  }

  @Test
  void unreaped_hasTheOrdersCauseAndNoStatus() {
    Evidence stuck = evidence(DeathEvidence.UNREAPED);
    stuck.order = WEDGED;
    DeathDiagnosis diagnosis = DeathDiagnosis.of(stuck.build());
    assertEquals(DeathCause.WEDGED, diagnosis.cause());
    assertEquals(-1, diagnosis.exitCode());
    assertTrue(diagnosis.detail().contains("the kernel still holds it"));
  }

  private static Evidence evidence(int status) {
    return new Evidence(status);
  }

  private static final class Evidence {
    private final int status;
    private boolean saidHello = true;
    private boolean drainAsked;
    private boolean oomKilled;
    private KillOrder order;
    private String streamFault = "";
    private String lastWords = "";

    Evidence(int status) {
      this.status = status;
    }

    DeathEvidence build() {
      return new DeathEvidence(
          "cpu-0 epoch 3 (pid 42)",
          status,
          saidHello,
          drainAsked,
          oomKilled,
          order,
          streamFault,
          lastWords,
          "Pong");
    }
  }
}
