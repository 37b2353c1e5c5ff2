package io.mainstay.actors.state.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Function;

/** Writers and readers of sizes and durations as text, for the mixins. */
final class TextFormats {
  private TextFormats() {}

  static final class SizeWriter extends JsonSerializer<Long> {
    @Override
    public void serialize(Long bytes, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(SizeText.print(bytes));
    }
  }

  static final class SizeReader extends JsonDeserializer<Long> {
    @Override
    public Long deserialize(JsonParser from, DeserializationContext context) throws IOException {
      return text(from, context, SizeText::parse);
    }
  }

  static final class OptionalSizeWriter extends JsonSerializer<OptionalLong> {
    @Override
    public boolean isEmpty(SerializerProvider provider, OptionalLong bytes) {
      return bytes.isEmpty();
    }

    @Override
    public void serialize(OptionalLong bytes, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(SizeText.print(bytes.orElseThrow()));
    }
  }

  static final class OptionalSizeReader extends JsonDeserializer<OptionalLong> {
    @Override
    public OptionalLong deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      return OptionalLong.of(text(from, context, SizeText::parse));
    }

    @Override
    public OptionalLong getNullValue(DeserializationContext context) {
      return OptionalLong.empty();
    }

    @Override
    public OptionalLong getAbsentValue(DeserializationContext context) {
      return OptionalLong.empty();
    }
  }

  static final class DurationWriter extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration duration, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(DurationText.seconds(duration));
    }
  }

  static final class MinutesWriter extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration duration, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(DurationText.minutes(duration));
    }
  }

  static final class DurationReader extends JsonDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      return text(from, context, DurationText::parse);
    }
  }

  private static <T> T text(
      JsonParser from, DeserializationContext context, Function<String, T> parse)
      throws IOException {
    if (!from.hasToken(JsonToken.VALUE_STRING)) {
      throw JsonMappingException.from(
          from, "a text with a unit is expected, not " + from.getText());
    }
    try {
      return parse.apply(from.getText());
    } catch (IllegalArgumentException wrong) {
      throw JsonMappingException.from(from, wrong.getMessage(), wrong);
    }
  }
}
