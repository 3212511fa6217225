package io.vmxlab.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Where the bytes of a guest's serial port go. */
abstract class SerialOutput implements Closeable {
  /** Nowhere. */
  static final SerialOutput NONE =
      new SerialOutput() {
        @Override
        void put(int value) {}
      };

  /** Characters of a line that does not end. */
  private static final int LONGEST = 4096;

  /** Takes a byte, 0-255. */
  abstract void put(int value);

  /** No more bytes come. */
  void end() {}

  @Override
  public void close() {}

  /** Line by line to standard output, with control characters spelled out. */
  static SerialOutput lines(Terminal terminal) {
    return new SerialOutput() {
      private final ByteArrayOutputStream line = new ByteArrayOutputStream();

      @Override
      void put(int value) {
        if (value == '\n' || line.size() >= LONGEST) {
          print();
        }
        if (value != '\n') {
          line.write(value);
        }
      }

      private void print() {
        String text = line.toString(StandardCharsets.UTF_8);
        terminal.line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        terminal.flush();
        line.reset();
      }

      @Override
      void end() {
        if (line.size() > 0) {
          print();
        }
      }
    };
  }

  /** Byte by byte to standard output, with what a terminal takes as commands. */
  static SerialOutput raw(Terminal terminal) {
    return new SerialOutput() {
      @Override
      void put(int value) {
        terminal.raw(value);
        if (value == '\n') {
          terminal.flush();
        }
      }
    };
  }

  /**
   * To a file.
   *
   * @throws UserError if it cannot be written
   */
  static SerialOutput file(String name) {
    OutputStream out;
    try {
      out = new BufferedOutputStream(Files.newOutputStream(Inputs.path(name)));
    } catch (IOException e) {
      throw Inputs.unwritable(name, e);
    }
    return new SerialOutput() {
      @Override
      void put(int value) {
        try {
          out.write(value);
        } catch (IOException e) {
          throw Inputs.unwritable(name, e);
        }
      }

      @Override
      void end() {
        try {
          out.flush();
        } catch (IOException e) {
          throw Inputs.unwritable(name, e);
        }
      }

      @Override
      public void close() {
        try {
          out.close();
        } catch (IOException e) {
          // what was written has been flushed, or the run has failed already
        }
      }
    };
  }
}
