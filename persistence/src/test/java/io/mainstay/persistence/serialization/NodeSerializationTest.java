package io.mainstay.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.jackson.JacksonCborSerializer;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.persistence.support.TestNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The node's bindings. */
class NodeSerializationTest {
  private static ActorTestKit kit;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(TestNode.config("akka.actor.provider = local"));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  static List<CausedEvent> samples() {
    return EventSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void event_survivesTheJournal(CausedEvent event) {
    kit.serializationTestKit().verifySerialization(event, true);
    assertInstanceOf(JournalEventSerializer.class, serialization().findSerializerFor(event));
  }

  @Test
  void command_survivesTheWireAsCbor() {
    TestProbe<StatusReply<SessionView>> probe = kit.createTestProbe();
    SessionProtocol.Accept accept =
        new SessionProtocol.Accept(
            new Workflow.TextEmbedding("m", 4),
            List.of(new BlobRef("n", "0", 1)),
            WorkClass.BATCH,
            "",
            "me",
            List.of(),
            probe.getRef());
    assertEquals(accept, kit.serializationTestKit().verifySerialization(accept, true));
    assertInstanceOf(JacksonCborSerializer.class, serialization().findSerializerFor(accept));
  }

  @Test
  void javaSerialization_isOff_andStrangersAreRefused() {
    assertThrows(
        RuntimeException.class, () -> serialization().serialize(new java.util.Date(0)).get());
    assertThrows(
        RuntimeException.class,
        () ->
            serialization()
                .deserialize(
                    "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    33,
                    "javax.swing.JLabel")
                .get());
  }

  private static Serialization serialization() {
    return SerializationExtension.get(kit.system());
  }
}
