package io.mainstay.actors.model.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Steps over the fields of one protobuf message in a file, without reading their bodies (encoding:
 * protobuf.dev/programming-guides/encoding). Not thread-safe; the channel stays the caller's.
 */
final class ProtoCursor {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int BUFFER_BYTES = 256;
  private static final int VARINT_BYTES_MAX = 10;

  /** A field reaches beyond the message that it is in. */
  static final class EndsEarlyException extends IOException {
    private static final long serialVersionUID = 1L;

    EndsEarlyException(String message) {
      super(message);
    }
  }

  /** These bytes are no fields. */
  static final class NoProtobufException extends IOException {
    private static final long serialVersionUID = 1L;

    NoProtobufException(String message) {
      super(message);
    }
  }

  private final FileChannel file;
  private final long limit;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private long bufferStart;
  private long position;
  private int field;
  private int wireType;
  private long value;
  private long bodyStart;

  ProtoCursor(FileChannel file, long start, long limit) {
    this.file = file;
    this.position = start;
    this.limit = limit;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() throws IOException {
    if (position == limit) {
      return false;
    }
    long tagAt = position;
    long tag = varint();
    long number = tag >>> 3;
    if (number == 0 || number > Integer.MAX_VALUE) {
      throw new NoProtobufException("byte " + tagAt + " begins no protobuf field");
    }
    field = (int) number;
    wireType = (int) (tag & 7);
    switch (wireType) {
      case VARINT -> value = varint();
      case FIXED64 -> skip(8);
      case FIXED32 -> skip(4);
      case BYTES -> {
        value = varint();
        bodyStart = position;
        skip(value);
      }
      default ->
          throw new NoProtobufException(
              "byte " + tagAt + " begins a field of the unknown wire type " + wireType);
    }
    return true;
  }

  int field() {
    return field;
  }

  int wireType() {
    return wireType;
  }

  /** Of a varint its value, of bytes their length. */
  long value() {
    return value;
  }

  /** The message inside the present field. */
  ProtoCursor body() throws NoProtobufException {
    if (wireType != BYTES) {
      throw new NoProtobufException("field " + field + " is no message");
    }
    return new ProtoCursor(file, bodyStart, bodyStart + value);
  }

  /** The text inside the present field. */
  String text(int bytesMax) throws IOException {
    if (wireType != BYTES || value > bytesMax) {
      throw new NoProtobufException("field " + field + " is no text of up to " + bytesMax);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) value);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bodyStart + bytes.position()) < 0) {
        throw new EndsEarlyException("it ends inside field " + field);
      }
    }
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  private void skip(long bytes) throws EndsEarlyException {
    if (bytes < 0 || bytes > limit - position) {
      throw new EndsEarlyException(
          "field " + field + " ends at byte " + (position + bytes) + ", the file at " + limit);
    }
    position += bytes;
  }

  private long varint() throws IOException {
    long result = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      int next = read();
      result |= (long) (next & 0x7f) << (7 * i);
      if ((next & 0x80) == 0) {
        return result;
      }
    }
    throw new NoProtobufException("byte " + position + " ends no protobuf number");
  }

  private int read() throws IOException {
    if (position == limit) {
      throw new EndsEarlyException("it ends at byte " + limit + ", inside a number");
    }
    long offset = position - bufferStart;
    if (offset < 0 || offset >= buffer.limit()) {
      buffer.clear();
      bufferStart = position;
      int read = file.read(buffer, position);
      buffer.flip();
      if (read <= 0) {
        throw new EndsEarlyException("it ends at byte " + position);
      }
      offset = 0;
    }
    position++;
    return buffer.get((int) offset) & 0xff;
  }
}
