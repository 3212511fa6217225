package io.vmxlab.model;

import io.vmxlab.text.Bounded;
import io.vmxlab.text.Characters;
import io.vmxlab.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The processor models that come with vmxlab, and models from files. */
public final class CpuModels {
  /** The model of a run that names none. */
  public static final String DEFAULT = "skylake";

  /**
   * The model that has everything that vmxlab models and nothing else. It is no real processor, so
   * that {@link #names} does not have it.
   */
  public static final String MAX = Maximum.NAME;

  private static final String FOLDER = "cpus/";
  private static final String ENDING = ".cpu";

  private static final String MODELLED = "modelled.txt";
  private static final String INDEX = "index.txt";

  /** MAXPHYADDR of the first processors with PAE, and the most that page tables can hold. */
  private static final int NARROWEST = 32;

  private static final int WIDEST = 52;

  /** One of each generation that differs in what enabling VMX looks at. */
  private static final List<String> REFERENCE =
      List.of("penryn", "sandy-bridge", "haswell", "skylake", "skylake-sp", "ice-lake-sp");

  /** What a run shows of a model. */
  private static final class Mask {
    static final ModelText TEXT = ModelText.parse(MODELLED, resource(MODELLED));
  }

  /** Null before the first run that needs it. */
  private static volatile DumpedCpu standard;

  private CpuModels() {}

  /** The model of a run that names none. */
  public static DumpedCpu standard() {
    DumpedCpu known = standard;
    if (known == null) {
      known = named(DEFAULT);
      standard = known;
    }
    return known;
  }

  /** Names of the built-in models, oldest first; Intel's before others. */
  public static List<String> names() {
    return resource(INDEX).lines().filter(l -> !l.startsWith("#")).toList();
  }

  /** All built-in models, in the order of {@link #names}. */
  public static List<DumpedCpu> list() {
    return names().stream().map(CpuModels::named).toList();
  }

  /** Six models that between them have what matters to enabling VMX, oldest first. */
  public static List<DumpedCpu> reference() {
    return REFERENCE.stream().map(CpuModels::named).toList();
  }

  /**
   * A built-in model, or {@link #MAX}.
   *
   * @throws CpuModelException if there is none of that name; its message suggests the nearest
   */
  public static DumpedCpu named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.equals(MAX)) {
      return Maximum.model(Mask.TEXT);
    }
    String text = builtIn(wanted);
    if (text == null) {
      throw unknown(name);
    }
    return make(wanted, text);
  }

  /** The text of a built-in model, or null; the index need not be read for it. */
  private static String builtIn(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
        return null;
      }
    }
    return name.isEmpty() ? null : text(name + ENDING);
  }

  /** There is a built-in model of that name. */
  static boolean isBuiltIn(String name) {
    return name.equals(MAX) || builtIn(name) != null;
  }

  private static CpuModelException unknown(String name) {
    String hint = Names.hint(name.toLowerCase(Locale.ROOT), names());
    String separator = hint.isEmpty() ? "; " : " ";
    return new CpuModelException(
        "unknown processor model "
            + ModelText.shown(name)
            + hint
            + separator
            + "CpuModels.names lists the models");
  }

  /**
   * A built-in model, or else one from the file of that name. A name with a folder or the ending of
   * model files can only be a file.
   *
   * @throws CpuModelException if there is neither, or the file is not a model
   * @throws IOException if the file cannot be read
   */
  public static DumpedCpu find(String nameOrFile) throws IOException {
    Path file = path(nameOrFile);
    boolean path =
        file.getNameCount() > 1
            || file.isAbsolute()
            || nameOrFile.toLowerCase(Locale.ROOT).endsWith(ENDING);
    boolean isFile =
        !isBuiltIn(nameOrFile.toLowerCase(Locale.ROOT)) && (path || Files.exists(file));
    return isFile ? read(file) : named(nameOrFile);
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw unknown(name); // no file can have that name
    }
  }

  /**
   * A model from a file.
   *
   * @throws CpuModelException with file and line if the file is not a model
   * @throws IOException if it cannot be read
   */
  public static DumpedCpu read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = Bounded.bytes(in, Bounded.DOCUMENT);
    }
    String name = String.valueOf(file.getFileName());
    if (!Characters.printable(bytes)) {
      throw new CpuModelException(name + ": this is no text, so no processor model");
    }
    return parse(name, new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * A model from text.
   *
   * @param file named in errors
   * @throws CpuModelException with file and line if the text is not a model
   */
  public static DumpedCpu parse(String file, String text) {
    DumpedCpu model = make(file, text);
    int width = model.maxPhysicalAddress();
    if (width < NARROWEST || width > WIDEST) {
      throw new CpuModelException(
          String.format(
              Locale.ROOT,
              "%s: CPUID leaf 80000008 says physical addresses of %d bits; they have %d to %d",
              file,
              width,
              NARROWEST,
              WIDEST));
    }
    List<CapabilityRelations.Broken> broken = CapabilityRelations.broken(model::written);
    if (!broken.isEmpty()) {
      throw new CpuModelException(
          file + ": no processor has these values: " + broken.get(0).text());
    }
    return model;
  }

  private static DumpedCpu make(String file, String written) {
    ModelText model = ModelText.parse(file, written);
    model.words.putIfAbsent("name", file);
    for (String base = model.words.get("base"); base != null; ) {
      String text = builtIn(base);
      if (text == null) {
        throw new CpuModelException(file + ": base: " + unknown(base).getMessage());
      }
      ModelText lender = ModelText.parse(base, text);
      model.inherit(lender);
      base = lender.words.get("base");
    }
    if (!model.leaves.containsKey(ModelText.key(1, 0))) {
      throw new CpuModelException(file + ": a processor model needs at least CPUID leaf 1");
    }
    return new DumpedCpu(model, Mask.TEXT);
  }

  private static String resource(String name) {
    String text = text(name);
    if (text == null) {
      throw new IllegalStateException("missing resource " + name);
    }
    return text;
  }

  private static String text(String name) {
    try (InputStream in = CpuModels.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
