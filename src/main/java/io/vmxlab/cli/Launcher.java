package io.vmxlab.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The way into {@code vmxlab.jar}: loads vmxlab's own classes and files straight from the archive.
 * The JVM's class loader does the same with a URL, a manifest and a code source for each class, and
 * looks for a file in all modules of the JVM first; that is a third of the time of a small run.
 * Everything else is the JVM's own loader's.
 *
 * <p>What a small run needs lies together in {@link #START} besides, which the build makes. It is
 * the archive's first file and not deflated, so it is read without looking for it. Three numbers
 * begin it: the length of its first part, which is read at once; the place where the classes end
 * that every run loads; and the number of slots, a power of two. For each slot comes a place, 0 for
 * none. The entry of a name is at the first place, from {@link #slot} on, that has its name: the
 * length of the name, the name, the length of the content, the content. The first entries are the
 * classes that every run loads, by the names of classes, with their class files. Then come classes
 * that only some runs load, and other files; their content is the place and the length of the file
 * in the second part. Places count from the beginning; numbers have 32 bits, their highest byte
 * first.
 *
 * <p>Half of the time of a small run is spent loading classes. So another processor loads them,
 * while the first reads the command line and the processor model; and of those that only some runs
 * load, the next ones when a run asks for one. It initialises none: what a run does, and in which
 * order, stays the same.
 */
public final class Launcher extends ClassLoader implements Runnable, Consumer<Consumer<String[]>> {
  /** Its name in the archive. */
  public static final String START = "io/vmxlab/cli/start.bin";

  /** What comes before the slots. */
  public static final int HEAD = 3 * Integer.BYTES;

  private static final String OWN = "io.vmxlab.";
  private static final String OWN_FILES = "io/vmxlab/";

  /** Of the libraries, the one that long runs need while a program waits. */
  private static final String ASM = "org.objectweb.asm.";

  /** What an archive's first file begins with, as far as it matters, and how long that is. */
  private static final int FILE_MAGIC = 0x504B0304;

  private static final int FILE_HEAD = 30;

  private static final int FEW = 32;

  /** Larger pieces would go through memory that the JVM has to get first. */
  private static final int PIECE = 1 << 16;

  static {
    registerAsParallelCapable();
  }

  private Consumer<String[]> entry;
  private final String path;
  private final RandomAccessFile file;

  /** Where {@link #START} begins in the archive. */
  private long base;

  /** The first part of {@link #START}, or null. */
  private final byte[] start;

  /** The thread that loads classes before they are needed, or null. */
  private Thread ahead;

  /** How many of them it loads behind one that a run asks for. */
  private int atOnce = FEW;

  /** Where the entry is behind the class that was asked for; 0 if none was. */
  private int asked;

  /** The archive, once it was needed. */
  private ZipFile archive;

  private Launcher(String path, ClassLoader parent) throws IOException {
    super(parent);
    this.path = path;
    file = new RandomAccessFile(path, "r");
    start = firstPart();
  }

  /** Runs {@link Main}. */
  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    Launcher loader =
        new Launcher(System.getProperty("java.class.path"), Launcher.class.getClassLoader());
    String command = arguments.length > 1 && loader.start != null ? arguments[0] : "";
    if (command.equals("run") || command.equals("boot") || command.equals("demo")) {
      loader.loadAhead(command.equals("boot"));
    }
    Class.forName(OWN + "cli.Entry", true, loader);
    loader.entry.accept(arguments);
  }

  /**
   * Begins to load classes.
   *
   * @param all it is going to be a long run
   */
  private void loadAhead(boolean all) {
    if (all) {
      atOnce = Integer.MAX_VALUE;
      asked = others();
    }
    ahead = new Thread(this, "ahead");
    ahead.setDaemon(true);
    ahead.start();
  }

  /** Takes what runs {@link Main}, see {@link Entry}. */
  @Override
  public void accept(Consumer<String[]> main) {
    entry = main;
  }

  /** Number of the slot, of so many, where a name is looked for first. */
  public static int slot(String name, int slots) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & slots - 1;
  }

  private byte[] firstPart() throws IOException {
    byte[] head = new byte[FILE_HEAD + START.length() + HEAD];
    int read = file.read(head, 0, head.length);
    base = head.length - HEAD;
    if (read < head.length
        || number(head, 0) != FILE_MAGIC
        || !new String(head, FILE_HEAD, START.length(), StandardCharsets.ISO_8859_1)
            .equals(START)) {
      return null;
    }
    byte[] part = new byte[number(head, (int) base)];
    read(part, base);
    return part;
  }

  private void read(byte[] bytes, long from) throws IOException {
    file.seek(from);
    for (int at = 0, read; at < bytes.length; at += read) {
      read = file.read(bytes, at, Math.min(PIECE, bytes.length - at));
      if (read < 0) {
        throw new IOException(path + " ends too early");
      }
    }
  }

  /** Loads the classes that every run loads, and then those behind one that a run asks for. */
  @Override
  public void run() {
    int end = others();
    try {
      load(HEAD + number(start, 2 * Integer.BYTES) * Integer.BYTES, end, Integer.MAX_VALUE);
      while (true) {
        load(awaitAsked(), start.length, atOnce);
      }
    } catch (LinkageError | IOException | InterruptedException e) {
      // the run will meet an error too, where somebody is told
    }
  }

  private void load(int from, int to, int most) throws IOException {
    int left = most;
    for (int at = from; at < to && left > 0; left--) {
      String name = name(at);
      int content = at + Integer.BYTES + name.length();
      if (name.startsWith(OWN_FILES)) {
        return; // classes come before other files
      }
      synchronized (getClassLoadingLock(name)) {
        if (findLoadedClass(name) == null) {
          define(name, content);
        }
      }
      at = content + Integer.BYTES + number(start, content);
    }
  }

  private int awaitAsked() throws InterruptedException {
    synchronized (start) {
      while (asked == 0) {
        start.wait();
      }
      int place = asked;
      asked = 0;
      return place;
    }
  }

  /** A run loads a class that not every run loads. */
  private void ask(int content) {
    if (Thread.currentThread() != ahead) {
      synchronized (start) {
        asked = content + Integer.BYTES + number(start, content);
        start.notifyAll();
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN) && !name.startsWith(ASM)) {
      return getParent().loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try {
      int at = find(name);
      if (at != 0) {
        if (at > others()) {
          ask(at);
        }
        return define(name, at);
      }
      return defineArchived(name);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private Class<?> defineArchived(String name) throws ClassNotFoundException, IOException {
    try (InputStream in = archived(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  /** Defines a class without a code source: the JVM would write its URL anew for each. */
  private Class<?> define(String name, int content) throws IOException {
    if (content > others()) {
      byte[] bytes = secondPart(content);
      return defineClass(name, bytes, 0, bytes.length);
    }
    return defineClass(name, start, content + Integer.BYTES, number(start, content));
  }

  /** Where the entries begin that are in the second part. */
  private int others() {
    return number(start, Integer.BYTES);
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    if (!name.startsWith(OWN_FILES)) {
      return super.getResourceAsStream(name);
    }
    try {
      int at = find(name);
      InputStream own = at == 0 ? archived(name) : new ByteArrayInputStream(secondPart(at));
      return own == null ? super.getResourceAsStream(name) : own;
    } catch (IOException e) {
      return null;
    }
  }

  private synchronized byte[] secondPart(int content) throws IOException {
    byte[] bytes = new byte[number(start, content + 2 * Integer.BYTES)];
    read(bytes, base + number(start, content + Integer.BYTES));
    return bytes;
  }

  /** Where the length of the content stands that has that name; 0 if none has. */
  private int find(String name) {
    if (start == null) {
      return 0;
    }
    int slots = number(start, 2 * Integer.BYTES);
    for (int i = slot(name, slots); ; i = i + 1 & slots - 1) {
      int at = number(start, HEAD + i * Integer.BYTES);
      if (at == 0) {
        return 0;
      }
      int length = number(start, at);
      if (length == name.length() && name(at).equals(name)) {
        return at + Integer.BYTES + length;
      }
    }
  }

  /** The name of the entry at a place. */
  private String name(int at) {
    return new String(start, at + Integer.BYTES, number(start, at), StandardCharsets.ISO_8859_1);
  }

  private static int number(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | bytes[at + 3] & 0xFF;
  }

  private InputStream archived(String name) throws IOException {
    ZipFile opened = opened();
    ZipEntry entry = opened.getEntry(name);
    return entry == null ? null : opened.getInputStream(entry);
  }

  private synchronized ZipFile opened() throws IOException {
    if (archive == null) {
      archive = new ZipFile(path);
    }
    return archive;
  }
}
