package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultVerdictTest {
  private static FaultVerdict of(WorkerFaultCode code, WorkerBlame blame, boolean retryable) {
    return FaultVerdict.of(new WorkerFault(code, blame, retryable, "m"));
  }

  @ParameterizedTest
  @EnumSource(WorkerFaultCode.class)
  void anyFault_thatIsNotTheRequests_isNeverHeldAgainstDocuments(WorkerFaultCode code) {
    for (WorkerBlame blame :
        new WorkerBlame[] {WorkerBlame.WORKER, WorkerBlame.DEVICE, WorkerBlame.INFRASTRUCTURE}) {
      assertNotEquals(FaultVerdict.REJECT, of(code, blame, false));
    }
    assertNotEquals(FaultVerdict.REJECT, of(code, WorkerBlame.REQUEST, true));
  }

  @Test
  void requestFaults_ofContentAlone_areRejected() {
    assertEquals(FaultVerdict.REJECT, of(WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false));
    assertEquals(
        FaultVerdict.TRY_AGAIN_COUNTED,
        of(WorkerFaultCode.UNKNOWN_MODEL, WorkerBlame.REQUEST, false));
    assertEquals(
        FaultVerdict.TRY_AGAIN_COUNTED,
        of(WorkerFaultCode.DEADLINE_EXCEEDED, WorkerBlame.REQUEST, false));
  }

  @Test
  void workerThatHasNoRoom_isAskedAgainWithoutCounting() {
    assertEquals(
        FaultVerdict.TRY_AGAIN, of(WorkerFaultCode.QUEUE_FULL, WorkerBlame.INFRASTRUCTURE, true));
    assertEquals(
        FaultVerdict.TRY_AGAIN, of(WorkerFaultCode.DRAINING, WorkerBlame.INFRASTRUCTURE, true));
  }
}
