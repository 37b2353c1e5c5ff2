package io.mainstay.protocol.golden;

import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.MessageHeaderEncoder;
import io.mainstay.protocol.frame.FrameReader;
import io.mainstay.protocol.frame.FrameWriter;
import io.mainstay.protocol.golden.SchemaMessages.Kind;
import io.mainstay.protocol.golden.SchemaMessages.Member;
import java.lang.reflect.Method;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes and decodes any message of the schema from and to lines of golden.properties. */
final class GoldenCodec {
  private static final String CODECS = "io.mainstay.protocol.codec.";
  private static final int FRAME_BYTES_MAX = 1 << 20;

  private GoldenCodec() {}

  static byte[] encode(String message, List<Member> members, Map<String, String> values)
      throws Exception {
    FrameWriter frame = new FrameWriter(FRAME_BYTES_MAX);
    Object encoder = Class.forName(CODECS + message + "Encoder").getConstructor().newInstance();
    encoder
        .getClass()
        .getMethod(
            "wrapAndApplyHeader", MutableDirectBuffer.class, int.class, MessageHeaderEncoder.class)
        .invoke(encoder, frame.buffer(), frame.bodyOffset(), new MessageHeaderEncoder());
    encodeMembers(encoder, message, members, values);
    int bytes = (int) encoder.getClass().getMethod("encodedLength").invoke(encoder);
    frame.seal(MessageHeaderEncoder.ENCODED_LENGTH + bytes);
    return frame.toBytes();
  }

  private static void encodeMembers(
      Object encoder, String path, List<Member> members, Map<String, String> values)
      throws Exception {
    for (Member member : members) {
      String key = path + "." + member.name();
      String value = values.get(key);
      if (value == null) {
        throw new IllegalStateException("golden.properties has no line for " + key);
      }
      switch (member.kind()) {
        case FIELD -> setField(encoder, member.name(), value);
        case ARRAY -> setArray(encoder, member, value);
        case TEXT -> method(encoder, member.name(), 1).invoke(encoder, value);
        case BYTES -> {
          byte[] bytes = HexFormat.of().parseHex(value);
          encoder
              .getClass()
              .getMethod("put" + capital(member.name()), byte[].class, int.class, int.class)
              .invoke(encoder, bytes, 0, bytes.length);
        }
        case GROUP -> {
          int count = Integer.parseInt(value);
          Object group = method(encoder, member.name() + "Count", 1).invoke(encoder, count);
          for (int i = 0; i < count; i++) {
            group.getClass().getMethod("next").invoke(group);
            encodeMembers(group, key + "." + i, member.members(), values);
          }
        }
      }
    }
  }

  private static void setField(Object encoder, String name, String value) throws Exception {
    Method setter = method(encoder, name, 1);
    setter.invoke(encoder, parsed(setter.getParameterTypes()[0], value));
  }

  private static void setArray(Object encoder, Member member, String value) throws Exception {
    for (Method setter : encoder.getClass().getMethods()) {
      Class<?>[] types = setter.getParameterTypes();
      if (setter.getName().equals(member.name()) && types.length == 2 && types[0] == int.class) {
        String[] entries = arrayEntries(types[1], member, value);
        for (int i = 0; i < entries.length; i++) {
          setter.invoke(encoder, i, parsed(types[1], entries[i]));
        }
        return;
      }
    }
    throw new IllegalStateException("No array setter for " + member.name());
  }

  private static String[] arrayEntries(Class<?> type, Member member, String value) {
    String[] entries;
    if (type == short.class) {
      byte[] bytes = HexFormat.of().parseHex(value);
      entries = new String[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        entries[i] = String.valueOf(bytes[i] & 0xFF);
      }
    } else {
      entries = value.split(",");
    }
    if (entries.length != member.arrayLength()) {
      throw new IllegalStateException(
          member.name() + " has " + entries.length + " entries, not " + member.arrayLength());
    }
    return entries;
  }

  private static Object parsed(Class<?> type, String value) {
    if (type == long.class) {
      return Long.parseLong(value);
    } else if (type == int.class) {
      return Integer.parseInt(value);
    } else if (type == short.class) {
      return Short.parseShort(value);
    } else if (type == float.class) {
      return Float.parseFloat(value);
    } else if (type == double.class) {
      return Double.parseDouble(value);
    }
    for (Object constant : type.getEnumConstants()) {
      if (constant.toString().equals(value)) {
        return constant;
      }
    }
    throw new IllegalStateException(type.getSimpleName() + " has no " + value);
  }

  static Map<String, String> decode(String message, List<Member> members, byte[] frame)
      throws Exception {
    FrameReader reader = new FrameReader(FRAME_BYTES_MAX);
    reader.append(frame, 0, frame.length);
    UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    if (!reader.next(payload)) {
      throw new IllegalStateException("No whole frame of " + message);
    }
    Object decoder = Class.forName(CODECS + message + "Decoder").getConstructor().newInstance();
    decoder
        .getClass()
        .getMethod("wrapAndApplyHeader", DirectBuffer.class, int.class, MessageHeaderDecoder.class)
        .invoke(decoder, payload, 0, new MessageHeaderDecoder());
    Map<String, String> values = new TreeMap<>();
    decodeMembers(decoder, message, members, values);
    return values;
  }

  private static void decodeMembers(
      Object decoder, String path, List<Member> members, Map<String, String> values)
      throws Exception {
    for (Member member : members) {
      String key = path + "." + member.name();
      String value =
          switch (member.kind()) {
            case FIELD, TEXT -> method(decoder, member.name(), 0).invoke(decoder).toString();
            case ARRAY -> array(decoder, member);
            case BYTES -> bytes(decoder, member.name());
            case GROUP -> "";
          };
      if (member.kind() == Kind.GROUP) {
        Object group = method(decoder, member.name(), 0).invoke(decoder);
        int count = (int) group.getClass().getMethod("count").invoke(group);
        for (int i = 0; i < count; i++) {
          group.getClass().getMethod("next").invoke(group);
          decodeMembers(group, key + "." + i, member.members(), values);
        }
        value = String.valueOf(count);
      }
      values.put(key, value);
    }
  }

  private static String array(Object decoder, Member member) throws Exception {
    Method getter = decoder.getClass().getMethod(member.name(), int.class);
    boolean bytes = getter.getReturnType() == short.class;
    StringJoiner joined = new StringJoiner(bytes ? "" : ",");
    for (int i = 0; i < member.arrayLength(); i++) {
      Object entry = getter.invoke(decoder, i);
      joined.add(bytes ? String.format("%02x", entry) : entry.toString());
    }
    return joined.toString();
  }

  private static String bytes(Object decoder, String name) throws Exception {
    int length = (int) method(decoder, name + "Length", 0).invoke(decoder);
    byte[] bytes = new byte[length];
    decoder
        .getClass()
        .getMethod("get" + capital(name), byte[].class, int.class, int.class)
        .invoke(decoder, bytes, 0, length);
    return HexFormat.of().formatHex(bytes);
  }

  private static Method method(Object target, String name, int parameters) {
    for (Method method : target.getClass().getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == parameters) {
        return method;
      }
    }
    throw new IllegalStateException(target.getClass().getSimpleName() + " has no " + name);
  }

  private static String capital(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
