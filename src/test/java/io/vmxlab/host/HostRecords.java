package io.vmxlab.host;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Asks a program that reads records of one size and answers each with one of another, both in the
 * order of bytes of x86 processors.
 *
 * @param <C> a case
 * @param <R> what came of it
 */
public final class HostRecords<C, R> {
  private final Path program;
  private final int request;
  private final int answer;
  private final BiConsumer<ByteBuffer, C> writer;
  private final Function<ByteBuffer, R> reader;

  /**
   * A program.
   *
   * @param request bytes of a record with a case
   * @param answer bytes of a record with what came of it
   */
  public HostRecords(
      Path program,
      int request,
      int answer,
      BiConsumer<ByteBuffer, C> writer,
      Function<ByteBuffer, R> reader) {
    this.program = program;
    this.request = request;
    this.answer = answer;
    this.writer = writer;
    this.reader = reader;
  }

  private static ByteBuffer record(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Does the cases in order.
   *
   * @throws HostUnavailable with the case at which the program ended, if it did
   */
  public List<R> run(List<C> cases) throws IOException, InterruptedException, HostUnavailable {
    Process process = new ProcessBuilder(program.toString()).start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    List<R> results = new ArrayList<>(cases.size());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      for (int i = 0; i < cases.size(); i++) {
        ByteBuffer buffer = record(answer);
        in.readFully(buffer.array());
        results.add(reader.apply(buffer));
      }
    } catch (IOException died) {
      String text = "the host program ended with status " + process.waitFor();
      throw new HostUnavailable(text + " at " + cases.get(results.size()));
    } finally {
      process.destroyForcibly();
      process.waitFor();
      feeder.join();
    }
    return results;
  }

  private void feed(OutputStream to, List<C> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (C c : cases) {
        ByteBuffer buffer = record(request);
        writer.accept(buffer, c);
        out.write(buffer.array());
      }
    } catch (IOException ended) {
      // The program reads no further; whoever reads its answers notices.
    }
  }
}
