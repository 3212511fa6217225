package io.vmxlab.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads inputs, of whose size nobody knows anything beforehand, and no more of them than is
 * sensible: a device or a pipe may have no end. Whatever reads a file or standard input reads it
 * here.
 */
public final class Bounded {
  private static final int MEBIBYTE = 1 << 20;

  /** Bytes of a program: machine code or an ELF file. */
  public static final int PROGRAM = 64 * MEBIBYTE;

  /** Bytes of a text: a source, hexadecimal digits, a dump. */
  public static final int TEXT = 8 * MEBIBYTE;

  /** Bytes of a document: vectors, a lesson, a processor model, arguments. */
  public static final int DOCUMENT = 2 * MEBIBYTE;

  private Bounded() {}

  /** More bytes than can be meant. */
  public static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    private TooLargeException(int most) {
      super("it has more than " + (most / MEBIBYTE) + " MBytes");
    }
  }

  /**
   * All bytes up to the end of the input.
   *
   * @throws TooLargeException if there are more than {@code most}
   */
  public static byte[] bytes(InputStream in, int most) throws IOException {
    byte[] bytes = in.readNBytes(most);
    if (bytes.length == most && in.read() >= 0) {
      throw new TooLargeException(most);
    }
    return bytes;
  }

  /**
   * All text up to the end of the input.
   *
   * @throws TooLargeException if it has more than {@code most} bytes
   * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
   */
  public static String text(InputStream in, int most) throws IOException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes(in, most)))
        .toString();
  }

  /** Passes over the rest of a line; false at the end of the input. */
  public static boolean skipLine(InputStream in) throws IOException {
    int b = in.read();
    boolean more = b >= 0;
    while (b >= 0 && b != '\n') {
      b = in.read();
    }
    return more;
  }
}
