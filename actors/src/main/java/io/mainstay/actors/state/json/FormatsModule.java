package io.mainstay.actors.state.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Formats that hold wherever no other is named: durations as seconds, enumerations in small. */
final class FormatsModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  FormatsModule() {
    super("state-formats");
    addSerializer(new EnumWriter());
    addSerializer(new SecondsWriter());
    addDeserializer(Duration.class, new SecondsReader());
  }

  private static final class EnumWriter extends StdSerializer<Enum<?>> {
    private static final long serialVersionUID = 1L;

    EnumWriter() {
      super(Enum.class, false);
    }

    @Override
    public void serialize(Enum<?> value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(value.name().toLowerCase(Locale.ROOT));
    }
  }

  private static final class SecondsWriter extends StdSerializer<Duration> {
    private static final long serialVersionUID = 1L;

    SecondsWriter() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeNumber(value.toNanos() / 1e9);
    }
  }

  private static final class SecondsReader extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    SecondsReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      if (!from.currentToken().isNumeric()) {
        return (Duration) context.handleUnexpectedToken(Duration.class, from);
      }
      BigDecimal nanos = from.getDecimalValue().movePointRight(9);
      return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }
  }
}
